"""Whether deadlines were kept. Kept, missed and unknown are three answers; a bound is called one.

Nobody is said to have missed one where chance could have made the number: with so many places and
deadlines a range of 95 % would name somebody wrongly in most releases, so here it is 99.8 %.
"""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from portal.statistics.catalogue.codelists import NATION
from portal.statistics.catalogue.tables import get_word
from portal.statistics.dataset.measure_row import Estimate, MeasureRow
from portal.statistics.site.figures.texts import format_period, list_regions
from portal.statistics.site.pages import tables
from portal.statistics.site.pages.measure_index import MeasureIndex

State = Literal["kept", "missed", "unknown"]
WIDER = NormalDist().inv_cdf(0.999) / NormalDist().inv_cdf(0.975)  # 99.8 % against 95 %
FULL = 100


@dataclass(frozen=True)
class DeadlineRecord:
    """What is known of one deadline in a period.

    Attributes:
        deadline: acknowledged, redirected, concluded or told.
        state: kept (nothing that chance could not have made), missed or unknown.
        late: how many did not keep it; for conclusions, at least.
        whole: out of how many.
        percent: the same in percent.
        likely: its likely range, percent.
        most: for conclusions, how many percent it can be at most, extended ones among them.
        period: that it counts; empty if nothing was published.
    """

    deadline: str
    state: State
    late: int = 0
    whole: int = 0
    percent: int = 0
    likely: tuple[int, int] = (0, 0)
    most: int | None = None
    period: str = ""


@dataclass(frozen=True)
class PlaceDeadlines:
    """A region with what is known of each deadline."""

    area: str
    label: str
    deadlines: tuple[DeadlineRecord, ...]


KEPT = {
    "acknowledged": tables.ACKNOWLEDGED,
    "redirected": tables.REDIRECTED,
    "told": tables.TOLD,
}
DEADLINES = ("acknowledged", "redirected", "concluded", "told")  # in the order of a case


def describe_area(index: MeasureIndex, area: str, language: str) -> tuple[DeadlineRecord, ...]:
    """Return what is known of each deadline in an area, in the order of a case."""
    return tuple(
        _judge_share(name, index.find_newest(KEPT[name], area), language)
        if name in KEPT
        else _judge_bounds(name, index, area, language)
        for name in DEADLINES
    )


def describe_regions(index: MeasureIndex, language: str) -> list[PlaceDeadlines]:
    """Return the nation, then every region by the alphabet."""
    places = [(NATION, get_word("nation").get(language)), *list_regions(language).items()]
    return [
        PlaceDeadlines(area, label, describe_area(index, area, language)) for area, label in places
    ]


def _judge_share(name: str, row: MeasureRow | None, language: str) -> DeadlineRecord:
    """Return what the share that kept a deadline says."""
    if row is None or (share := row.estimate) is None:
        return DeadlineRecord(name, "unknown")
    missed = share.value + WIDER * (share.high - share.value) < 1
    percent, low, high = (_to_percent(1 - part) for part in (share.value, share.high, share.low))
    whole = row.den or 0
    return DeadlineRecord(
        name,
        "missed" if missed else "kept",
        round(whole * (1 - share.value)),
        whole,
        percent,
        (low, high),
        period=format_period(row.time_period, language),
    )


def _judge_bounds(name: str, index: MeasureIndex, area: str, language: str) -> DeadlineRecord:
    """Return what the two bounds of K20 say: no table tells which late case was extended."""
    most = index.find_newest(tables.LATE_AT_MOST, area)
    if most is None or (highest := most.estimate) is None:
        return DeadlineRecord(name, "unknown")
    least = index.find_form(most, tables.LATE_AT_LEAST)
    period = format_period(most.time_period, language)
    ceiling = _to_percent(highest.value)
    if least is None or (lowest := least.estimate) is None:
        return DeadlineRecord(name, "unknown", most=ceiling, period=period)
    certain = _is_certain(lowest)
    state: State = "missed" if certain else "unknown" if _is_certain(highest) else "kept"
    percent, low, high = map(_to_percent, lowest)
    whole = least.den or 0
    late = round(whole * lowest.value)
    return DeadlineRecord(name, state, late, whole, percent, (low, high), ceiling, period)


def _is_certain(share: Estimate) -> bool:
    """Tell whether a share is above zero by more than chance could make."""
    return share.value - WIDER * (share.value - share.low) > 0


def _to_percent(share: float) -> int:
    return round(FULL * share)
