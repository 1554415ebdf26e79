"""The noise as it came out."""

from collections.abc import Sequence

from portal.statistics.attacks.synthetic_release import SyntheticRelease
from portal.statistics.disclosure.noise import compute_noise_sd
from portal.statistics.gate.quality import NoiseDraw, is_sound, measure_noise


def test_noise_is_measured_in_its_own_spread(
    releases: dict[str, Sequence[SyntheticRelease]],
) -> None:
    release = releases["L0"][0]
    table = release.tables["received-category"]
    counts = {cell: release.count("received-category", cell) for cell in table.values}
    drawn = list(measure_noise(table, counts))

    assert [
        round(draw.noise * compute_noise_sd(table.cost) + draw.counted) for draw in drawn
    ] == list(table.values.values())


def test_a_release_of_a_few_cells_is_judged_with_patience() -> None:
    assert is_sound([NoiseDraw(noise, 1) for noise in (0.3, -1.2, 1.5, 0.2, -0.4, 0.9, -1.1, 0.1)])
    assert not is_sound([NoiseDraw(0.0, 1)] * 40)
