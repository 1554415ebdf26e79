"""Cases move as the table says, and none gets stuck."""

import json
from pathlib import Path

import pytest

from portal.cases.states import (
    CLOSED,
    MOVES,
    OPEN,
    Status,
    as_markdown,
    as_words,
    check_move,
    is_shown_to_reporter,
)
from portal.core.downloads import read_program
from portal.core.errors import Conflict
from portal.core.taxonomy import load
from portal.core.terms import LANGUAGES

DOCUMENT = Path(__file__).parents[2] / "docs" / "case-states.md"


def reachable(start: Status) -> set[Status]:
    """Return every state a case can come to."""
    reached: set[Status] = set()
    waiting = [start]
    while waiting:
        status = waiting.pop()
        if status not in reached:
            reached.add(status)
            waiting.extend(MOVES[status])
    return reached


def test_the_states_are_those_of_the_taxonomy() -> None:
    assert [str(status) for status in Status] == list(load().statuses)
    assert OPEN.isdisjoint(CLOSED)


def test_every_state_has_its_moves_and_can_be_reached() -> None:
    assert set(MOVES) == set(Status)
    assert reachable(Status.RECEIVED) == set(Status)


@pytest.mark.parametrize("status", list(Status))
def test_from_every_state_a_case_can_still_be_decided_and_closed(status: Status) -> None:
    assert {Status.DECIDED, Status.CLOSED} <= reachable(status)


def test_nothing_is_decided_unread() -> None:
    assert Status.DECIDED not in MOVES[Status.RECEIVED] | MOVES[Status.ROUTED]


def test_nothing_is_closed_undecided() -> None:
    assert {old for old, new in MOVES.items() if Status.CLOSED in new} == {Status.DECIDED}


@pytest.mark.parametrize("status", sorted(OPEN - {Status.CONFLICT_HOLD}))
def test_a_conflict_of_interest_stops_any_open_case(status: Status) -> None:
    check_move(status, Status.CONFLICT_HOLD)
    check_move(Status.CONFLICT_HOLD, status)


@pytest.mark.parametrize("status", list(Status))
def test_a_move_outside_the_table_is_refused(status: Status) -> None:
    for other in Status:
        if other in MOVES[status]:
            check_move(status, other)
        else:
            with pytest.raises(Conflict):
                check_move(status, other)


def test_a_reporter_is_told_neither_of_conflicts_nor_of_merging() -> None:
    assert [status for status in Status if not is_shown_to_reporter(status)] == [
        Status.CONFLICT_HOLD,
        Status.MERGED,
    ]


def test_the_program_for_reporters_calls_them_as_the_pages_do() -> None:
    source = read_program("check_report.py").decode()

    assert f"\n{as_words()}" in source
    assert f"LANGUAGES = {json.dumps(LANGUAGES).replace('[', '(').replace(']', ')')}" in source


def test_the_document_says_what_the_table_says() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == as_markdown()
