"""Putting together everything that is published about one count."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis.strategies import floats

from portal.statistics.attacks import averaging
from portal.statistics.attacks.averaging import Guess, combine_guesses, compute_best_guesses
from portal.statistics.attacks.population import Population
from portal.statistics.attacks.synthetic_release import SyntheticRelease
from portal.statistics.catalogue.tables import LEVELS
from portal.statistics.disclosure.noise import compute_noise_sd
from portal.statistics.gate.margins import CountKey

variances = floats(0.1, 1000)


@pytest.mark.parametrize("level", LEVELS)
def test_cells_that_are_drawn_anew_are_found_and_ours_are_not(
    level: str, populations: dict[str, Population], releases: dict[str, Sequence[SyntheticRelease]]
) -> None:
    result = averaging.attack(populations[level], releases[level])

    assert result.passed, result


@given(floats(-100, 100), variances, floats(-100, 100), variances)
def test_two_guesses_are_surer_than_each_and_lie_between(
    value: float, first: float, two: float, second: float
) -> None:
    both = combine_guesses(Guess(value, first), Guess(two, second))

    assert both.variance < min(first, second)
    assert min(value, two) - 1e-9 <= both.value <= max(value, two) + 1e-9


def test_an_exact_total_stays_exact(releases: dict[str, Sequence[SyntheticRelease]]) -> None:
    release = releases["L1"][0]
    whole = CountKey("received", (release.quarter,), frozenset())

    guess = compute_best_guesses(releases["L1"])[whole]
    assert guess.value == pytest.approx(release.received)
    assert guess.variance == pytest.approx(0)


def test_a_year_profits_from_its_quarters(releases: dict[str, Sequence[SyntheticRelease]]) -> None:
    quarters = tuple(release.quarter for release in releases["L1"][:4])
    codes = frozenset({("category", "money")})

    guess = compute_best_guesses(releases["L1"])[CountKey("received", quarters, codes)]
    assert guess.variance < 21 * compute_noise_sd(200) ** 2
