"""What lives cost that pass through years of changing levels."""

from hypothesis import given, settings
from hypothesis.strategies import lists, sampled_from

from portal.statistics.attacks import budget
from portal.statistics.attacks.budget import charge_lives, count_overdrawn
from portal.statistics.attacks.population import make
from portal.statistics.catalogue.tables import LEVELS

LIVES = make("lives", a_year=120, quarters=16)
YEARS = sorted({quarter.year for quarter in LIVES.quarters})


@given(lists(sampled_from(LEVELS), min_size=len(YEARS), max_size=len(YEARS)))
@settings(max_examples=40, deadline=None)
def test_no_case_is_overdrawn_or_counted_twice_whatever_the_levels(levels: list[str]) -> None:
    lives = charge_lives(LIVES, dict(zip(YEARS, levels, strict=True)), lambda table: table)

    assert count_overdrawn(lives) == 0


def test_dearer_tables_and_tables_of_the_last_year_are_noticed() -> None:
    result = budget.attack(LIVES, "any")

    assert result.passed, result
    assert set(result.controls.values()) == {1.0}
