"""Look at the noise of synthetic releases, and at noise that is known to be bad (G7)."""

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean, pstdev

from portal.statistics.attacks.synthetic_release import SyntheticRelease
from portal.statistics.gate.quality import NoiseDraw, describe_quality, is_sound, measure_noise
from portal.statistics.gate.result import AttackResult

LEAST_CELLS = 1900


def attack(releases: Sequence[SyntheticRelease]) -> AttackResult:
    """Look at the noise of synthetic releases, and at noise that is known to be bad."""
    drawn = [
        draw
        for release in releases
        for name, table in release.tables.items()
        for draw in measure_noise(table, {cell: release.count(name, cell) for cell in table.values})
    ]
    detected = {name: float(not is_sound(mutate(drawn))) for name, mutate in MUTATIONS.items()}
    fine = is_sound(drawn) and len(drawn) >= LEAST_CELLS
    return AttackResult(
        "G7", "look at the noise", float(not fine), 0.0, detected, describe_quality(drawn)
    )


def _divide_noise(drawn: Sequence[NoiseDraw]) -> list[NoiseDraw]:
    return [NoiseDraw(draw.noise / 2, draw.counted) for draw in drawn]


def _make_positive(drawn: Sequence[NoiseDraw]) -> list[NoiseDraw]:
    return [NoiseDraw(abs(draw.noise), draw.counted) for draw in drawn]


def _share_noise(drawn: Sequence[NoiseDraw]) -> list[NoiseDraw]:
    return [
        NoiseDraw(drawn[place // 2 * 2].noise, draw.counted) for place, draw in enumerate(drawn)
    ]


def _scale_with_count(drawn: Sequence[NoiseDraw]) -> list[NoiseDraw]:
    """Return noise that is larger where more was counted."""
    middle = fmean(draw.counted for draw in drawn)
    spread = pstdev(draw.counted for draw in drawn) or 1.0
    return [
        NoiseDraw(draw.noise + 0.2 * (draw.counted - middle) / spread, draw.counted)
        for draw in drawn
    ]


MUTATIONS: Mapping[str, Callable[[Sequence[NoiseDraw]], list[NoiseDraw]]] = {
    "half the noise": _divide_noise,
    "noise that only adds": _make_positive,
    "noise that neighbours share": _share_noise,
    "noise that grows with the count": _scale_with_count,
}
