"""What an operator writes: a notice on every page, and pages of their own."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core.config import Settings
from portal.core.terms import LANGUAGES
from portal.web import ownwords
from tests.factories import Make
from tests.page import XHTML, Browser, text_of, tree_of

EVIL = (
    '<p>a<script>alert(1)</script><style>*{}</style><img src="https://x.example/p">'
    '<p onclick="x()" style="y"><a href="javascript:x()">in</a>'
    '<a href="https://board.example">out</a><h1>big</h1><iframe src="https://x.example">'
)


@pytest.fixture
def words(settings: Settings) -> Path:
    """The folder of the operator's words."""
    folder = settings.instance / ownwords.FOLDER
    for language in LANGUAGES:
        (folder / language).mkdir(parents=True)
    return folder


@pytest.mark.parametrize("address", ["/ru/", "/ru/report", "/ru/case", "/ru/staff/sign-in"])
def test_a_notice_stands_on_every_page_until_it_is_taken_away(
    browser: Browser, make: Make, words: Path, address: str
) -> None:
    make.portal()
    (words / "ru" / "notice.html").write_text("В воскресенье работы.", "utf-8")
    with_notice = browser.get(address)
    (words / "ru" / "notice.html").unlink()

    assert "В воскресенье работы." in text_of(with_notice)
    assert len(list(tree_of(with_notice).iter(f"{XHTML}h1"))) == 1
    assert "В воскресенье работы." not in text_of(browser.get(address))


def test_a_page_of_the_operator_is_linked_and_valid_in_every_language(
    browser: Browser, words: Path
) -> None:
    (words / "ru" / "contact.html").write_text("Связь & адрес\n<p>Пишите <b>нам</b>.", "utf-8")

    for language in LANGUAGES:
        assert f'href="/{language}/about/contact"' in browser.get(f"/{language}/")
        tree = tree_of(browser.get(f"/{language}/about/contact"))
        (heading,) = tree.iter(f"{XHTML}h1")
        assert heading.text == "Связь & адрес"
        main = next(tree.iter(f"{XHTML}main"))
        spoken = {part.get("lang") for part in main.iter()} - {None}
        assert spoken == ({"ru"} if language != "ru" else set())


def test_nothing_of_it_is_done_or_fetched(browser: Browser, words: Path) -> None:
    (words / "en" / "notice.html").write_text(EVIL, "utf-8")
    (words / "en" / "imprint.html").write_text(f"<script>x</script>\n{EVIL}", "utf-8")

    tree = tree_of(browser.get("/en/about/imprint"))
    main = next(tree.iter(f"{XHTML}main"))
    notice = next(tree.iter(f"{XHTML}aside"))

    for part in (*main.iter(), *notice.iter()):
        assert part.tag.removeprefix(XHTML) in {"main", "aside", "div", "h1", "p", "a"}
        assert not part.attrib.keys() & {"onclick", "style", "src"}
    links = [part.get("href") for place in (main, notice) for part in place.iter(f"{XHTML}a")]
    assert links == ["https://board.example"] * 2


@pytest.mark.parametrize("name", ["notice", "missing", "..", "Contact", "%2e%2e", "contact.html"])
def test_there_are_no_other_pages(client: FlaskClient, words: Path, name: str) -> None:
    (words / "en" / "notice.html").write_text("Sunday", "utf-8")
    (words / "en" / "Contact.html").write_text("A\nb", "utf-8")

    assert client.get(f"/en/about/{name}").status_code == 404


def test_a_change_is_seen_at_once(browser: Browser, words: Path) -> None:
    path = words / "en" / "contact.html"
    path.write_text("Contact\nfirst", "utf-8")
    before = text_of(browser.get("/en/about/contact"))
    path.write_text("Contact\nafterwards", "utf-8")

    assert "first" in before
    assert "afterwards" in text_of(browser.get("/en/about/contact"))


def test_what_is_not_shown_is_named_with_the_reason(app: Flask, words: Path) -> None:
    (words / "xx").mkdir()
    for name, content in {
        "xx/contact.html": b"a\nb",
        "en/Contact.html": b"a\nb",
        "en/contact.txt": b"a\nb",
        "en/empty.html": b"only a title",
        "en/long.html": b"a\n" + b"b" * ownwords.LONGEST,
        "en/old.html": b"a\n\xff",
        "en/good.html": b"a\nb",
    }.items():
        (words / name).write_bytes(content)

    told = app.test_cli_runner().invoke(args=["health"]).output

    for name in ("xx/contact", "en/Contact", "en/contact.txt", "en/empty", "en/long", "en/old"):
        assert f"words/{name}" in told
    assert "good" not in told
