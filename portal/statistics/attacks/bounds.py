"""Attack 2: work out counts from everything that was ever published (G3).

A cell of one or two cases is broken if at least one case is proved, or the count is. The success is
the share of such cells. What can be proved is worked out as for real releases
(`portal.statistics.gate.bounds`).
"""

from collections.abc import Iterator, Sequence
from math import sqrt
from typing import NamedTuple

from portal.statistics.attacks.synthetic_release import SyntheticRelease
from portal.statistics.attacks.unsafe_methods import LEAST_SHOWN, SUPPRESSED
from portal.statistics.disclosure.noise import Tally, compute_cap, compute_thresholds
from portal.statistics.gate.bounds import COUNTED, ExactTotal, build_system, compute_share_broken
from portal.statistics.gate.intervals import Range, SumSystem
from portal.statistics.gate.margins import CountKey, build_count_key, sum_margins, to_codes
from portal.statistics.gate.reader_view import ReaderView
from portal.statistics.gate.result import AttackResult

SMALL = (1, 2)
WHOLE = 1 << 56  # draws that the thresholds divide


class SmallCell(NamedTuple):
    """A published cell of one or two cases."""

    about: CountKey
    given_away: bool  # its own number proves one case
    chance: float  # of that


def attack(releases: Sequence[SyntheticRelease]) -> list[AttackResult]:
    """Work out the small cells of our releases, and of releases that hide small numbers.

    The attacker gets every number of ours as it was drawn, those below the band too. A cell whose
    own noise came out at its cap is given away by that alone; how rare that is follows from the
    cap (delta), and is judged apart from what numbers say about each other.
    """
    exact = [
        ExactTotal(event, release.quarter, getattr(release, event))
        for release in releases
        for event in COUNTED
    ]
    ours = [seen for release in releases for seen in as_drawn(release)]
    hidden = [seen for release in releases for seen in suppress_small(release)]
    small = [cell for release in releases for cell in _list_small_cells(release)]
    known, control = build_system(ours, exact), build_system(hidden, exact)
    names = [cell.about for cell in small]
    together = [cell.about for cell in small if not cell.given_away]
    widths = sorted(_measure_width(known, name) for name in names)
    caps = sum(cell.given_away for cell in small) / len(small)
    expected = sum(cell.chance for cell in small)
    most = (expected + 4 * sqrt(expected) + 1) / len(small)
    note = f"{len(small)} cells of 1 or 2; median interval {widths[len(widths) // 2]} wide"
    before = {SUPPRESSED.name: compute_share_broken(control, names)}
    return [
        AttackResult(
            "G3", "work counts out", compute_share_broken(known, together), 0.0, before, note
        ),
        AttackResult(
            "G3", "wait for noise at its cap", caps, most, note=f"expected {expected:.3f} cells"
        ),
    ]


def _list_small_cells(release: SyntheticRelease) -> Iterator[SmallCell]:
    for name, table in release.tables.items():
        whole, most = (
            build_count_key(table.table, release.quarter, frozenset()),
            compute_cap(table.cost),
        )
        for cell, value in table.values.items():
            if (count := release.count(name, cell)) in SMALL:
                codes = to_codes(table.table.dimensions, cell)
                chance = 1 - compute_thresholds(table.cost)[-count] / WHOLE
                yield SmallCell(whole._replace(codes=codes), value > most, chance)


def _measure_width(system: SumSystem, count: CountKey) -> int:
    interval = system.get_range(count)
    return interval.high - interval.low


def as_drawn(release: SyntheticRelease) -> Iterator[ReaderView]:
    """Yield the tables of a release with every number as it was drawn, those below the band too."""
    for table in release.tables.values():
        sums = sum_margins(table.table.dimensions, table.values)
        values = {codes: Range(margin.value, margin.value) for codes, margin in sums.items()}
        yield ReaderView(table.table, release.quarter, values, compute_cap(table.cost))


def suppress_small(release: SyntheticRelease) -> Iterator[ReaderView]:
    """Yield the tables of a release as raw counts in which small numbers are hidden."""
    for name, table in release.tables.items():
        counts = {cell: release.count(name, cell) for cell in table.values}
        sums = sum_margins(table.table.dimensions, counts)
        values = {codes: _hide_small(margin.value) for codes, margin in sums.items()}
        yield ReaderView(table.table, release.quarter, values, 0)


def _hide_small(count: int) -> Range:
    if SUPPRESSED.publish((), Tally(count), 0) == count:
        return Range(count, count)
    return Range(1, LEAST_SHOWN - 1)
