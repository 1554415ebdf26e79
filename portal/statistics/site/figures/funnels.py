"""Funnels: which regions differ from the rest by more than chance, noise and what is usual."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from portal.core.calendar import Quarter
from portal.statistics.catalogue.codelists import EDGES, STATUTORY
from portal.statistics.catalogue.periods import QUARTERS_A_YEAR
from portal.statistics.catalogue.tables import get_word, load
from portal.statistics.dataset.history import (
    History,
    MeasureKey,
    count_cells_added_up,
    find_in_every_release,
    find_newest_rates,
    get_words,
    has_dimension,
)
from portal.statistics.dataset.measure_row import MeasureRow
from portal.statistics.dataset.table import MEASURES, Document
from portal.statistics.signals.funnel_limits import (
    WITHIN_95,
    WITHIN_998,
    Funnel,
    RegionCount,
    fit_funnel,
)
from portal.statistics.site.charts import grid
from portal.statistics.site.charts.figure import ChartFigure
from portal.statistics.site.charts.funnel import (
    FunnelLabels,
    FunnelLimits,
    FunnelPoint,
    draw_funnel,
)
from portal.statistics.site.charts.lines import Axis
from portal.statistics.site.charts.marks import Drawing
from portal.statistics.site.figures.builders import (
    format_share_cells,
    label_rate_ticks,
    label_share_ticks,
    sort_by_name,
)
from portal.statistics.site.figures.texts import FULL, format_period, format_whole

POINTS = 24  # of a limit
LEAST_REGIONS = 5
PER = 100_000
FINE = 10
STATES = {0: "as_expected", 1: "higher_than_expected", -1: "lower_than_expected"}


@dataclass(frozen=True)
class FunnelKind:
    """One funnel: its name, its measure, and how its rates are written and placed."""

    name: str
    measure: MeasureKey
    share: bool = True

    @property
    def scale(self) -> int:
        """Return how often a rate goes into a picture's numbers."""
        return FULL * FINE if self.share else PER * FINE


RATE = FunnelKind("rate", MeasureKey("K2"), share=False)
CONFIRMED = FunnelKind("confirmed", MeasureKey("K9"))
IN_TIME = FunnelKind("in_time", MeasureKey("K5", clock=f"{STATUTORY} "))


@dataclass(frozen=True)
class RegionComparison:
    """The regions of one funnel in the order of the alphabet, and the funnel."""

    kind: FunnelKind
    quarter: Quarter
    named: Sequence[tuple[str, MeasureRow]]
    units: Sequence[RegionCount]
    funnel: Funnel


def compare_regions(kind: FunnelKind, history: History, language: str) -> RegionComparison | None:
    """Return how regions compare in the newest release with rates; None if too few have one."""
    newest = find_newest_rates(history, kind.measure)
    if newest is None:
        return None
    quarter, rows = newest
    shown = [row for row in rows if row.value is not None and row.num is not None]
    named = sort_by_name(shown, language)
    if len(named) < LEAST_REGIONS:
        return None
    units = [RegionCount(row.ref_area, row.num or 0, row.den or 0) for _, row in named]
    target = sum(unit.count for unit in units) / sum(unit.size for unit in units)
    past = [release for release in history if release[0] <= quarter]
    noise = _compute_noise(kind, past, named[0][1], target)
    return RegionComparison(kind, quarter, named, units, fit_funnel(units, noise, share=kind.share))


