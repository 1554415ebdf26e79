"""How long cases took: shares within so many working days, quantiles, cases over their deadline.

All of a cohort is in the denominator, open cases too, and it is counted when the youngest is older
than the last band: so nothing is guessed about cases that have not ended.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from math import ceil, sqrt

from portal.statistics.catalogue.codelists import EDGES, STATUTORY
from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.measure_row import BEYOND, LOW, WORKING_DAYS, Rate
from portal.statistics.disclosure.intervals import Z95, CellSum
from portal.statistics.disclosure.noise import compute_noise_sd
from portal.statistics.disclosure.protected_table import ProtectedTable
from portal.statistics.measures.ratio import fill_ratio
from portal.statistics.measures.share import fill_share, make_row, select_area

STATUTORY_CLOCK = f"{STATUTORY} working days, statutory"
COHORT = "cohort"
# The quantiles, and from how many cases on: measured at an epsilon of 0.4, more with more noise.
QUANTILES = {"p50": (0.5, 80), "p90": (0.9, 200)}
MEASURED_AT = 400
EXTENDED = frozenset({"told_in_time", "told_late"})
REDIRECTED = frozenset({"redirected_in_time", "redirected_late"})


def compute_rates(protected: ProtectedTable) -> Iterator[Rate]:
    """Yield K5, concluded within so many working days, and K6, the quantiles."""
    bands = [code.id for code in load().dimensions["duration"].codes]
    for area in protected.list_areas():
        for rank, days in enumerate(EDGES, start=1):
            clock = STATUTORY_CLOCK if days == STATUTORY else f"{days} working days"
            row = make_row(protected, "K5", COHORT, area)._replace(clock=clock)
            yield fill_share(protected, row, {"duration": frozenset(bands[:rank])}, {})
        parts = [
            protected.sum_cells(**select_area(area), duration=frozenset({band})) for band in bands
        ]
        for name in QUANTILES:
            row = make_row(protected, "K6", COHORT, area)._replace(outcome=name, unit=WORKING_DAYS)
            least = compute_least_for_quantile(
                name, protected.cost, protected.count_added_areas(area)
            )
            yield _fill_quantile(row._replace(clock="working days"), parts, protected.cost, least)


def compute_over_deadline(durations: ProtectedTable, procedure: ProtectedTable) -> Iterator[Rate]:
    """Yield K20 of one cohort: how many ran over their deadline, at least and at most.

    At most: all that took longer than the law gives without an extension. At least: these without
    as many as were extended, or redirected and perhaps extended too, since no table tells which.
    """
    late = frozenset(
        code.id for code in load().dimensions["duration"].codes[_count_bands_within() :]
    )
    source = f"{durations.table.id}+{procedure.table.id}"
    for area in durations.list_areas():
        row = make_row(durations, "K20", COHORT, area)._replace(clock=STATUTORY_CLOCK)
        yield fill_share(durations, row._replace(outcome="at_most"), {"duration": late}, {})
        whole = durations.sum_cells(**select_area(area))
        least = max(table.compute_least_denominator(area) for table in (durations, procedure))
        beyond = durations.sum_cells(**select_area(area), duration=late)
        excused = procedure.sum_cells(**select_area(area), procedure=EXTENDED | REDIRECTED)
        noise = beyond.cells * compute_noise_sd(durations.cost) ** 2
        noise += excused.cells * compute_noise_sd(procedure.cost) ** 2
        yield fill_ratio(
            row._replace(outcome="at_least", source=source),
            max(0, beyond.value - excused.value),
            whole.value,
            part_noise=noise,
            whole_noise=whole.cells * compute_noise_sd(durations.cost) ** 2,
            least=least,
        )


def compute_quantile(counts: Sequence[float], fraction: float) -> float | None:
    """Return after how many working days a share of all was concluded.

    Args:
        counts: of the bands of durations, with noise; the last band is open.
        fraction: between 0 and 1.

    Returns:
        Working days, by linear interpolation in the band; None in the open one, and where noise
        left nothing to count.

    Source: statistics of grouped data; noise may make a cumulated count fall, so it counts as the
        highest before it.
    """
    reached = list(accumulate(accumulate(counts), max, initial=0.0))
    target = fraction * reached[-1]
    if not target:
        return None
    edges = (0, *EDGES)
    for start, end, before, after in zip(edges, edges[1:], reached, reached[1:], strict=False):
        if after >= target:
            return start + (end - start) * (target - before) / (after - before or 1)
    return None


def compute_least_for_quantile(name: str, cost: int, added: int = 1) -> int:
    """Return from how many cases on a quantile is shown.

    Args:
        name: "p50" or "p90".
        cost: epsilon of the table in thousandths.
        added: how many areas were added up.
    """
    least = QUANTILES[name][1]
    return max(
        least, ceil(least * (compute_noise_sd(cost) / compute_noise_sd(MEASURED_AT)) * sqrt(added))
    )


def _fill_quantile(row: Rate, parts: Sequence[CellSum], cost: int, least: int) -> Rate:
    """Fill a quantile in; its range are the quantiles at the ends of the range of its share."""
    fraction = QUANTILES[row.outcome][0]
    counts = [float(part.value) for part in parts]
    whole = sum(part.value for part in parts)
    if whole < least:
        return row._replace(status=LOW)
    cells = sum(part.cells for part in parts) * max(fraction, 1 - fraction) ** 2
    chance = sqrt(fraction * (1 - fraction) / whole + cells * (compute_noise_sd(cost) / whole) ** 2)
    low = compute_quantile(counts, max(0.0, fraction - Z95 * chance))
    high = compute_quantile(counts, min(1.0, fraction + Z95 * chance))
    value = compute_quantile(counts, fraction)
    shown = row._replace(whole=whole, value=value, low=low, high=high)
    if value is None:
        return shown._replace(low=EDGES[-1] if low is None else low, status=BEYOND)
    return shown


def _count_bands_within() -> int:
    return EDGES.index(STATUTORY) + 1
