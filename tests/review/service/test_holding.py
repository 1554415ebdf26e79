"""Who holds a case: taking it, giving it away, staying away from it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.hands import Hand
from portal.accounts.models import Account, Link, Role
from portal.cases.bodies import PORTAL_BOARD
from portal.cases.models import AuditEntry, Case, Notice
from portal.cases.signed_acts import set_signer as take_up
from portal.cases.states import Status
from portal.cases.units import compute_unit_code
from portal.core.db import WRITES
from portal.core.errors import Conflict, NotAllowed, NotFound
from portal.review.queries import find_case
from portal.review.service.holding import claim, hand_over, recuse, release
from portal.web.parts import SESSIONS
from tests.factories import REGION, TODAY, Make
from tests.review.desk import at_desk, colleague


def acts(session: Session, case: Case) -> list[str]:
    acts = select(AuditEntry.act).where(AuditEntry.case_id == case.id).order_by(AuditEntry.number)
    return list(session.scalars(acts))


def test_a_case_is_taken_once(make: Make) -> None:
    desk = at_desk(make).take()

    with pytest.raises(Conflict):
        claim(desk.session, desk.case.id, who=colleague(make, desk).account, today=TODAY)

    assert desk.case.holder_id == desk.account.id
    assert acts(desk.session, desk.case)[-1] == "claimed"


def test_of_two_who_take_a_case_at_the_same_moment_one_is_faster(app: Flask, make: Make) -> None:
    desk = at_desk(make)
    people = [desk.account.id, colleague(make, desk).account.id]
    start, case_id = Barrier(len(people)), desk.case.id
    desk.session.rollback()

    def take(account_id: str) -> bool:
        with SESSIONS.get_from(app).begin() as session:
            start.wait()
            session.connection(execution_options=WRITES)
            take_up(session, Hand(session))
            try:
                claim(session, case_id, who=session.get_one(Account, account_id), today=TODAY)
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(len(people)) as pool:
        assert sorted(pool.map(take, people)) == [False, True]


def test_a_case_of_another_body_looks_like_none(make: Make) -> None:
    desk = at_desk(make)
    stranger = make.person(body_code="PROS_SPEC")

    for verb in (claim, release, recuse):
        with pytest.raises(NotFound):
            verb(desk.session, desk.case.id, who=stranger.account, today=TODAY)


def test_who_served_in_the_unit_does_not_know_of_the_case(make: Make) -> None:
    desk = at_desk(make, agency="police_unit")
    code = compute_unit_code(make.keyring.units, "police_unit", REGION)
    desk.session.add(Link(account_id=desk.account.id, unit_code=code, declared_on=TODAY))
    desk.session.commit()

    with pytest.raises(NotFound):
        find_case(desk.session, desk.account, desk.case.id)


def test_a_member_without_a_key_copy_takes_nothing(make: Make) -> None:
    desk = at_desk(make)
    newcomer = make.person(body_code=desk.unit.code, key=False)

    with pytest.raises(NotAllowed):
        claim(desk.session, desk.case.id, who=newcomer.account, today=TODAY)


def test_a_released_case_can_be_taken_by_a_colleague(make: Make) -> None:
    desk = at_desk(make).take()

    release(desk.session, desk.case.id, who=desk.account, today=TODAY)
    other = colleague(make, desk).take()

    assert desk.case.holder_id == other.account.id


def test_only_the_holder_and_the_head_give_a_case_away(make: Make) -> None:
    desk = at_desk(make).take()
    other = colleague(make, desk)
    head = make.person(body_code=desk.unit.code, role=Role.HEAD)

    with pytest.raises(NotAllowed):
        hand_over(desk.session, desk.case.id, other.account.id, who=other.account, today=TODAY)
    hand_over(desk.session, desk.case.id, other.account.id, who=head.account, today=TODAY)

    assert desk.case.holder_id == other.account.id


def test_a_case_is_not_handed_to_another_body(make: Make) -> None:
    desk = at_desk(make).take()
    stranger = make.person(body_code="PROS_SPEC")

    with pytest.raises(NotFound):
        hand_over(desk.session, desk.case.id, stranger.account.id, who=desk.account, today=TODAY)


def test_who_stays_away_cannot_open_the_case_any_more(make: Make) -> None:
    desk = at_desk(make).take()

    recuse(desk.session, desk.case.id, who=desk.account, today=TODAY)

    assert desk.case.holder_id is None
    assert desk.case.status is not Status.CONFLICT_HOLD, "a colleague is left"
    with pytest.raises(NotFound):
        find_case(desk.session, desk.account, desk.case.id)


def everybody_stays_away(make: Make, case: Case) -> None:
    members = select(Account).where(Account.body_code == case.body_code)
    for member in make.session.scalars(members).all():
        recuse(make.session, case.id, who=member, today=TODAY)
    make.session.commit()


def test_if_nobody_is_left_the_board_learns_it_the_same_day(make: Make) -> None:
    case = make.case()

    everybody_stays_away(make, case)

    assert case.status is Status.CONFLICT_HOLD
    told = make.session.scalars(select(Notice).where(Notice.kind == "conflict")).one()
    assert (told.body_code, told.case_id, told.sent_on) == (PORTAL_BOARD, case.id, TODAY)


def test_a_held_case_goes_on_where_it_stopped_when_somebody_is_there(make: Make) -> None:
    desk = at_desk(make).take().step("acknowledge")
    everybody_stays_away(make, desk.case)

    colleague(make, desk).take()

    assert desk.case.status is Status.ACKNOWLEDGED
