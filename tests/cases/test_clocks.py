"""Every deadline starts, ends on a day, and can be met."""

import tomllib
from datetime import date, timedelta
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.cases.clocks import (
    FIRST_CLOCKS_OF_PRIORITY,
    MEETS,
    STARTED_BY_HAND,
    STARTS,
    Event,
    compute_due_date,
    is_statutory,
    list_first_clocks,
)
from portal.core.calendar import is_working_day
from portal.core.records import read_data
from portal.core.taxonomy import load

DEADLINES = list(load().deadlines)
FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("deadline", "due"),
    [
        ("receipt", date(2026, 11, 20)),
        ("danger_look", date(2026, 11, 20)),
        ("danger_forward", date(2026, 11, 21)),
        ("registration", date(2026, 11, 23)),
        ("acknowledgement", date(2026, 11, 25)),
        ("redirect_upk", date(2026, 11, 23)),
        ("decision", date(2026, 12, 11)),
        ("progress_update", date(2026, 12, 18)),
        ("service_investigation", date(2026, 12, 21)),
        ("extension_max", date(2027, 1, 20)),
        ("sanction_time_bar", date(2027, 5, 20)),
    ],
)
def test_a_deadline_from_a_friday_ends_on_its_day(deadline: str, due: date) -> None:
    assert compute_due_date(deadline, FRIDAY) == due


@given(st.sampled_from(DEADLINES), st.dates(date(2026, 1, 1), date(2029, 12, 31)))
def test_a_deadline_never_ends_before_it_starts_and_working_ones_end_on_a_working_day(
    deadline: str, start: date
) -> None:
    due = compute_due_date(deadline, start)

    assert due >= start
    assert due <= compute_due_date(deadline, start + timedelta(days=1))
    if load().deadlines[deadline].day_off != "stays":
        assert is_working_day(due)


@pytest.mark.parametrize(
    ("deadline", "start", "due"),
    [
        # a Sunday: still open on Monday
        ("review_window", date(2026, 8, 29), date(2026, 11, 30)),
        ("feedback", date(2026, 8, 29), date(2026, 11, 30)),
        # 16 December is Independence Day; its day off can be followed by a weekend
        ("review_window", date(2026, 9, 16), date(2026, 12, 17)),
        ("extension_max", date(2026, 11, 1), date(2027, 1, 5)),
        # a time bar is not moved to the harm of the person
        ("sanction_time_bar", date(2026, 5, 29), date(2026, 11, 29)),
    ],
)
def test_a_term_that_ends_on_a_day_off_moves_only_where_its_law_says_so(
    deadline: str, start: date, due: date
) -> None:
    assert compute_due_date(deadline, start) == due


def test_only_terms_in_working_days_never_end_on_a_day_off() -> None:
    for rule in load().deadlines.values():
        assert (rule.day_off == "never") == rule.unit.startswith("working"), rule.id


def test_every_deadline_names_the_article_that_moves_its_end_or_does_not() -> None:
    rows = tomllib.loads(read_data("taxonomy.toml"))["deadline"]

    assert all(row["day_off_basis"].strip() for row in rows)


def test_an_unknown_deadline_is_refused() -> None:
    with pytest.raises(KeyError):
        compute_due_date("someday", FRIDAY)


def test_every_deadline_is_started_once_known_and_met_by_some_event() -> None:
    of_routes = {rule.first_clock for rule in load().routes.values()}
    at_first = {"receipt", *chain(*FIRST_CLOCKS_OF_PRIORITY.values()), *of_routes}
    started = at_first | set(chain(*STARTS.values())) | STARTED_BY_HAND

    assert started == set(DEADLINES)
    assert set(chain(*MEETS.values())) == set(DEADLINES)


def test_every_event_does_something() -> None:
    assert set(STARTS) | set(MEETS) == set(Event)


def test_only_an_immediate_report_is_looked_at_the_same_day() -> None:
    assert list_first_clocks(1, "danger_forward") == (
        "danger_look",
        "registration",
        "acknowledgement",
        "decision",
        "danger_forward",
    )
    assert list_first_clocks(4, "redirect") == (
        "registration",
        "acknowledgement",
        "decision",
        "redirect",
    )


def test_a_clock_that_the_route_repeats_starts_once() -> None:
    assert list_first_clocks(3, "decision").count("decision") == 1


def test_every_priority_has_its_first_clocks() -> None:
    assert FIRST_CLOCKS_OF_PRIORITY.keys() == load().priorities.keys()


def test_the_law_sets_the_day_of_the_decision_and_the_portal_that_of_the_first_question() -> None:
    assert is_statutory("decision")
    assert is_statutory("registration")
    assert not is_statutory("first_question")