def draw_funnel_figure(
    kind: FunnelKind, history: History, language: str, own: str = ""
) -> ChartFigure | None:
    """Return the funnel of one measure, or None if too few regions have a rate.

    Args:
        kind: what is compared.
        history: releases, the oldest first.
        language: of the texts.
        own: the region that a page is about.
    """
    comparison = compare_regions(kind, history, language)
    if comparison is None:
        return None
    sides = [comparison.funnel.compare_with_limits(unit) for unit in comparison.units]
    name = f"funnel-{kind.name.replace('_', '-')}"
    return ChartFigure(
        name=f"{name}-{own}" if own else name,
        shape="funnel",
        source=MEASURES,
        quarter=comparison.quarter,
        title=get_word(f"funnel_{kind.name}").get(language),
        summary=" ".join(get_words(language, "table_follows", "funnel_read")),
        note=f"{format_period(comparison.named[0][1].time_period, language)}. "
        + " ".join(get_words(language, "funnel_read", "noise_in_limits")),
        header=get_words(language, "region", f"size_{kind.name}", "value", "likely", "compared"),
        rows=tuple(
            (
                label,
                format_whole(unit.size, language),
                *format_share_cells(row, language),
                get_word(STATES[side]).get(language),
            )
            for (label, row), unit, side in zip(
                comparison.named, comparison.units, sides, strict=True
            )
        ),
        drawing=_draw_regions(comparison, own, language),
    )


def count_noisy_cells(document: Document, kind: FunnelKind) -> tuple[int, int]:
    """Return how many cells make up a region's numerator, and the rest of its denominator."""
    if kind is RATE:
        return count_cells_added_up(document, "region"), 0
    if kind is IN_TIME:
        within = EDGES.index(STATUTORY) + 1
        return within, len(EDGES) + 1 - within
    name = "finding" if has_dimension(document, "finding") else "outcome"
    codes = {code.id: code.members for code in load().dimensions["finding"].codes}
    confirmed, others = (1, 2)
    if name == "outcome":
        confirmed = len(codes["confirmed"])
        others = len(codes["not_confirmed"]) + len(codes["undetermined"])
    each = count_cells_added_up(document, "region", name)
    return confirmed * each, others * each


def _compute_noise(kind: FunnelKind, history: History, row: MeasureRow, target: float) -> float:
    """Return the variance of the noise in the count of one region.

    For a share it is that of the numerator less the target's part of the denominator.
    """
    total = 0.0
    for table in row.source.split("+"):
        quarterly = load().tables[table].period == "quarter" and row.freq == "A"
        for source in find_in_every_release(history, table)[
            -QUARTERS_A_YEAR if quarterly else -1 :
        ]:
            part, rest = count_noisy_cells(source.document, kind)
            weight = part * (1 - target) ** 2 + rest * target**2 if kind.share else part
            total += weight * source.document.noise_sd**2
    return total


def _draw_regions(comparison: RegionComparison, own: str, language: str) -> Drawing:
    kind, scale = comparison.kind, comparison.kind.scale
    widest = grid.round_up(max(unit.size for unit in comparison.units))
    limits = [
        FunnelLimits(
            size,
            _scale_ends(comparison.funnel.compute_limits(size, WITHIN_95), scale),
            _scale_ends(comparison.funnel.compute_limits(size, WITHIN_998), scale),
        )
        for size in (max(1, widest * step // POINTS) for step in range(1, POINTS + 1))
    ]
    spots = [
        FunnelPoint(
            label,
            unit.size,
            round(scale * unit.rate),
            flag=bool(comparison.funnel.compare_with_limits(unit)),
            own=unit.id == own,
        )
        for (label, _), unit in zip(comparison.named, comparison.units, strict=True)
    ]
    highest = grid.round_up(max(limits[POINTS // 4].outer[1], *(spot.value for spot in spots)))
    top = min(scale, highest) if kind.share else highest
    ticks = label_share_ticks(top, language) if kind.share else label_rate_ticks(top, language)
    names = FunnelLabels(
        *get_words(language, f"size_{kind.name}", "nation", "limits_95", "limits_998")
    )
    target = round(scale * comparison.funnel.target)
    sizes = partial(format_whole, language=language)
    return draw_funnel(spots, limits, Axis(top, ticks), target, names, sizes)


def _scale_ends(ends: tuple[float, float], scale: int) -> tuple[int, int]:
    return round(scale * ends[0]), round(scale * ends[1])
