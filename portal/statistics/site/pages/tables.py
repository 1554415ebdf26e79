"""Tables of measures: one row a measure, or one row a region, always with the likely range."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from portal.core.taxonomy import load as load_taxonomy
from portal.core.terms import Label
from portal.statistics.catalogue.codelists import NATION
from portal.statistics.catalogue.tables import get_word, load
from portal.statistics.dataset.measure_row import MeasureRow
from portal.statistics.site.figures.texts import list_regions, name_measure
from portal.statistics.site.pages.cells import MeasureCell, format_cell
from portal.statistics.site.pages.measure_index import MeasureForm, MeasureIndex

FORMS = ("outcome", "finding", "sanction", "body")
ADDED = MeasureForm("K2")
ACKNOWLEDGED = MeasureForm("K3", "in_time", "3 working days")
REDIRECTED = MeasureForm("K4", "in_time", "3 working days, statutory")
IN_TIME = MeasureForm("K5", clock="15 working days, statutory")
MEDIAN = MeasureForm("K6", "p50", "working days")
LONGEST = MeasureForm("K6", "p90", "working days")
EXTENDED = MeasureForm("K8", "extended")
TOLD = MeasureForm("K8", "told_in_time", "3 working days, statutory")
CONFIRMED = MeasureForm("K9")
EXAMINED = MeasureForm("K10")
DISCIPLINED = MeasureForm("K12", "any")
REOPENED = MeasureForm("K14", clock="90 days")
CHANGED = MeasureForm("K15", "changed")
FORMAL = MeasureForm("K16", "formal")
RESPONSE = MeasureForm("K16", "response")
RESPECT = MeasureForm("K17", "yes")
LATE_AT_LEAST = MeasureForm("K20", "at_least", "15 working days, statutory")
LATE_AT_MOST = MeasureForm("K20", "at_most", "15 working days, statutory")
NATIONAL = (
    *(MeasureForm("K7"), EXAMINED, CONFIRMED, IN_TIME, ACKNOWLEDGED, MEDIAN, DISCIPLINED),
    *(RESPONSE, FORMAL, REOPENED),
)
COMPARED = (ADDED, IN_TIME, EXAMINED, CONFIRMED, FORMAL)
# The eight numbers that a region is introduced by.
HEADLINE = (ADDED, ACKNOWLEDGED, IN_TIME, MEDIAN, EXAMINED, CONFIRMED, DISCIPLINED, FORMAL)


@dataclass(frozen=True)
class TableLine:
    """One row of a table."""

    label: str
    cells: tuple[MeasureCell, ...]
    link: str = ""


def name_measure_form(measure: MeasureForm, language: str) -> str:
    """Return what a measure is called in one of its forms."""
    name = name_measure(measure.measure, measure.outcome, measure.clock, language)
    if f"{measure.measure}_{measure.outcome}" in load().words:
        return name
    form = _label_codes().get(measure.outcome)
    return f"{name}: {form.get(language)}" if form else name


@cache
def _label_codes() -> dict[str, Label]:
    """Return the label of every code that a measure may be broken down by."""
    known = load().dimensions
    codes = {code.id: code.label for name in FORMS for code in known[name].codes}
    bodies = {f"body:{body.id}": body.label for body in load_taxonomy().bodies.values()}
    return codes | bodies


def tabulate_area(
    index: MeasureIndex, area: str, measures: Iterable[MeasureForm], language: str
) -> list[TableLine]:
    """Return a row for each measure: the area, the nation in the same period, a year before."""
    lines = []
    for measure in measures:
        row = index.find_newest(measure, area)
        nation = index.find_newest(measure) if row is None else index.find_beside(row, NATION)
        earlier = None if row is None else index.find_year_before(row)
        cells = (
            format_cell(row, language),
            format_cell(nation, language),
            _format_past(earlier, language),
        )
        lines.append(TableLine(name_measure_form(measure, language), cells))
    return lines


def tabulate_nation(
    index: MeasureIndex, measures: Iterable[MeasureForm], language: str
) -> list[TableLine]:
    """Return a row for each measure: the nation, and a year before."""
    lines = []
    for measure in measures:
        row = index.find_newest(measure)
        earlier = None if row is None else index.find_year_before(row)
        cells = (format_cell(row, language), _format_past(earlier, language))
        lines.append(TableLine(name_measure_form(measure, language), cells))
    return lines


def tabulate_regions(
    index: MeasureIndex, measures: Sequence[MeasureForm], language: str
) -> list[TableLine]:
    """Return a row for each region by the alphabet, the nation last, and a column a measure."""
    places = [*list_regions(language).items(), (NATION, get_word("nation").get(language))]
    return [
        TableLine(
            label,
            tuple(format_cell(index.find_newest(measure, area), language) for measure in measures),
            "" if area == NATION else f"region-{area}.html",
        )
        for area, label in places
    ]


def tabulate_areas(index: MeasureIndex, areas: Sequence[str], language: str) -> list[TableLine]:
    """Return the headline measures of some areas beside each other."""
    return [
        TableLine(
            name_measure_form(measure, language),
            tuple(format_cell(index.find_newest(measure, area), language) for area in areas),
        )
        for measure in HEADLINE
    ]


def _format_past(row: MeasureRow | None, language: str) -> MeasureCell:
    return format_cell(row, language, missing="absent")
