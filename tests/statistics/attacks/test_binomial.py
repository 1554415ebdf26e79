"""Bounds of probabilities, against the quantiles of the beta distribution of scipy."""

from hypothesis import given
from hypothesis.strategies import integers, sampled_from
from scipy.stats import beta

from portal.statistics.attacks.binomial import compute_lower_bound, compute_upper_bound


@given(integers(1, 60_000), integers(0, 60_000), sampled_from([0.95, 0.999]))
def test_both_bounds_are_those_of_clopper_and_pearson(
    rounds: int, seen: int, confidence: float
) -> None:
    seen %= rounds + 1
    low, high = (
        compute_lower_bound(seen, rounds, confidence),
        compute_upper_bound(seen, rounds, confidence),
    )

    expected = beta.ppf(1 - confidence, seen, rounds - seen + 1) if seen else 0.0
    assert abs(low - expected) <= 1e-9 + 1e-7 * expected
    expected = beta.ppf(confidence, seen + 1, rounds - seen) if seen < rounds else 1.0
    assert abs(high - expected) <= 1e-9 + 1e-7 * expected
