"""Notes to a release: what is new in it, what is not shown, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from portal.core.calendar import Quarter
from portal.statistics.catalogue.tables import LEVELS, Table, load
from portal.statistics.dataset.measure_row import read_measure_rows
from portal.statistics.dataset.table import MEASURES, TOTALS, get_total
from portal.statistics.site.pages import tables
from portal.statistics.site.pages.cells import MeasureCell, format_cell
from portal.statistics.site.pages.measure_index import MeasureIndex

OmissionReason = Literal["level", "year", "few"]


@dataclass(frozen=True)
class Omission:
    """Something that a reader may look for in vain, and why it is not there."""

    label: str
    why: OmissionReason


def collect_headline(index: MeasureIndex, language: str) -> Mapping[str, object]:
    """Return the exact totals of the quarter and the share concluded in time."""
    totals = index.documents[TOTALS]
    in_time = index.find_newest(tables.IN_TIME)
    return {
        "received": get_total(totals, "received"),
        "concluded": get_total(totals, "concluded"),
        "in_time": format_cell(in_time, language) if in_time else MeasureCell("none"),
    }


def list_new_tables(index: MeasureIndex, language: str) -> list[str]:
    """Return the titles of tables that the release before did not hold; none in the first one."""
    if len(index.history) == 1:
        return []
    earlier = index.history[-2][1]
    fresh = [
        document
        for name, document in index.documents.items()
        if name not in earlier and document.title
    ]
    return [document.title[language] for document in fresh]


def list_omissions(index: MeasureIndex, level: str, language: str) -> list[Omission]:
    """Return what is not published in this release: tables first, then measures."""
    omissions = [
        Omission(table.label.get(language), why)
        for table in load().tables.values()
        if (why := _explain_omission(table, index.quarter, level))
    ]
    few = {row.measure for row in read_measure_rows(index.documents[MEASURES]) if row.status == "u"}
    shown = {
        row.measure for row in read_measure_rows(index.documents[MEASURES]) if row.value is not None
    }
    names = [measure for name, measure in load().measures.items() if name in few - shown]
    return omissions + [Omission(measure.label.get(language), "few") for measure in names]


def _explain_omission(table: Table, quarter: Quarter, level: str) -> OmissionReason | None:
    """Return why a table is not in a release; None also if a sum of others takes its place."""
    cost = load().get_cost(table, level)
    if cost:
        yearly = table.period == "year" and not quarter.ends_year
        return "year" if yearly else None
    finer = any(table.cost[rank] == 0 for rank in range(LEVELS.index(level), -1, -1))
    later = any(table.cost[LEVELS.index(level) + 1 :])
    return "level" if finer and later else None
