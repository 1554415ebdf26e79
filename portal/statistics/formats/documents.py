"""What a published table is: rows under column names of SDMX, and what its codes mean."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from portal.core.taxonomy import load as load_taxonomy
from portal.statistics.catalogue import NATION, TOTAL, Dimension, Table, load
from portal.statistics.disclosure import BAND, Cell, Part, banded, count_interval, noise_sd
from portal.statistics.measures import Protected, Rate, Span

TOTALS = "totals"  # the one table without noise: anyone can count it in the public log
MEASURES = "measures"
SERIES = "series"  # exact national numbers that are no secret of a single case
CODES = "codes"
CONFIDENTIAL = "c"
LOW = "u"
# Noise alone is a fifth or more of the number: 2 sd out of 10.
FIRM = 10
DIGITS = 4  # after the point, of a rate

FIRST = ("freq", "time_period", "ref_area", "measure", "category", "outcome")
LAST = ("obs_value", "lower95", "upper95", "obs_status", "conf_status")
RATES = (
    *FIRST[:4],
    "outcome",
    *("num", "den", "value", "ci_low", "ci_high", "basis", "clock", "status", "unit", "source"),
)
EXACT = ("freq", "time_period", "measure", "reason", "obs_value", "obs_status")

Value = str | int | float | None
Row = tuple[Value, ...]
Document = dict[str, Any]


def document(found: Protected, release: str) -> Document:
    """Return a protected table: every cell and every total, which is a sum of cells as drawn."""
    dimensions = [load().dimensions[name] for name in found.table.dimensions]
    columns = columns_of(found.table)
    return {
        "release": release,
        "table": found.table.id,
        "title": found.table.label.texts,
        "first_day": found.span.first.isoformat(),
        "last_day": found.span.last.isoformat(),
        "epsilon": found.cost / 1000,
        "noise_sd": round(noise_sd(found.cost), DIGITS),
        "moved": found.moved,
        "dimensions": [_described(dimension) for dimension in dimensions],
        "columns": list(columns),
        "rows": [list(row) for row in _rows(found, dimensions, columns)],
    }


def totals_document(received: int, concluded: int, span: Span, release: str) -> Document:
    """Return the exact national totals."""
    known = load()
    counts = {"received": received, "concluded": concluded}
    return {
        "release": release,
        "table": TOTALS,
        "title": known.words["flow"].label.texts,
        "first_day": span.first.isoformat(),
        "last_day": span.last.isoformat(),
        "epsilon": None,
        "noise_sd": 0,
        "dimensions": [],
        "columns": [*FIRST, *LAST],
        "rows": [
            [span.frequency, span.period, NATION, name, TOTAL, TOTAL, count, count, count, "", ""]
            for name, count in counts.items()
        ],
    }


def measures_document(rates: Iterable[Rate], release: str) -> Document:
    """Return the measures computed from the published tables."""
    return {
        "release": release,
        "table": MEASURES,
        "measures": {one.id: one.label.texts for one in load().measures.values()},
        "columns": list(RATES),
        "rows": [
            [
                rate.span.frequency,
                rate.span.period,
                rate.area,
                rate.measure,
                rate.outcome,
                rate.part if rate.part is None or not banded(rate.part) else None,
                rate.whole,
                *(_rounded(one) for one in (rate.value, rate.low, rate.high)),
                rate.basis,
                rate.clock,
                rate.status,
                rate.unit,
                rate.source,
            ]
            for rate in rates
        ],
    }


def series_document(
    rows: Iterable[tuple[str, str, int | None, str]], span: Span, release: str
) -> Document:
    """Return the exact national series.

    Args:
        rows: measure, reason, number and status of each; None if the number is not available.
        span: the quarter.
        release: its name.
    """
    known = load()
    reasons = {one.id: one.label for one in load_taxonomy().extension_reasons.values()}
    return {
        "release": release,
        "table": SERIES,
        "title": known.words["exact_series"].label.texts,
        "first_day": span.first.isoformat(),
        "last_day": span.last.isoformat(),
        "epsilon": None,
        "noise_sd": 0,
        "dimensions": [],
        "measures": {one.id: one.label.texts for one in known.series.values()},
        "reasons": {
            TOTAL: known.words["all"].label.texts,
            **{code: label.texts for code, label in reasons.items()},
        },
        "columns": list(EXACT),
        "rows": [[span.frequency, span.period, *row] for row in rows],
    }


def records(found: Document) -> list[dict[str, Any]]:
    """Return the rows of a document with their columns."""
    return [dict(zip(found["columns"], row, strict=True)) for row in found["rows"]]


def records_with(found: Document, column: str, value: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a document that have a value in a column: cheaper than all rows."""
    place = found["columns"].index(column)
    for row in found["rows"]:
        if row[place] == value:
            yield dict(zip(found["columns"], row, strict=True))


