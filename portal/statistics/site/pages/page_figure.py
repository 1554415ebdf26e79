"""A figure as a page shows it: the files behind it, where it stands for ever, how to cite it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from portal.core.terms import LANGUAGES
from portal.statistics.catalogue.release_facts import ReleaseFacts
from portal.statistics.catalogue.tables import get_word
from portal.statistics.dataset.table import Document
from portal.statistics.disclosure.noise import compute_cap, compute_usual_change
from portal.statistics.site.charts.figure import ChartFigure
from portal.statistics.site.pages.page_context import PageContext

TO_RELEASES = "../.."  # from the folder of a release


@dataclass(frozen=True)
class SourceNote:
    """How exact the numbers of a source are; `usual` and `most` say how far noise changes one."""

    exact: bool = False
    first_day: date | None = None
    last_day: date | None = None
    usual: int = 0
    most: int = 0


@dataclass(frozen=True)
class PageFigure:
    """A figure on a page.

    Attributes:
        files: kind of each file behind it, and where it stands from the folder of the release.
        citations: language and text.
    """

    figure: ChartFigure
    files: tuple[tuple[str, str], ...]
    address: str
    citations: tuple[tuple[str, str], ...]
    embed: str
    picture: str
    about: SourceNote


def build_page_figure(
    context: PageContext,
    figure: ChartFigure,
    titles: Mapping[str, str],
    *,
    page: str,
    language: str,
    png: bool,
) -> PageFigure:
    """Return a figure as a page of a release shows it.

    Args:
        context: the release.
        figure: in the language of the page.
        titles: its title in every language.
        page: the name of the page, without .html.
        language: of the page.
        png: whether it is there as PNG too.
    """
    document = context.index.get_documents(figure.quarter)[figure.source]
    address = f"{context.facts.address}/{language}/{page}.html#{figure.name}"
    files = [
        *_list_table_files(document, context, language),
        *(
            (kind.upper(), locate_picture(language, figure.name, kind))
            for kind in list_picture_kinds(png=png)
        ),
    ]
    return PageFigure(
        figure,
        tuple(files),
        address,
        tuple(
            (code, _format_citation(code, titles[code], context.facts, address))
            for code in LANGUAGES
        ),
        f"{context.facts.address}/{locate_embed(language, figure.name)}",
        f"{context.facts.address}/{locate_picture(language, figure.name, 'svg')}",
        _describe_source(document),
    )


def list_picture_kinds(*, png: bool) -> tuple[str, ...]:
    """Return as which files a picture is there."""
    return ("svg", "png") if png else ("svg",)


def locate_picture(language: str, name: str, kind: str) -> str:
    """Return where the picture of a figure stands in a release."""
    return f"charts/{language}/{name}.{kind}"


def locate_embed(language: str, name: str) -> str:
    """Return where the page of one figure stands, for other sites."""
    return f"embed/{language}/{name}.html"


def _list_table_files(
    document: Document, context: PageContext, language: str
) -> Iterator[tuple[str, str]]:
    """Yield the files of a table; of a yearly one they may be in an earlier release."""
    own = document.release == context.facts.name
    folder = "" if own else f"{TO_RELEASES}/{document.release}/"
    for kind, name in (
        ("CSV", f"{document.table}.csv"),
        ("XLSX", f"figures-{language}.xlsx"),
        ("JSON", f"{document.table}.json"),
    ):
        yield kind, folder + name


def _describe_source(document: Document) -> SourceNote:
    """Return how exact the table is that a figure shows."""
    if not document.counts_days:
        return SourceNote()
    first, last = document.days
    if document.epsilon is None:
        return SourceNote(exact=True, first_day=first, last_day=last)
    usual, most = compute_usual_change(document.cost), compute_cap(document.cost)
    return SourceNote(first_day=first, last_day=last, usual=usual, most=most)


def _format_citation(language: str, title: str, facts: ReleaseFacts, address: str) -> str:
    return (
        get_word("citation")
        .get(language)
        .format(
            title=title,
            quarter=facts.quarter.period,
            version=facts.version,
            year=facts.published_on.year,
            address=address,
        )
    )
