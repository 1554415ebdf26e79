"""The pages of a release: complete, valid, linked, small, the same bytes every time."""

import gzip
import hashlib
import posixpath
import re
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from flask import Flask
from sqlalchemy import event

from portal.core.taxonomy import load as load_taxonomy
from portal.core.terms import LANGUAGES
from portal.statistics.catalogue.tables import load
from portal.statistics.site.pages.release_pages import SUMS
from portal.web.parts import SESSIONS
from tests.page import XHTML, checked, text_of, tree_of
from tests.statistics import invented
from tests.statistics.site.pages.conftest import QUARTERS
from tests.statistics.site.pages.shelf import FACTS, build_release

KILOBYTE = 1024
REGION = "region-KZ-75"
AROUND = {"", "figures", "figures/calendar", "figures/changes", "figures/about"} | {
    "figures/journalists",
    "figures/official",
    "figures/replies",
}
# Where the folder of the release stands among everything published.
PLACE = f"figures/{FACTS.name}"
LINKS = {"a": "href", "link": "href", "script": "src", "img": "src", "form": "action"}
BESIDE = {"manifest.json", "manifest.json.sig"}  # made when all else is there


def list_names(release: dict[str, bytes], language: str) -> list[str]:
    return [path for path in release if path.startswith(f"{language}/")]


def list_links(page: str) -> Iterator[str]:
    """Yield the address behind every link of a page."""
    for node in tree_of(page).iter():
        address = node.get(LINKS.get(node.tag.removeprefix(XHTML), ""))
        if address:
            yield address


def test_every_region_and_every_kind_has_its_page_in_every_language(
    release: dict[str, bytes],
) -> None:
    regions = {f"region-{region.iso_code}" for region in load_taxonomy().regions.values()}
    pairs = {name.replace("region", "compare") for name in regions}
    kinds = {f"category-{code.id}" for code in load().dimensions["category"].codes}
    subjects = {"index", "compare", "timeliness", "outcomes", "verdicts", "early-warning"}
    wanted = regions | pairs | kinds | subjects | {"faults", "explorer", "data"}

    for language in LANGUAGES:
        stems = {Path(path).stem for path in list_names(release, language)}
        assert stems == wanted


def test_no_page_breaks_a_rule_of_the_house(release: dict[str, bytes]) -> None:
    everything = [path for path in sorted(release) if path.endswith(".html")]
    for number, path in enumerate(everything):
        if number % 4 == 0 or "/KZ" in path:
            checked(release[path].decode())


def test_every_link_leads_somewhere(release: dict[str, bytes]) -> None:
    pages = [path for path in release if path.endswith(".html")]
    assert len(pages) > 400
    dead = set()
    for path in pages[::3]:
        own = f"{PLACE}/{path}"
        for address in list_links(release[path].decode()):
            if re.match("(https?|mailto):|#", address):
                continue
            target = posixpath.normpath(
                posixpath.join(posixpath.dirname(own), unquote(urlsplit(address).path))
            )
            if not is_linked(target, release):
                dead.add((path, address))
    assert not dead


def is_linked(target: str, release: dict[str, bytes]) -> bool:
    if target.startswith(f"{PLACE}/"):
        return target.removeprefix(f"{PLACE}/") in release.keys() | BESIDE
    if target.startswith("figures/2"):  # a yearly table, in the release that has it
        return (
            re.fullmatch(r"figures/2\d{3}-q\d/v1/[a-z-]+(-(kk|ru|en))?\.(csv|json|xlsx)", target)
            is not None
        )
    language, _, rest = target.partition("/")
    return language in LANGUAGES and rest in AROUND


def test_every_anchor_is_there(release: dict[str, bytes]) -> None:
    for path in (f"ru/{REGION}.html", "en/compare-KZ-75.html", "kk/index.html"):
        page = release[path].decode()
        ids = {node.get("id") for node in tree_of(page).iter()}
        anchors = {address[1:] for address in list_links(page) if address.startswith("#")}
        assert anchors <= ids


