"""Tables of measures: one row a measure, or one row a region, always with the likely range."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from portal.core.taxonomy import load as load_taxonomy
from portal.core.terms import Label
from portal.statistics.catalogue.codelists import NATION
from portal.statistics.catalogue.tables import get_word, load
from portal.statistics.dataset.measure_row import MeasureRow
from portal.statistics.site.figures.texts import measure_name, regions
from portal.statistics.site.pages.book import Book, Wanted
from portal.statistics.site.pages.cells import Cell, cell

FORMS = ("outcome", "finding", "sanction", "body")
ADDED = Wanted("K2")
ACKNOWLEDGED = Wanted("K3", "in_time", "3 working days")
REDIRECTED = Wanted("K4", "in_time", "3 working days, statutory")
IN_TIME = Wanted("K5", clock="15 working days, statutory")
MEDIAN = Wanted("K6", "p50", "working days")
LONGEST = Wanted("K6", "p90", "working days")
EXTENDED = Wanted("K8", "extended")
TOLD = Wanted("K8", "told_in_time", "3 working days, statutory")
CONFIRMED = Wanted("K9")
EXAMINED = Wanted("K10")
DISCIPLINED = Wanted("K12", "any")
REOPENED = Wanted("K14", clock="90 days")
CHANGED = Wanted("K15", "changed")
FORMAL = Wanted("K16", "formal")
RESPONSE = Wanted("K16", "response")
RESPECT = Wanted("K17", "yes")
LATE_AT_LEAST = Wanted("K20", "at_least", "15 working days, statutory")
LATE_AT_MOST = Wanted("K20", "at_most", "15 working days, statutory")
NATIONAL = (
    *(Wanted("K7"), EXAMINED, CONFIRMED, IN_TIME, ACKNOWLEDGED, MEDIAN, DISCIPLINED),
    *(RESPONSE, FORMAL, REOPENED),
)
COMPARED = (ADDED, IN_TIME, EXAMINED, CONFIRMED, FORMAL)
# The eight numbers that a region is introduced by.
HEADLINE = (ADDED, ACKNOWLEDGED, IN_TIME, MEDIAN, EXAMINED, CONFIRMED, DISCIPLINED, FORMAL)


@dataclass(frozen=True)
class Line:
    """One row of a table."""

    label: str
    cells: tuple[Cell, ...]
    link: str = ""


def name_of(wanted: Wanted, language: str) -> str:
    """Return what a measure is called in one of its forms."""
    name = measure_name(wanted.measure, wanted.outcome, wanted.clock, language)
    if f"{wanted.measure}_{wanted.outcome}" in load().words:
        return name
    form = _forms().get(wanted.outcome)
    return f"{name}: {form.get(language)}" if form else name


@cache
def _forms() -> dict[str, Label]:
    """Return the label of every code that a measure may be broken down by."""
    known = load().dimensions
    codes = {code.id: code.label for name in FORMS for code in known[name].codes}
    bodies = {f"body:{one.id}": one.label for one in load_taxonomy().bodies.values()}
    return codes | bodies


def of_area(book: Book, area: str, measures: Iterable[Wanted], language: str) -> list[Line]:
    """Return a row for each measure: the area, the nation in the same period, a year before."""
    lines = []
    for wanted in measures:
        row = book.newest(wanted, area)
        nation = book.newest(wanted) if row is None else book.beside(row, NATION)
        earlier = None if row is None else book.year_before(row)
        cells = (cell(row, language), cell(nation, language), _past(earlier, language))
        lines.append(Line(name_of(wanted, language), cells))
    return lines


def of_nation(book: Book, measures: Iterable[Wanted], language: str) -> list[Line]:
    """Return a row for each measure: the nation, and a year before."""
    lines = []
    for wanted in measures:
        row = book.newest(wanted)
        earlier = None if row is None else book.year_before(row)
        cells = (cell(row, language), _past(earlier, language))
        lines.append(Line(name_of(wanted, language), cells))
    return lines


def by_region(book: Book, measures: Sequence[Wanted], language: str) -> list[Line]:
    """Return a row for each region by the alphabet, the nation last, and a column a measure."""
    places = [*regions(language).items(), (NATION, get_word("nation").get(language))]
    return [
        Line(
            label,
            tuple(cell(book.newest(wanted, area), language) for wanted in measures),
            "" if area == NATION else f"region-{area}.html",
        )
        for area, label in places
    ]


def beside(book: Book, areas: Sequence[str], language: str) -> list[Line]:
    """Return the headline measures of some areas beside each other."""
    return [
        Line(
            name_of(wanted, language),
            tuple(cell(book.newest(wanted, area), language) for area in areas),
        )
        for wanted in HEADLINE
    ]


def _past(row: MeasureRow | None, language: str) -> Cell:
    return cell(row, language, missing="absent")
