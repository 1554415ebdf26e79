"""Noise that is known to be bad is noticed."""

from collections.abc import Sequence

from portal.statistics.attacks import quality
from portal.statistics.attacks.synthetic_release import SyntheticRelease


def test_the_noise_of_all_tables_is_that_of_theory(
    releases: dict[str, Sequence[SyntheticRelease]],
) -> None:
    result = quality.attack([release for some in releases.values() for release in some])

    assert result.passed, result
    assert set(result.controls.values()) == {1.0}


def test_too_few_cells_prove_nothing(releases: dict[str, Sequence[SyntheticRelease]]) -> None:
    assert not quality.attack(releases["L0"][:1]).passed
