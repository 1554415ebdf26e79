"""How cases ended."""

import pytest

from portal.statistics.measures.dispatch import compute_rates
from tests.statistics.measures.made import named, protected


def test_confirmed_examined_and_shares_are_of_those_taken_up() -> None:
    values = {
        ("confirmed", "0-90"): 60, ("confirmed", "91+"): 20, ("not_confirmed", "0-90"): 100,
        ("undetermined", "0-90"): 20, ("not_examined", "91+"): 30, ("referred", "0-90"): 20,
        ("duplicate", "0-90"): 400, ("no_substance", "0-90"): 599,
    }  # fmt: skip
    rates = list(compute_rates(protected("concluded-finding", values)))

    confirmed = named(rates, "K9")
    assert (confirmed.part, confirmed.whole, confirmed.value) == (80, 200, 0.4)
    assert named(rates, "K10").value == 200 / 250
    assert named(rates, "K11", outcome="not_examined").value == 30 / 250
    shares = [rate for rate in rates if rate.measure == "K11"]
    assert [rate.outcome for rate in shares] == [
        "confirmed",
        "not_confirmed",
        "undetermined",
        "not_examined",
        "referred",
    ]
    assert sum(rate.value or 0 for rate in shares) == pytest.approx(1)


def test_cases_dumped_as_undetermined_lower_the_share_confirmed() -> None:
    values = {("confirmed", "0-90"): 80, ("undetermined", "0-90"): 320}

    assert named(compute_rates(protected("concluded-finding", values)), "K9").value == 0.2


def test_the_finer_outcomes_give_the_same_rates_and_tell_the_time_barred() -> None:
    values = {
        ("KZ-75", "partly_substantiated", "0-90"): 240,
        ("KZ-10", "out_of_time", "91+"): 80,
        ("KZ-10", "lawful", "0-90"): 480,
        ("KZ-10", "referred", "0-90"): 200,
    }
    rates = list(compute_rates(protected("concluded-region-outcome", values)))

    assert named(rates, "K9", area="KZ").value == 0.4
    assert named(rates, "K9", area="KZ-10").value == 20 / 140
    assert named(rates, "K10", area="KZ").value == 200 / 250
    assert named(rates, "K11", area="KZ", outcome="out_of_time").value == 20 / 250


def test_each_body_has_its_own_share_confirmed() -> None:
    values = {
        ("PROS_SPEC", "confirmed"): 150, ("PROS_SPEC", "not_confirmed"): 150,
        ("DP_USB", "confirmed"): 30, ("DP_USB", "not_confirmed"): 270, ("KUIS", "confirmed"): 9,
    }  # fmt: skip
    rates = list(compute_rates(protected("concluded-year-body", values, cost=100)))

    assert named(rates, "K9", outcome="body:PROS_SPEC").value == 0.5
    assert named(rates, "K9", outcome="body:DP_USB").value == 0.1
    assert named(rates, "K9", outcome="body:KUIS").status == "u"
    assert named(rates, "K9", outcome="_T").value == 189 / 609


def test_completeness_is_read_off_the_row_of_unknown_regions() -> None:
    rates = list(compute_rates(protected("received-region", {("KZ-75",): 300, ("_U",): 100})))

    assert named(rates, "K21").value == 0.75


def test_the_year_by_kind_does_not_tell_it_again() -> None:
    assert not list(compute_rates(protected("received-year-region-category", {})))
    assert not list(compute_rates(protected("received-category", {})))
