"""Who may do what with a case: every role, every body."""

from itertools import product

import pytest

from portal.accounts.models import Account, Role
from portal.cases.bodies import PORTAL_BOARD, PROS_SPEC
from portal.cases.models import Case, Clock
from portal.core.errors import NotAllowed, NotFound, PortalError
from portal.review.policy import (
    READERS,
    check_may_answer,
    check_may_assign,
    check_may_take,
    check_may_work,
    is_under_review,
)
from tests.factories import TODAY

OWN, OTHER = "KNB_AC", "MVD_DSB"


def account(
    role: Role = Role.INVESTIGATOR, body: str | None = OWN, *, active: bool = True
) -> Account:
    return Account(id=f"{role}-{body}", role=role, body_code=body, active=active)


def case(*, holder: str | None = None, review: bool = False, body: str = OWN) -> Case:
    clock = Clock(deadline="review_decision", started_on=TODAY, due_on=TODAY)
    return Case(body_code=body, holder_id=holder, clocks=[clock] if review else [])


@pytest.mark.parametrize(("role", "body"), list(product(Role, (OWN, OTHER, None))))
def test_a_case_is_taken_by_readers_of_its_body(role: Role, body: str | None) -> None:
    may = role in READERS and body == OWN

    if may:
        check_may_take(account(role, body), case(), decider=None)
    else:
        with pytest.raises(PortalError):
            check_may_take(account(role, body), case(), decider=None)


def test_another_bodys_case_looks_like_none_to_everybody() -> None:
    for role in Role:
        for check in (check_may_assign, check_may_answer):
            with pytest.raises(NotFound):
                check(account(role, OTHER), case())
        with pytest.raises(NotFound):
            check_may_work(account(role, OTHER), case(), decider=None)


def test_who_left_takes_nothing() -> None:
    with pytest.raises(NotAllowed):
        check_may_take(account(active=False), case(), decider=None)


def test_only_the_holder_works() -> None:
    who = account()
    check_may_work(who, case(holder=who.id), decider=None)

    for holder in (None, "somebody"):
        with pytest.raises(NotAllowed):
            check_may_work(who, case(holder=holder), decider=None)


def test_a_decision_is_reviewed_by_somebody_else() -> None:
    who = account()
    check_may_work(who, case(holder=who.id), decider=who.id)
    check_may_work(who, case(holder=who.id, review=True), decider="somebody")

    with pytest.raises(NotAllowed):
        check_may_work(who, case(holder=who.id, review=True), decider=who.id)


def test_a_review_ends_when_its_clock_was_met() -> None:
    ended = case(review=True)
    ended.clocks[0].met_on = TODAY

    assert is_under_review(case(review=True))
    assert not is_under_review(ended)


def test_the_holder_and_the_head_give_a_case_away() -> None:
    check_may_assign(account(), case(holder=account().id))
    check_may_assign(account(Role.HEAD), case(holder="somebody"))

    with pytest.raises(NotAllowed):
        check_may_assign(account(), case(holder="somebody"))


@pytest.mark.parametrize(
    ("role", "body"), list(product(Role, (OWN, PORTAL_BOARD, PROS_SPEC, None)))
)
def test_the_second_person_is_the_board_or_for_the_board_the_prosecutors_head(
    role: Role, body: str | None
) -> None:
    for responsible in (OWN, PORTAL_BOARD):
        may = (role, body) == (
            (Role.HEAD, PROS_SPEC)
            if responsible == PORTAL_BOARD
            else (Role.OVERSIGHT, PORTAL_BOARD)
        )
        if may:
            check_may_answer(account(role, body), case(body=responsible))
        else:
            with pytest.raises(NotFound):
                check_may_answer(account(role, body), case(body=responsible))
