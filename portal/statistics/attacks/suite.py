"""All attacks on synthetic releases, level by level, quick or in full."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from portal.statistics.attacks import (
    averaging,
    bounds,
    budget,
    consistency,
    differencing,
    epsilon,
    file_allowlist,
    membership,
    neighbours,
    quality,
    table_allowlist,
)
from portal.statistics.attacks.population import Population, make
from portal.statistics.attacks.synthetic_release import SyntheticRelease, publish_all
from portal.statistics.catalogue.tables import LEVELS
from portal.statistics.gate.result import AttackResult

Tell = Callable[[str], None]


@dataclass(frozen=True)
class SuiteSize:
    """How much is attacked."""

    quarters: int  # at least the four of a year
    a_year: tuple[int, ...]  # reports, by level
    audit_rounds: int
    membership_rounds: int


QUICK = SuiteSize(6, (1_000, 10_000, 21_000), 6_000, 500)
FULL = SuiteSize(12, (1_000, 10_000, 67_000), epsilon.ROUNDS, 5_000)
WHOLE_YEAR = 3  # place of the release that has the tables of a year too
LIVES_A_YEAR = 1_000
SEED = "gate"


def run(size: SuiteSize, tell: Tell) -> Iterator[AttackResult]:
    """Attack synthetic releases of every level.

    Args:
        size: how much.
        tell: shows progress.
    """
    tell("lives through changing levels")
    yield budget.attack(make(SEED, a_year=LIVES_A_YEAR, quarters=size.quarters), SEED)
    tell(f"{size.audit_rounds:,} publications of each pair of neighbours")
    yield epsilon.attack(size.audit_rounds)
    everything: list[SyntheticRelease] = []
    for level, a_year in zip(LEVELS, size.a_year, strict=True):
        tell(f"{level}: {a_year:,} reports a year, {size.quarters} quarters")
        population = make(f"{SEED} {level}", a_year=a_year, quarters=size.quarters)
        releases = publish_all(population, level)
        everything += releases
        for result in _attack_level(level, population, releases, tell):
            yield replace(result, on=level)
        tell(f"{level}: {size.membership_rounds:,} publications of a life")
        for result in membership.attack(level, size.membership_rounds):
            yield replace(result, on=level)
    yield quality.attack(everything)


def _attack_level(
    level: str, population: Population, releases: Sequence[SyntheticRelease], tell: Tell
) -> Iterator[AttackResult]:
    year = releases[WHOLE_YEAR]
    tell(f"{level}: all {len(releases)} releases as one system of sums")
    yield from bounds.attack(releases)
    tell(f"{level}: subtracting, averaging, making again")
    yield differencing.attack(population, releases)
    yield neighbours.attack(population, year.quarter, level)
    yield averaging.attack(population, releases)
    yield from consistency.attack(population, year.quarter, level)
    yield table_allowlist.attack(year)
    yield file_allowlist.attack(year)
