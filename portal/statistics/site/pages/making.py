"""Makes every page of a release, its pictures, and the pages of single figures for other sites."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files as resources

from portal.core.terms import LANGUAGES
from portal.statistics.catalogue.codelists import NATION
from portal.statistics.catalogue.release_facts import ReleaseFacts
from portal.statistics.catalogue.tables import get_word
from portal.statistics.dataset.history import Documents
from portal.statistics.site.charts.figure import Figure
from portal.statistics.site.figures import places, texts
from portal.statistics.site.pages import plan
from portal.statistics.site.pages.book import Book
from portal.statistics.site.pages.frame import Frame
from portal.statistics.site.pages.plan import Page
from portal.statistics.site.pages.shown import Shown, chart, embedded, shown
from portal.statistics.site.pages.work import Listed, Press, Work, rasters

SUMS = "SHA256SUMS"  # of the files of data, as `sha256sum --check` reads it
ASSETS = (
    *("portal.css", "charts.css", "icon.svg", "exit.js"),
    *("figures/pages.css", "figures/explorer.js"),
)
Titles = Mapping[str, Mapping[str, str]]


def files(
    history: Sequence[tuple[str, Documents]],
    facts: ReleaseFacts,
    data: Mapping[str, bytes],
    press: Press,
) -> dict[str, bytes]:
    """Return every page of a release and what pages need, by path; the same bytes every time.

    Args:
        history: quarters with their documents, the oldest first; the last is the release.
        facts: what the release says of itself.
        data: every file of data that the release holds.
        press: how to print.
    """
    listed = tuple(_listed(data))
    sums = "".join(f"{one.digest}  {one.path}\n" for one in listed).encode()
    made = {SUMS: sums, **{f"assets/{name}": one for name, one in assets().items()}}
    with rasters(press.painters) as pictured:
        seal = hashlib.sha256(sums).hexdigest()
        made |= _all_pages(Work(Book(history), facts, listed, press, seal, pictured))
        return made | pictured.finished()


def _all_pages(work: Work) -> dict[str, bytes]:
    """Return every page in every language with its pictures; those as PNG are begun."""
    made: dict[str, bytes] = {}
    for language in LANGUAGES:  # first, so that no processor waits for their PNG
        made |= _cards(work, language)
    pages = {one: list(plan.pages(work.book, work.facts.level, one)) for one in LANGUAGES}
    titles = _titles(pages)
    for language, found in pages.items():
        for page in found:
            made |= _printed(work, page, titles, language)
    return made


def _printed(work: Work, page: Page, titles: Titles, language: str) -> dict[str, bytes]:
    """Return a page with its pictures and the embedded page of each of its figures."""
    found = [
        shown(work, one, titles[one.name], page=page.name, language=language, png=page.png)
        for one in page.figures
    ]
    values = {
        "frame": Frame(language, page.name),
        "figures": found,
        **page.values,
    }
    made = {f"{language}/{page.name}.html": _print(work, page.template, values, language)}
    for one in found:
        made |= _pictures(work, one.figure, language, png=page.png)
        made[embedded(language, one.figure.name)] = _embed(work, one, page.name, language)
    return made


def _cards(work: Work, language: str) -> dict[str, bytes]:
    """Return the pictures that stand for the nation and for each region where links are shared."""
    made: dict[str, bytes] = {}
    for area in (NATION, *texts.regions(language)):
        card = places.share_card(work.book.history, area, language)
        made |= _pictures(work, card, language, png=True)
    return made


def _pictures(work: Work, figure: Figure, language: str, *, png: bool) -> dict[str, bytes]:
    """Return a picture as SVG; as PNG it is begun."""
    if work.facts.publisher.demonstration:
        figure = replace(figure, stamp=get_word("invented").get(language))
    drawn = work.press.draw(figure, language)
    if png:
        work.rasters.begin(chart(language, figure.name, "png"), drawn)
    return {chart(language, figure.name, "svg"): drawn.encode() + b"\n"}


def _embed(work: Work, one: Shown, page: str, language: str) -> bytes:
    frame = Frame(language, one.figure.name, up="../..", out="../../../../..")
    values = {"frame": frame, "shown": one, "page": page}
    return _print(work, "statistics/site/embed.html", values, language)


def _print(work: Work, template: str, values: Mapping[str, object], language: str) -> bytes:
    shared = {
        "facts": work.facts,
        "publisher": work.facts.publisher,
        "seal": work.seal,
        "data": work.data,
    }
    return work.press.page(template, language, {**shared, **values}).encode() + b"\n"


def _titles(pages: Mapping[str, Sequence[Page]]) -> Titles:
    """Return the title of every figure in every language."""
    titles: dict[str, dict[str, str]] = {}
    for language, found in pages.items():
        for page in found:
            for figure in page.figures:
                titles.setdefault(figure.name, {})[language] = figure.title
    return titles


def _listed(data: Mapping[str, bytes]) -> Iterator[Listed]:
    for path, content in sorted(data.items()):
        yield Listed(path, len(content), hashlib.sha256(content).hexdigest())


def assets() -> dict[str, bytes]:
    """Return the style sheets, scripts and the sign that pages need, by their names."""
    folder = resources("portal") / "static"
    return {name.rpartition("/")[2]: (folder / name).read_bytes() for name in ASSETS}
