"""What a reporter may do, and when."""

from datetime import date, timedelta

import pytest

from portal.cases.models import Case, Clock
from portal.cases.states import CONCLUDED, MOVES, Status
from portal.core.errors import Conflict
from portal.dialogue.letter import LetterAct
from portal.dialogue.policy import check_may, compute_review_end, may

TODAY = date(2026, 3, 2)


def a_case(status: Status, *, concluded: bool = False, window: int | None = None) -> Case:
    case = Case(status=status, concluded_on=TODAY if concluded else None)
    if window is not None:
        due = TODAY + timedelta(days=window)
        case.clocks = [Clock(deadline="review_window", started_on=TODAY, due_on=due)]
    return case


def allowed(case: Case, act: LetterAct, *, judged: bool = False, withdrawn: bool = False) -> bool:
    return may(case, act, judged=judged, withdrawn=withdrawn, today=TODAY)


@pytest.mark.parametrize("status", Status)
def test_a_message_may_be_added_at_any_time(status: Status) -> None:
    assert allowed(a_case(status), LetterAct.MESSAGE)


@pytest.mark.parametrize("status", Status)
def test_a_verdict_follows_a_decision_once(status: Status) -> None:
    assert not allowed(a_case(status), LetterAct.VERDICT)
    assert allowed(a_case(status, concluded=True), LetterAct.VERDICT)
    assert not allowed(a_case(status, concluded=True), LetterAct.VERDICT, judged=True)


@pytest.mark.parametrize("status", Status)
def test_a_review_is_asked_for_within_its_window_after_the_end(status: Status) -> None:
    assert allowed(a_case(status, window=0), LetterAct.REVIEW) is (status in CONCLUDED)
    assert not allowed(a_case(status, window=-1), LetterAct.REVIEW)
    assert not allowed(a_case(status), LetterAct.REVIEW)


def test_the_states_allow_a_review_after_the_end() -> None:
    assert all(Status.REVIEW_REQUESTED in MOVES[status] for status in CONCLUDED)


def test_a_window_that_was_used_is_closed() -> None:
    case = a_case(Status.DECIDED, window=5)
    assert compute_review_end(case, today=TODAY) == TODAY + timedelta(days=5)

    case.clocks[0].met_on = TODAY

    assert compute_review_end(case, today=TODAY) is None


@pytest.mark.parametrize("status", Status)
def test_withdrawing_is_possible_once_and_until_the_end(status: Status) -> None:
    assert allowed(a_case(status), LetterAct.WITHDRAW) is (status not in CONCLUDED)
    assert not allowed(a_case(status), LetterAct.WITHDRAW, withdrawn=True)


def test_the_reason_is_raised() -> None:
    with pytest.raises(Conflict):
        check_may(
            a_case(Status.CLOSED), LetterAct.WITHDRAW, judged=False, withdrawn=False, today=TODAY
        )