def test_the_same_documents_give_the_same_bytes_and_nobody_asks_the_database(
    printer: Flask, release: dict[str, bytes]
) -> None:
    asked: list[str] = []
    engine = SESSIONS.get_from(printer).kw["bind"]
    event.listen(engine, "before_cursor_execute", lambda *about: asked.append(about[2]))

    again = build_release(printer, invented.history(number_of=QUARTERS))

    assert {name for name in release if release[name] != again[name]} == set()
    assert release.keys() == again.keys()
    assert asked == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_a_region_is_small(release: dict[str, bytes], language: str) -> None:
    sent = [release[f"{language}/{REGION}.html"]]
    sent += [content for path, content in release.items() if path.startswith("assets/")]

    assert sum(len(gzip.compress(content)) for content in sent) < 60 * KILOBYTE


def test_the_digest_at_the_foot_is_that_of_a_list_that_anyone_can_check(
    release: dict[str, bytes], tmp_path: Path
) -> None:
    for path, content in release.items():
        if "/" not in path:
            (tmp_path / path).write_bytes(content)
    digest = hashlib.sha256(release[SUMS]).hexdigest()

    command = ["sha256sum", "--check", "--quiet", SUMS]
    done = subprocess.run(command, cwd=tmp_path, check=False)  # noqa: S603 - fixed words

    assert done.returncode == 0
    for path in ("kk/index.html", f"ru/{REGION}.html", "en/data.html"):
        assert digest in text_of(release[path].decode())


def test_below_each_figure_is_all_that_is_needed_to_use_it(release: dict[str, bytes]) -> None:
    tree = tree_of(release["en/timeliness.html"].decode())
    figures = list(tree.iter(f"{XHTML}figure"))

    assert len(figures) > 2
    for figure in figures:
        name = figure.get("id")
        text = " ".join("".join(figure.itertext()).split())
        kinds = [node.text for node in figure.iter(f"{XHTML}a")]
        assert kinds[:5] == ["CSV", "XLSX", "JSON", "SVG", "PNG"]
        assert f"https://report.example/figures/2026-q4/v1/en/timeliness.html#{name}" in text
        for portal in (
            "Хабарлама порталы (2027)",
            "Портал сообщений (2027)",
            "Report portal (2027)",
        ):
            assert portal in text
        assert (
            f'<iframe src="https://report.example/figures/2026-q4/v1/embed/en/{name}.html"' in text
        )


def test_a_picture_is_followed_by_the_same_numbers_as_a_table(release: dict[str, bytes]) -> None:
    for figure in tree_of(release[f"kk/{REGION}.html"].decode()).iter(f"{XHTML}figure"):
        kinds = [node.tag.rpartition("}")[2] for node in figure.iter()]
        assert kinds.index("svg") < kinds.index("table")
        headings = list(figure.iter(f"{XHTML}th"))
        assert all(node.get("scope") in {"col", "row"} for node in headings)


def test_an_embedded_figure_runs_nothing_and_says_where_newer_ones_are(
    release: dict[str, bytes],
) -> None:
    embedded = [path for path in release if path.startswith("embed/")]
    assert len(embedded) > 100
    for path in embedded[::40]:
        page = checked(release[path].decode())
        assert "<script" not in page
        assert f'href="../../../../../{path.split("/")[1]}/figures"' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_a_link_is_shared_its_title_and_a_picture_that_is_there_are_shown(
    release: dict[str, bytes], language: str
) -> None:
    cards = {"index": "KZ", "early-warning": "KZ", REGION: REGION.removeprefix("region-")}
    for name, area in cards.items():
        path = f"{language}/{name}.html"
        told = read_metadata(release[path].decode())

        assert told["og:url"] == f"{FACTS.address}/{path}"
        assert " ".join(told["og:title"].split()) in text_of(release[path].decode())
        assert told["og:description"] == told["description"]
        assert told["twitter:card"] == "summary_large_image"
        picture = told["og:image"].removeprefix(f"{FACTS.address}/")
        assert picture == f"charts/{language}/card-{area}.png"
        size = struct.unpack(">2I", release[picture][16:24])
        assert (told["og:image:width"], told["og:image:height"]) == tuple(map(str, size))


def read_metadata(page: str) -> dict[str, str]:
    """Return what a page says of itself to whoever shares a link to it."""
    nodes = tree_of(page).iter(f"{XHTML}meta")
    named = ((node.get("property") or node.get("name"), node.get("content")) for node in nodes)
    return {name: content for name, content in named if name and content}