def total_of(totals: Document, measure: str) -> int:
    """Return an exact national total from its document: "received" or "concluded"."""
    return next(int(row["obs_value"]) for row in records(totals) if row["measure"] == measure)


def columns_of(table: Table) -> tuple[str, ...]:
    """Return the columns of a table's files: those of every table, and its own dimensions."""
    own = [load().dimensions[name].column for name in table.dimensions]
    return (*FIRST, *(column for column in own if column not in FIRST), *LAST)


def _rows(
    found: Protected, dimensions: Sequence[Dimension], columns: tuple[str, ...]
) -> Iterable[Row]:
    sums, drawn = _sums(found.values, dimensions), _sums(found.before.values, dimensions)
    choices = [(*(code.id for code in one.codes), one.total) for one in dimensions]
    for codes in product(*choices):
        known = found.bound.get(codes)
        likely = known or count_interval(*drawn[codes], found.cost)
        named: dict[str, Value] = dict.fromkeys(columns, TOTAL)
        named |= {"freq": found.span.frequency, "time_period": found.span.period}
        named |= {"ref_area": NATION, "measure": found.table.event}
        named |= {one.column: code for one, code in zip(dimensions, codes, strict=True)}
        exact = known is not None and known[0] == known[1]
        named |= _observed(sums[codes], likely, 0 if exact else found.cost)
        yield tuple(named[column] for column in columns)


def _sums(values: Mapping[Cell, int], dimensions: Sequence[Dimension]) -> dict[Cell, Part]:
    """Return every cell and every total as a sum of cells, negative ones included."""
    sums: dict[Cell, Part] = {}
    for cell, value in values.items():
        pairs = [(code, one.total) for code, one in zip(cell, dimensions, strict=True)]
        for codes in product(*pairs):
            known = sums.get(codes, Part(0, 0))
            sums[codes] = Part(known.value + value, known.cells + 1)
    return sums


def _observed(part: Part, likely: tuple[int, int], cost: int) -> dict[str, Value]:
    """Return a number with its range, which holds the number as published and as drawn.

    An exact one (no cost) is never hidden: it stands in the exact totals, too.
    """
    low, high = min(likely[0], part.value), max(likely[1], part.value)
    if banded(part.value) and cost:
        most = max(high, count_interval(BAND - 1, part.cells, cost)[1])
        return dict(zip(LAST, (None, 0, most, "", CONFIDENTIAL), strict=True))
    spread = noise_sd(cost) * part.cells**0.5
    status = LOW if part.value < FIRM * spread else ""
    return dict(zip(LAST, (part.value, low, high, status, ""), strict=True))


def _described(dimension: Dimension) -> Document:
    return {
        "id": dimension.id,
        "column": dimension.column,
        "total": dimension.total,
        "label": dimension.label.texts,
        "codes": {code: label.texts for code, label in dimension.labels().items()},
    }


def _rounded(value: float | None) -> Value:
    return value if value is None or isinstance(value, int) else round(value, DIGITS)
