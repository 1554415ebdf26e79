"""Makes every page of a release, its pictures, and the pages of single figures for other sites."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files as resources

from portal.core.calendar import Quarter
from portal.core.terms import LANGUAGES
from portal.statistics.catalogue.codelists import NATION
from portal.statistics.catalogue.release_facts import ReleaseFacts
from portal.statistics.catalogue.tables import get_word
from portal.statistics.dataset.history import Documents
from portal.statistics.site.charts.figure import ChartFigure
from portal.statistics.site.figures import places, texts
from portal.statistics.site.pages import plan
from portal.statistics.site.pages.measure_index import MeasureIndex
from portal.statistics.site.pages.page_context import DataFile, PageContext, Renderer, png_queue
from portal.statistics.site.pages.page_figure import (
    PageFigure,
    build_page_figure,
    locate_embed,
    locate_picture,
)
from portal.statistics.site.pages.page_links import ReleasePageLinks
from portal.statistics.site.pages.plan import Page

SUMS = "SHA256SUMS"  # of the files of data, as `sha256sum --check` reads it
ASSETS = (
    *("portal.css", "charts.css", "icon.svg", "exit.js"),
    *("figures/pages.css", "figures/explorer.js"),
)
Titles = Mapping[str, Mapping[str, str]]


def build_release_pages(
    history: Sequence[tuple[Quarter, Documents]],
    facts: ReleaseFacts,
    data: Mapping[str, bytes],
    renderer: Renderer,
) -> dict[str, bytes]:
    """Return every page of a release and what pages need, by path; the same bytes every time.

    Args:
        history: quarters with their documents, the oldest first; the last is the release.
        facts: what the release says of itself.
        data: every file of data that the release holds.
        renderer: how to print.
    """
    listed = tuple(_list_data_files(data))
    sums = "".join(f"{file.digest}  {file.path}\n" for file in listed).encode()
    made = {SUMS: sums, **{f"assets/{name}": content for name, content in read_assets().items()}}
    with png_queue(renderer.png_workers) as pictured:
        seal = hashlib.sha256(sums).hexdigest()
        made |= _print_all(
            PageContext(MeasureIndex(history), facts, listed, renderer, seal, pictured)
        )
        return made | pictured.collect()


def _print_all(context: PageContext) -> dict[str, bytes]:
    """Return every page in every language with its pictures; PNG files are queued."""
    made: dict[str, bytes] = {}
    for language in LANGUAGES:  # first, so that no processor waits for their PNG
        made |= _draw_cards(context, language)
    pages = {
        language: list(plan.plan_pages(context.index, context.facts.level, language))
        for language in LANGUAGES
    }
    titles = _collect_titles(pages)
    for language, planned in pages.items():
        for page in planned:
            made |= _print_with_figures(context, page, titles, language)
    return made


def _print_with_figures(
    context: PageContext, page: Page, titles: Titles, language: str
) -> dict[str, bytes]:
    """Return a page with its pictures and the embedded page of each of its figures."""
    figures = [
        build_page_figure(
            context, figure, titles[figure.name], page=page.name, language=language, png=page.png
        )
        for figure in page.figures
    ]
    values = {
        "frame": ReleasePageLinks(language, page.name),
        "figures": figures,
        **page.values,
    }
    made = {f"{language}/{page.name}.html": _print_page(context, page.template, values, language)}
    for figure in figures:
        made |= _draw_pictures(context, figure.figure, language, png=page.png)
        made[locate_embed(language, figure.figure.name)] = _print_embed(
            context, figure, page.name, language
        )
    return made


def _draw_cards(context: PageContext, language: str) -> dict[str, bytes]:
    """Return the pictures that stand for the nation and for each region where links are shared."""
    made: dict[str, bytes] = {}
    for area in (NATION, *texts.list_regions(language)):
        card = places.draw_share_card(context.index.history, area, language)
        made |= _draw_pictures(context, card, language, png=True)
    return made


def _draw_pictures(
    context: PageContext, figure: ChartFigure, language: str, *, png: bool
) -> dict[str, bytes]:
    """Return a picture as SVG, and queue it as PNG."""
    if context.facts.publisher.demonstration:
        figure = replace(figure, stamp=get_word("invented").get(language))
    drawn = context.renderer.draw(figure, language)
    if png:
        context.png_queue.submit(locate_picture(language, figure.name, "png"), drawn)
    return {locate_picture(language, figure.name, "svg"): drawn.encode() + b"\n"}


def _print_embed(context: PageContext, figure: PageFigure, page: str, language: str) -> bytes:
    frame = ReleasePageLinks(language, figure.figure.name, up="../..", out="../../../../..")
    values = {"frame": frame, "shown": figure, "page": page}
    return _print_page(context, "statistics/site/embed.html", values, language)


def _print_page(
    context: PageContext, template: str, values: Mapping[str, object], language: str
) -> bytes:
    shared = {
        "facts": context.facts,
        "publisher": context.facts.publisher,
        "seal": context.seal,
        "data": context.data,
    }
    return context.renderer.page(template, language, {**shared, **values}).encode() + b"\n"


def _collect_titles(pages: Mapping[str, Sequence[Page]]) -> Titles:
    """Return the title of every figure in every language."""
    titles: dict[str, dict[str, str]] = {}
    for language, planned in pages.items():
        for page in planned:
            for figure in page.figures:
                titles.setdefault(figure.name, {})[language] = figure.title
    return titles


def _list_data_files(data: Mapping[str, bytes]) -> Iterator[DataFile]:
    for path, content in sorted(data.items()):
        yield DataFile(path, len(content), hashlib.sha256(content).hexdigest())


def read_assets() -> dict[str, bytes]:
    """Return the style sheets, scripts and the sign that pages need, by their names."""
    folder = resources("portal") / "static"
    return {name.rpartition("/")[2]: (folder / name).read_bytes() for name in ASSETS}
