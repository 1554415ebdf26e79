"""Published replies: one file each, beside the releases, never written again."""

import json
from datetime import date
from pathlib import Path

import pytest

from portal.core import terms
from portal.core.errors import NotFound
from portal.core.terms import Label
from portal.statistics.catalogue.codelists import NATION
from portal.statistics.releases import replies
from portal.statistics.releases.replies import ALL, SUBJECTS, PublishedReply

NAME = Label("Прокуратура", "Прокуратура", "Prosecutor")


def reply(number: int = 1, **other: object) -> PublishedReply:
    about: dict[str, object] = {
        "release": "2026-q3/v1",
        "manifest": "a" * 64,
        "number": number,
        "area": "KZ-75",
        "about": "received",
        "body": "PROS_SPEC",
        "name": NAME,
        "texts": {"ru": "Открыт новый пункт приёма."},
        "published_on": date(2026, 12, 10 + number),
    }
    return PublishedReply(**(about | other))  # type: ignore[arg-type]


def test_what_is_written_is_read_again_the_newest_first(tmp_path: Path) -> None:
    for number in (1, 2):
        replies.write_reply(tmp_path, reply(number), b"signature")

    assert replies.read_replies(tmp_path) == [reply(2), reply(1)]
    assert replies.read_file(tmp_path, "2026-q3-v1-2.json") == replies.encode_reply(reply(2))
    assert replies.read_file(tmp_path, "2026-q3-v1-2.json.sig") == b"signature"
    assert not list(tmp_path.rglob(".*"))


def test_a_file_stays_what_was_published_when_a_language_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = replies.encode_reply(reply())
    for module in (terms, replies):
        monkeypatch.setattr(module, "LANGUAGES", (*terms.LANGUAGES, "uz"))
    told = json.loads(before)
    now = reply(name=Label.from_file(told["name"]))

    assert b'"uz"' in replies.encode_reply(now, terms.LANGUAGES)
    assert b'"uz"' not in before
    assert replies.has_content(before, now)
    assert now.name.get("uz") == NAME.get(terms.FALLBACK)
    assert not replies.has_content(before, reply(texts={"ru": "Другое."}))
    assert not replies.has_content(before, reply(texts={**reply().texts, "uz": "Keyin."}))
    assert not replies.has_content(before.replace(b"PROS_SPEC", b"PROS_REG"), now)


def test_it_is_missing_until_it_is_written(tmp_path: Path) -> None:
    assert replies.read_replies(tmp_path) == []
    assert replies.is_missing(tmp_path, reply())
    replies.write_reply(tmp_path, reply(), b"")
    assert not replies.is_missing(tmp_path, reply())


@pytest.mark.parametrize(
    "name", ["", "..", "../dates.json", "x.json", "2026-q3-v1-9.json", ".2026-q3-v1-1.json", "\0"]
)
def test_nothing_else_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "dates.json").write_text("[]")
    replies.write_reply(tmp_path, reply(), b"")

    with pytest.raises(NotFound):
        replies.read_file(tmp_path, name)


def test_the_list_has_the_digest_of_each(tmp_path: Path) -> None:
    replies.write_reply(tmp_path, reply(), b"")

    (listed,) = json.loads(replies.encode_list(tmp_path))["replies"]

    assert listed["href"] == "replies/2026-q3-v1-1.json"
    assert len(listed["sha256"]) == 64
    copied = dict(replies.list_files(tmp_path))
    assert copied.keys() == {listed["href"], f"{listed['href']}.sig", "replies.json"}


def test_a_reader_without_a_text_in_their_language_gets_another_one() -> None:
    both = reply(texts={"en": "More officers.", "ru": "Больше людей."})

    assert both.get_text("en") == ("en", "More officers.")
    assert both.get_text("kk") == ("ru", "Больше людей.")


@pytest.mark.parametrize("about", SUBJECTS)
@pytest.mark.parametrize("area", [NATION, "KZ-75"])
def test_each_leads_to_a_page_and_its_figure(area: str, about: str) -> None:
    page, _, figure = replies.locate_page(area, about).partition("#")

    assert figure == replies.name_figure(area, about)
    assert bool(figure) == (about != ALL)
    if area == NATION or about == "signals":
        assert page in {"index.html", "compare.html", "early-warning.html"}
    else:
        assert page == "region-KZ-75.html"


def test_places_stand_in_the_order_given_also_without_a_reply() -> None:
    places = replies.group_by_place([reply()], {NATION: "Kazakhstan", "KZ-75": "Almaty"})

    assert [(code, len(said)) for code, _, said in places] == [(NATION, 0), ("KZ-75", 1)]
