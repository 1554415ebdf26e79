"""How documents are made: of protected tables, of measures, and of what is exact."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from portal.core.taxonomy import load as load_taxonomy
from portal.statistics.catalogue.codelists import NATION, TOTAL, Cell
from portal.statistics.catalogue.periods import Span
from portal.statistics.catalogue.tables import Dimension, Table, load
from portal.statistics.dataset.measure_row import MEASURE_COLUMNS, MeasureRow, Rate
from portal.statistics.dataset.table import (
    CONFIDENTIAL,
    LEADING_COLUMNS,
    MEASURES,
    SERIES,
    SERIES_COLUMNS,
    TOTALS,
    TRAILING_COLUMNS,
    Breakdown,
    Document,
    Row,
    Value,
)
from portal.statistics.disclosure.intervals import BAND, CellSum, compute_count_interval, is_banded
from portal.statistics.disclosure.noise import compute_noise_sd
from portal.statistics.disclosure.protected_table import ProtectedTable

LOW = "u"
# Noise alone is a fifth or more of the number: 2 sd out of 10.
LEAST_NOISE_DEVIATIONS = 10
DIGITS = 4  # after the point, of a rate


def tabulate_protected(protected: ProtectedTable, release: str) -> Document:
    """Return a protected table: every cell and every total, which is a sum of cells as drawn."""
    dimensions = [load().dimensions[name] for name in protected.table.dimensions]
    columns = list_columns(protected.table)
    return Document(
        release=release,
        table=protected.table.id,
        title=protected.table.label.texts,
        first_day=protected.span.first.isoformat(),
        last_day=protected.span.last.isoformat(),
        epsilon=protected.cost / 1000,
        noise_sd=round(compute_noise_sd(protected.cost), DIGITS),
        moved=protected.moved,
        dimensions=tuple(map(_describe_dimension, dimensions)),
        columns=columns,
        rows=tuple(_tabulate_rows(protected, dimensions, columns)),
    )


def tabulate_totals(received: int, concluded: int, span: Span, release: str) -> Document:
    """Return the exact national totals."""
    catalogue = load()
    counts = {"received": received, "concluded": concluded}
    return Document(
        release=release,
        table=TOTALS,
        title=catalogue.words["flow"].label.texts,
        first_day=span.first.isoformat(),
        last_day=span.last.isoformat(),
        columns=(*LEADING_COLUMNS, *TRAILING_COLUMNS),
        rows=tuple(
            (span.frequency, span.period, NATION, name, TOTAL, TOTAL, count, count, count, "", "")
            for name, count in counts.items()
        ),
    )


def tabulate_measures(rates: Iterable[Rate], release: str) -> Document:
    """Return the measures computed from the published tables."""
    return Document(
        release=release,
        table=MEASURES,
        measures={measure.id: measure.label.texts for measure in load().measures.values()},
        columns=MEASURE_COLUMNS,
        rows=tuple(
            MeasureRow(
                rate.span.frequency,
                rate.span.period,
                rate.area,
                rate.measure,
                rate.outcome,
                rate.part if rate.part is None or not is_banded(rate.part) else None,
                rate.whole,
                _round_value(rate.value),
                _round_value(rate.low),
                _round_value(rate.high),
                rate.basis,
                rate.clock,
                rate.status,
                rate.unit,
                rate.source,
            )
            for rate in rates
        ),
    )


def tabulate_series(
    rows: Iterable[tuple[str, str, int | None, str]], span: Span, release: str
) -> Document:
    """Return the exact national series.

    Args:
        rows: measure, reason, number and status of each; None if the number is not available.
        span: the quarter.
        release: its name.
    """
    catalogue = load()
    reasons = {reason.id: reason.label for reason in load_taxonomy().extension_reasons.values()}
    return Document(
        release=release,
        table=SERIES,
        title=catalogue.words["exact_series"].label.texts,
        first_day=span.first.isoformat(),
        last_day=span.last.isoformat(),
        measures={series.id: series.label.texts for series in catalogue.series.values()},
        reasons={
            TOTAL: catalogue.words["all"].label.texts,
            **{code: label.texts for code, label in reasons.items()},
        },
        columns=SERIES_COLUMNS,
        rows=tuple((span.frequency, span.period, *row) for row in rows),
    )


def list_columns(table: Table) -> tuple[str, ...]:
    """Return the columns of a table's files: those of every table, and its own dimensions."""
    own = [load().dimensions[name].column for name in table.dimensions]
    return (
        *LEADING_COLUMNS,
        *(column for column in own if column not in LEADING_COLUMNS),
        *TRAILING_COLUMNS,
    )


def _tabulate_rows(
    protected: ProtectedTable, dimensions: Sequence[Dimension], columns: tuple[str, ...]
) -> Iterable[Row]:
    sums, drawn = (
        _sum_cells(protected.values, dimensions),
        _sum_cells(protected.before.values, dimensions),
    )
    choices = [
        (*(code.id for code in dimension.codes), dimension.total) for dimension in dimensions
    ]
    for codes in product(*choices):
        known = protected.bound.get(codes)
        likely = known or compute_count_interval(*drawn[codes], protected.cost)
        values: dict[str, Value] = dict.fromkeys(columns, TOTAL)
        values |= {"freq": protected.span.frequency, "time_period": protected.span.period}
        values |= {"ref_area": NATION, "measure": protected.table.event}
        values |= {
            dimension.column: code for dimension, code in zip(dimensions, codes, strict=True)
        }
        exact = known is not None and known[0] == known[1]
        values |= _describe_number(sums[codes], likely, 0 if exact else protected.cost)
        yield tuple(values[column] for column in columns)


def _sum_cells(values: Mapping[Cell, int], dimensions: Sequence[Dimension]) -> dict[Cell, CellSum]:
    """Return every cell and every total as a sum of cells, negative ones included."""
    sums: dict[Cell, CellSum] = {}
    for cell, value in values.items():
        pairs = [(code, dimension.total) for code, dimension in zip(cell, dimensions, strict=True)]
        for codes in product(*pairs):
            known = sums.get(codes, CellSum(0, 0))
            sums[codes] = CellSum(known.value + value, known.cells + 1)
    return sums


def _describe_number(part: CellSum, likely: tuple[int, int], cost: int) -> dict[str, Value]:
    """Return a number with its range, which holds the number as published and as drawn.

    An exact one (no cost) is never hidden: it stands in the exact totals, too.
    """
    low, high = min(likely[0], part.value), max(likely[1], part.value)
    if is_banded(part.value) and cost:
        most = max(high, compute_count_interval(BAND - 1, part.cells, cost)[1])
        return dict(zip(TRAILING_COLUMNS, (None, 0, most, "", CONFIDENTIAL), strict=True))
    spread = compute_noise_sd(cost) * part.cells**0.5
    status = LOW if part.value < LEAST_NOISE_DEVIATIONS * spread else ""
    return dict(zip(TRAILING_COLUMNS, (part.value, low, high, status, ""), strict=True))


def _describe_dimension(dimension: Dimension) -> Breakdown:
    codes = {code: label.texts for code, label in dimension.get_labels().items()}
    return Breakdown(dimension.id, dimension.column, dimension.total, dimension.label.texts, codes)


def _round_value(value: float | None) -> float | None:
    return value if value is None or isinstance(value, int) else round(value, DIGITS)
