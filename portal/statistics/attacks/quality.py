"""Look at the noise of synthetic releases, and at noise that is known to be bad (G7)."""

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean, pstdev

from portal.statistics.attacks.synthetic_release import Made
from portal.statistics.gate.quality import Drawn, described, good, of_table
from portal.statistics.gate.result import Result

LEAST_CELLS = 1900


def attack(releases: Sequence[Made]) -> Result:
    """Look at the noise of synthetic releases, and at noise that is known to be bad."""
    drawn = [
        one
        for release in releases
        for name, table in release.tables.items()
        for one in of_table(table, {cell: release.count(name, cell) for cell in table.values})
    ]
    caught = {name: float(not good(spoil(drawn))) for name, spoil in SPOILT.items()}
    fine = good(drawn) and len(drawn) >= LEAST_CELLS
    return Result("G7", "look at the noise", float(not fine), 0.0, caught, described(drawn))


def _half(drawn: Sequence[Drawn]) -> list[Drawn]:
    return [Drawn(one.noise / 2, one.counted) for one in drawn]


def _upwards(drawn: Sequence[Drawn]) -> list[Drawn]:
    return [Drawn(abs(one.noise), one.counted) for one in drawn]


def _shared(drawn: Sequence[Drawn]) -> list[Drawn]:
    return [Drawn(drawn[place // 2 * 2].noise, one.counted) for place, one in enumerate(drawn)]


def _growing(drawn: Sequence[Drawn]) -> list[Drawn]:
    """Return noise that is larger where more was counted."""
    middle = fmean(one.counted for one in drawn)
    spread = pstdev(one.counted for one in drawn) or 1.0
    return [Drawn(one.noise + 0.2 * (one.counted - middle) / spread, one.counted) for one in drawn]


SPOILT: Mapping[str, Callable[[Sequence[Drawn]], list[Drawn]]] = {
    "half the noise": _half,
    "noise that only adds": _upwards,
    "noise that neighbours share": _shared,
    "noise that grows with the count": _growing,
}
