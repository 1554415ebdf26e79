"""All attacks of the gate on synthetic releases, level by level, quick or in full."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from portal.statistics.catalogue import LEVELS
from portal.statistics.gate import (
    audit,
    averaging,
    bounds,
    differencing,
    guard,
    membership,
    quality,
    rebuilding,
    spending,
    vintages,
)
from portal.statistics.gate.population import make
from portal.statistics.gate.publishing import Made, publish_all
from portal.statistics.gate.result import Result

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Size:
    """How much is attacked."""

    quarters: int
    a_year: tuple[int, ...]  # reports, by level
    audit_rounds: int
    membership_rounds: int


QUICK = Size(6, (1_000, 10_000, 21_000), 6_000, 500)
FULL = Size(12, (1_000, 10_000, 67_000), audit.ROUNDS, 5_000)
LIVES_A_YEAR = 1_000
SEED = "gate"


def run(size: Size, tell: Tell) -> Iterator[Result]:
    """Attack synthetic releases of every level.

    Args:
        size: how much.
        tell: is told what comes next.
    """
    tell("G1: lives through changing levels")
    yield spending.attack(make(SEED, a_year=LIVES_A_YEAR, quarters=size.quarters), SEED)
    tell(f"G2: {size.audit_rounds:,} publications of each pair of neighbours")
    yield audit.attack(size.audit_rounds)
    everything: list[Made] = []
    for level, a_year in zip(LEVELS, size.a_year, strict=True):
        tell(f"{level}: {a_year:,} reports a year, {size.quarters} quarters")
        population = make(f"{SEED} {level}", a_year=a_year, quarters=size.quarters)
        releases = publish_all(population, level)
        everything += releases
        year = releases[3]
        tell(f"{level}: G3, all {len(releases)} releases as sums")
        yield from bounds.attack(releases)
        tell(f"{level}: G4, G8, G10, averages")
        yield differencing.attack(population, releases)
        yield vintages.attack(population, year.quarter, level)
        yield averaging.attack(population, releases)
        yield from rebuilding.attack(population, year.quarter, level)
        yield guard.attack(year)
        tell(f"{level}: G5, {size.membership_rounds:,} publications of a life")
        yield from membership.attack(level, size.membership_rounds)
    yield quality.attack(everything)
