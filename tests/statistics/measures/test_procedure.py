"""Whether the procedure was kept."""

from portal.statistics.measures.dispatch import compute_rates
from tests.statistics.measures.made import named, protected

VALUES = {
    ("in_time", "plain"): 400,
    ("in_time", "told_in_time"): 300,
    ("not", "told_late"): 100,
    ("in_time", "redirected_in_time"): 150,
    ("not", "redirected_late"): 150,
}


def test_each_share_has_its_own_denominator() -> None:
    rates = list(compute_rates(protected("procedure-year", VALUES, cost=100)))

    acknowledged = named(rates, "K3", clock="3 working days")
    assert (acknowledged.part, acknowledged.whole) == (850, 1100)
    assert named(rates, "K4").value == 0.5
    assert named(rates, "K8", outcome="extended").value == 400 / 1100
    assert named(rates, "K8", outcome="told_in_time").value == 0.75


def test_one_working_day_is_not_known_and_not_guessed() -> None:
    rates = list(compute_rates(protected("procedure-year", VALUES, cost=100)))

    day = named(rates, "K3", clock="1 working days")
    assert (day.value, day.status) == (None, "x")


def test_few_redirected_cases_give_no_share() -> None:
    values = VALUES | {("not", "redirected_late"): 10}
    rates = list(compute_rates(protected("procedure-year", values, cost=100)))

    assert named(rates, "K4").status == "u"
    assert named(rates, "K3", clock="3 working days").status == ""
