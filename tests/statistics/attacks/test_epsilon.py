"""Epsilon as measured, with samplers that are known to be faulty."""

import pytest

from portal.statistics.attacks import epsilon


def test_samplers_that_betray_are_caught_and_ours_is_not() -> None:
    result = epsilon.attack(2000)

    assert result.passed, result
    assert set(result.controls.values()) == {1.0}
    assert result.measured == 0


@pytest.mark.parametrize("cost", [500])
def test_sixty_thousand_publications_come_near_epsilon_and_never_above(cost: int) -> None:
    bounds = epsilon.bound_epsilon(epsilon.draw_portal_noise, cost, epsilon.ROUNDS)

    assert 0.9 * cost / 1000 < max(bounds) <= cost / 1000
