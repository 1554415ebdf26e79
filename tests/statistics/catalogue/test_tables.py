"""What may be published, and that no life of a case can cost more than promised."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis.strategies import dictionaries, integers

from portal.cases import log_steps
from portal.cases.codes import VerdictAnswer
from portal.core import taxonomy
from portal.core.calendar import Quarter
from portal.statistics.catalogue.codelists import REGION
from portal.statistics.catalogue.tables import LEVELS, Table, get_word, load
from portal.statistics.measures.exact import UNAVAILABLE

KNOWN = load()
QUARTERLY = Quarter("2026-q3")
YEARLY = Quarter("2026-q4")


def ids(quarter: Quarter, level: str) -> set[str]:
    return {table.id for table in KNOWN.select_tables(quarter, level)}


class TestBudget:
    def test_no_life_costs_more_than_promised_whatever_the_levels_were(self) -> None:
        """Every path: received, concluded and matured at any level of the ladder each."""
        families: dict[str, dict[str, int]] = {}
        for table in KNOWN.tables.values():
            for level in LEVELS:
                costs = families.setdefault(table.family, dict.fromkeys(LEVELS, 0))
                costs[level] += KNOWN.get_cost(table, level)
        sanctions = families.pop("sanctions")
        dearest = max(
            sum(costs[level] for costs, level in zip(families.values(), path, strict=True))
            for path in product(LEVELS, repeat=len(families))
        )

        assert dearest <= 2000
        assert dearest + max(sanctions.values()) <= 2200
        assert KNOWN.compute_highest_cost(sanctioned=False) <= KNOWN.budget.lifetime == 2000
        assert KNOWN.compute_highest_cost(sanctioned=True) <= KNOWN.budget.with_sanction == 2200

    def test_no_single_table_costs_more_than_half(self) -> None:
        assert max(max(table.cost) for table in KNOWN.tables.values()) == 500

    def test_at_each_level_a_case_is_in_one_table_of_a_kind_at_a_time(self) -> None:
        for level in LEVELS:
            for table in KNOWN.select_tables(YEARLY, level):
                same = [
                    of_year
                    for of_year in KNOWN.select_tables(YEARLY, level)
                    if (of_year.event, of_year.period, of_year.dimensions)
                    == (table.event, table.period, table.dimensions)
                ]
                assert same == [table]


class TestLadder:
    def test_a_small_portal_shows_no_region_by_quarter(self) -> None:
        assert ids(QUARTERLY, "L0") == {"received-category", "concluded-finding"}

    def test_the_year_shows_regions_even_then(self) -> None:
        assert ids(YEARLY, "L0") - ids(QUARTERLY, "L0") == {
            "received-year-region",
            "received-year-region-category",
            "concluded-year-region-finding",
            "durations-year",
            "procedure-year",
            "rated-year",
            "reopened-year",
            "sanctions-year",
            "sanctions-year-region",
        }

    def test_bodies_are_shown_where_there_are_cases_enough(self) -> None:
        by_body = {table.id for table in KNOWN.tables.values() if "body" in table.dimensions}

        assert by_body == {"received-body", "concluded-year-body"}
        assert by_body <= ids(YEARLY, "L2")
        assert not by_body & (ids(YEARLY, "L0") | ids(YEARLY, "L1"))

    def test_what_is_counted_two_quarters_later_is_what_needs_to_mature(self) -> None:
        lagging = {table.event for table in KNOWN.tables.values() if table.lag}

        assert lagging == {"cohort", "reopened", "sanctioned"}
        assert {table.lag for table in KNOWN.tables.values()} == {0, 2}

    def test_the_next_level_shows_regions_by_quarter(self) -> None:
        assert ids(QUARTERLY, "L1") - ids(QUARTERLY, "L0") == {"received-region"}

    @pytest.mark.parametrize(
        ("volumes", "level"),
        [
            ({}, "L0"),
            ({2025: 5000}, "L0"),  # only after two years above the line
            ({2024: 2000, 2025: 1999}, "L0"),
            ({2024: 2000, 2025: 2000}, "L1"),
            ({2024: 20_000, 2025: 90_000}, "L1"),
            ({2024: 20_001, 2025: 20_001}, "L2"),
            ({2024: 20_001, 2025: 1500}, "L0"),  # down at once
            ({2024: 9000, 2025: 9000, 2026: 10}, "L1"),  # the year itself does not count
        ],
    )
    def test_only_published_volumes_decide(self, volumes: dict[int, int], level: str) -> None:
        assert KNOWN.determine_level(volumes, 2026) == level

    @given(dictionaries(integers(2020, 2030), integers(0, 50_000)))
    def test_every_year_has_a_level(self, volumes: dict[int, int]) -> None:
        assert KNOWN.determine_level(volumes, 2026) in LEVELS


class TestCells:
    def test_what_would_point_to_a_person_is_never_shown_alone(self) -> None:
        dimension = KNOWN.dimensions["category"]

        pooled = {dimension.get_code(group) for group in ("sexual", "retaliation", "staff")}
        alone = [code for code in dimension.codes if code.id in pooled]
        assert len(pooled) == 1
        assert len(alone[0].members) == 3

    def test_every_group_and_outcome_has_one_place(self) -> None:
        known = taxonomy.load()
        for group in known.groups:
            assert KNOWN.dimensions["category"].get_code(group)
        for outcome in known.outcomes:
            assert KNOWN.dimensions["finding"].get_code(outcome)
        assert sorted(KNOWN.prevailing) == sorted(known.outcomes)

    def test_every_sanction_has_one_place_on_a_ladder_of_seven_steps(self) -> None:
        ladder, sanctioned = KNOWN.dimensions["sanction"], KNOWN.dimensions["sanctioned"]
        steps = {step.id: set(step.members) for step in ladder.codes}
        anybody, nobody = (set(code.members) for code in sanctioned.codes)

        assert len(steps) == 7
        assert (*steps,)[0] == "dismissal"
        assert (*steps,)[-1] == "none"
        assert anybody | nobody == set(taxonomy.load().sanctions)
        assert set.union(*steps.values()) == anybody | nobody
        assert steps["remedy"] | steps["none"] == nobody

    def test_what_reporters_say_has_one_place(self) -> None:
        placed = [member for code in KNOWN.dimensions["rating"].codes for member in code.members]

        assert placed == [answer.value for answer in VerdictAnswer]

    def test_bodies_are_those_of_the_taxonomy(self) -> None:
        codes = [code.id for code in KNOWN.dimensions["body"].codes]

        assert codes == list(taxonomy.load().bodies)

    def test_the_outcome_that_prevails_is_the_gravest(self) -> None:
        assert KNOWN.prevailing[:5] == (
            "substantiated",
            "partly_substantiated",
            "out_of_time",
            "system_failure",
            "inconclusive",
        )
        assert set(KNOWN.prevailing[-2:]) == {"duplicate", "no_substance"}

    @pytest.mark.parametrize("table", KNOWN.tables.values(), ids=lambda table: table.id)
    def test_a_table_has_every_cell_once(self, table: Table) -> None:
        cells = list(table.enumerate_cells())
        sizes = [len(KNOWN.dimensions[name].codes) for name in table.dimensions]

        number = 1
        for size in sizes:
            number *= size
        assert len(cells) == len(set(cells)) == number

    def test_regions_are_twenty_and_one_unknown(self) -> None:
        assert len(KNOWN.dimensions[REGION].codes) == 21

    def test_what_was_not_taken_up_and_what_was_referred_are_told_apart(self) -> None:
        for name in ("finding", "outcome"):
            codes = {code.id: code.members for code in KNOWN.dimensions[name].codes}
            for outcome in ("referred", "duplicate", "no_substance"):
                assert codes[outcome] == (outcome,)

    def test_every_word_is_there_in_three_languages(self) -> None:
        assert get_word("small").get("kk")
        with pytest.raises(KeyError):
            get_word("no such word")


class TestMeasures:
    def test_all_of_the_specification_are_there(self) -> None:
        wanted = {f"K{number}" for number in range(1, 24)} | {"K1B", "K2b"}

        assert set(KNOWN.measures) == wanted

    def test_what_is_not_available_says_why(self) -> None:
        assert UNAVAILABLE
        assert all(KNOWN.measures[name].caveat is not None for name in UNAVAILABLE)

    def test_shares_say_what_they_are_of(self) -> None:
        plain = {measure.id for measure in KNOWN.measures.values() if measure.denominator is None}

        assert plain == {"K1", "K1B", "K18", "K19"}


def test_the_public_log_tells_durations_in_the_bands_that_are_published() -> None:
    named = [f"{low}-{high}" for low, high in log_steps.BANDS]

    assert [code.id for code in load().dimensions["duration"].codes] == [*named, log_steps.BEYOND]
