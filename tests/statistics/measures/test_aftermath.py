"""What followed a decision."""

import pytest

from portal.statistics.measures.dispatch import compute_rates
from tests.statistics.measures.made import named, protected


def test_formal_replies_are_a_share_of_all_ratings() -> None:
    values = {
        ("substance", "yes"): 150,
        ("partly", "unsaid"): 150,
        ("formal", "no"): 300,
    }
    rates = list(compute_rates(protected("rated-year", values, cost=100)))

    assert named(rates, "K16", outcome="formal").value == 0.5
    assert sum(rate.value or 0 for rate in rates if rate.measure == "K16") == 1
    respected = named(rates, "K17")
    assert (respected.part, respected.whole) == (150, 450)


def test_success_of_reviews_is_of_those_decided() -> None:
    values = {("changed",): 100, ("unchanged",): 300, ("undecided",): 90, ("reopened",): 80}

    success = named(compute_rates(protected("reopened-year", values, cost=100)), "K15")
    assert (success.part, success.whole, success.value) == (100, 400, 0.25)


def test_discipline_is_of_confirmed_cases() -> None:
    values = {("KZ-75", "any"): 200, ("KZ-75", "none"): 200, ("KZ-10", "none"): 100}
    rates = list(compute_rates(protected("sanctions-year-region", values, cost=100)))

    assert named(rates, "K12", area="KZ-75").value == 0.5
    assert not [rate for rate in rates if rate.area == "KZ"]
    assert named(rates, "K12", area="KZ-10").status == "u"


def test_the_steps_of_the_ladder_add_up() -> None:
    values = {("dismissal",): 100, ("reprimand",): 200, ("remedy",): 60, ("none",): 40}
    rates = list(compute_rates(protected("sanctions-year", values, cost=100)))

    assert named(rates, "K12", outcome="reprimand").value == 0.5
    assert named(rates, "K12", outcome="any").value == 0.75
    assert sum(rate.value or 0 for rate in rates if rate.outcome != "any") == pytest.approx(1)
