"""Attack 2: work out counts from everything that was ever published (G3).

A cell of one or two cases is broken if at least one case is proved, or the count is. The success is
the share of such cells. What can be proved is worked out as for real releases
(`portal.statistics.gate.bounds`).
"""

from collections.abc import Iterator, Sequence
from math import sqrt
from typing import NamedTuple

from portal.statistics.attacks.synthetic_release import Made
from portal.statistics.attacks.unsafe_methods import LEAST_SHOWN, SUPPRESSED
from portal.statistics.disclosure.noise import Tally, compute_cap, compute_thresholds
from portal.statistics.gate.bounds import COUNTED, Exact, read, share_broken
from portal.statistics.gate.intervals import Range, System
from portal.statistics.gate.margins import About, about, codes_of, margins
from portal.statistics.gate.result import Result
from portal.statistics.gate.seen import Seen

SMALL = (1, 2)
WHOLE = 1 << 56  # draws that the thresholds divide


class Small(NamedTuple):
    """A published cell of one or two cases."""

    about: About
    given_away: bool  # its own number proves one case
    chance: float  # of that


def attack(releases: Sequence[Made]) -> list[Result]:
    """Work out the small cells of our releases, and of releases that hide small numbers.

    The attacker gets every number of ours as it was drawn, those below the band too. A cell whose
    own noise came out at its cap is given away by that alone; how rare that is follows from the
    cap (delta), and is judged apart from what numbers say about each other.
    """
    exact = [
        Exact(event, one.quarter, getattr(one, event)) for one in releases for event in COUNTED
    ]
    ours = [seen for one in releases for seen in as_drawn(one)]
    hidden = [seen for one in releases for seen in suppressed(one)]
    small = [found for one in releases for found in _small(one)]
    known, control = read(ours, exact), read(hidden, exact)
    names = [one.about for one in small]
    together = [one.about for one in small if not one.given_away]
    widths = sorted(_width(known, name) for name in names)
    caps = sum(one.given_away for one in small) / len(small)
    expected = sum(one.chance for one in small)
    most = (expected + 4 * sqrt(expected) + 1) / len(small)
    note = f"{len(small)} cells of 1 or 2; median interval {widths[len(widths) // 2]} wide"
    before = {SUPPRESSED.name: share_broken(control, names)}
    return [
        Result("G3", "work counts out", share_broken(known, together), 0.0, before, note),
        Result(
            "G3", "wait for noise at its cap", caps, most, note=f"expected {expected:.3f} cells"
        ),
    ]


def _small(release: Made) -> Iterator[Small]:
    for name, one in release.tables.items():
        whole, most = about(one.table, release.quarter, frozenset()), compute_cap(one.cost)
        for cell, value in one.values.items():
            if (count := release.count(name, cell)) in SMALL:
                codes = codes_of(one.table.dimensions, cell)
                chance = 1 - compute_thresholds(one.cost)[-count] / WHOLE
                yield Small(whole._replace(codes=codes), value > most, chance)


def _width(system: System, count: About) -> int:
    found = system.range(count)
    return found.high - found.low


def as_drawn(release: Made) -> Iterator[Seen]:
    """Yield the tables of a release with every number as it was drawn, those below the band too."""
    for one in release.tables.values():
        sums = margins(one.table.dimensions, one.values)
        values = {codes: Range(found.value, found.value) for codes, found in sums.items()}
        yield Seen(one.table, release.quarter, values, compute_cap(one.cost))


def suppressed(release: Made) -> Iterator[Seen]:
    """Yield the tables of a release as raw counts in which small numbers are hidden."""
    for name, one in release.tables.items():
        counts = {cell: release.count(name, cell) for cell in one.values}
        sums = margins(one.table.dimensions, counts)
        values = {codes: _hidden(found.value) for codes, found in sums.items()}
        yield Seen(one.table, release.quarter, values, 0)


def _hidden(count: int) -> Range:
    if SUPPRESSED.shown((), Tally(count), 0) == count:
        return Range(count, count)
    return Range(1, LEAST_SHOWN - 1)
