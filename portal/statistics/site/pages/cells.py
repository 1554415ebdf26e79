"""Measures as people read them: a value, its likely range, or why there is none."""

from dataclasses import dataclass
from typing import Literal

from portal.statistics.dataset.measure_row import MeasureRow
from portal.statistics.site.figures.texts import format_period, format_value

CellKind = Literal["shown", "few", "hidden", "unavailable", "long", "absent", "none"]
# What stands in the column "status" of the measures, and what it means.
KIND_BY_STATUS: dict[str, CellKind] = {"u": "few", "c": "hidden", "x": "unavailable", ">": "long"}


@dataclass(frozen=True)
class MeasureCell:
    """One measure of one area and one period."""

    kind: CellKind
    text: str = ""
    likely: str = ""
    period: str = ""


def format_cell(
    row: MeasureRow | None, language: str, *, missing: CellKind = "none"
) -> MeasureCell:
    """Return a row of the measures as texts.

    Args:
        row: None if there is none.
        language: of the texts.
        missing: what that means: "none" if it may still come, "absent" if it will not.
    """
    if row is None:
        return MeasureCell(missing)
    period = format_period(row.time_period, language)
    if row.value is None:
        return MeasureCell(KIND_BY_STATUS.get(row.status, "none"), period=period)
    text = format_value(row.value, row.unit, language)
    if row.ci_low is None:
        return MeasureCell("shown", text, period=period)
    low, high = (format_value(end, row.unit, language) for end in (row.ci_low, row.ci_high))
    return MeasureCell("shown", text, f"{low} – {high}", period)
