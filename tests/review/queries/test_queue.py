"""The queue: whose cases, in which order, page by page, and with how few queries."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import booleans, integers, lists, none, tuples
from sqlalchemy import delete, event, insert
from sqlalchemy.orm import Session

from portal.accounts.models import Account, Link, Recusal
from portal.cases.models import Case
from portal.cases.service import change_status
from portal.cases.states import Status
from portal.cases.units import compute_unit_code
from portal.review.inputs import Cursor, Filters, QueueScope
from portal.review.queries.queue import PAGE, QueueRow, list_queue
from portal.review.service.case_writing import WritingAct
from tests.factories import REGION, TODAY, Make
from tests.review.desk import at_desk

BODY = "KNB_AC"


def seen(
    session: Session, who: Account, after: Cursor | None = None, **wishes: object
) -> list[str]:
    filters = Filters(**wishes)  # type: ignore[arg-type]
    return [row.id for row in list_queue(session, who, filters, after, today=TODAY)]


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """Note every statement that goes to the database."""
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    yield statements
    event.remove(session.get_bind(), "before_cursor_execute", note)


def rows(number: int, **about: object) -> list[dict[str, object]]:
    """Return so many plain cases, for tests of order and size only."""
    usual = {
        "category": "bribery",
        "region": REGION,
        "leadership": False,
        "outside_police": False,
        "body_code": BODY,
        "priority": 2,
        "status": Status.RECEIVED,
        "open": True,
        "language": "ru",
        "sealed_by": "browser",
        "received_on": TODAY,
        "next_due_on": TODAY,
        "version": 1,
    }
    return [
        usual
        | about
        | {
            "id": secrets.token_hex(16),
            "row_key": secrets.token_bytes(32),
        }
        for _ in range(number)
    ]


def test_everybody_sees_the_cases_of_their_body(make: Make) -> None:
    case = make.case()
    stranger = make.person(body_code="PROS_SPEC")
    nobody = make.person(body_code=None)

    assert seen(make.session, make.person(body_code=case.body_code).account) == [case.id]
    assert seen(make.session, stranger.account) == []
    assert seen(make.session, nobody.account) == []


def test_a_case_that_is_closed_to_a_person_is_not_in_their_queue(make: Make) -> None:
    about_my_unit, stayed_away = make.case(agency="police_unit"), make.case()
    who = make.person(body_code=BODY).account
    code = compute_unit_code(make.keyring.units, "police_unit", REGION)
    make.session.add(Link(account_id=who.id, unit_code=code, declared_on=TODAY))
    make.session.add(Recusal(account_id=who.id, case_id=stayed_away.id, recused_on=TODAY))
    make.session.flush()

    assert about_my_unit.body_code == stayed_away.body_code == BODY
    assert seen(make.session, who) == []


def test_the_filters_do_what_they_say(make: Make) -> None:
    desk = at_desk(make).take()
    free = make.filed(subcategory=None, region="KZ-71").case
    who = desk.account
    change_status(make.session, free, Status.ACKNOWLEDGED, actor=who.id, today=TODAY)
    make.session.flush()

    assert set(seen(make.session, who)) == {desk.case.id, free.id}
    assert seen(make.session, who, which=QueueScope.MINE) == [desk.case.id]
    assert seen(make.session, who, which=QueueScope.UNASSIGNED) == [free.id]
    assert seen(make.session, who, which=QueueScope.CLOSED) == []
    assert seen(make.session, who, which=QueueScope.OVERDUE) == []
    assert seen(make.session, who, status="acknowledged") == [free.id]
    assert seen(make.session, who, region="KZ-71") == [free.id]
    assert seen(make.session, who, category="conduct") == []
    assert seen(make.session, who, reference=desk.case.id[:8]) == [desk.case.id]
    assert seen(make.session, who, reference=desk.case.id) == [desk.case.id]


def test_a_case_is_unread_while_the_last_word_is_the_reporters(make: Make) -> None:
    desk = at_desk(make).take().step("acknowledge")

    def unread() -> bool:
        (row,) = list_queue(make.session, desk.account, Filters(), None, today=TODAY)
        return row.unread

    assert unread()
    desk.write(WritingAct.NOTE)
    assert unread()
    desk.write(WritingAct.REPLY)
    assert not unread()


def test_a_row_tells_the_nearest_clock(make: Make) -> None:
    case = make.case()

    (row,) = list_queue(
        make.session, make.person(body_code=BODY).account, Filters(), None, today=TODAY
    )

    nearest = min(case.clocks, key=lambda clock: (clock.due_on, clock.deadline))
    assert (row.due_on, row.deadline) == (nearest.due_on, nearest.deadline)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lists(tuples(integers(1, 4), none() | integers(0, 3), booleans()), max_size=130))
def test_page_by_page_every_case_comes_once_in_order(
    make: Make, wanted: list[tuple[int, int | None, bool]]
) -> None:
    session = make.session
    make.unit(BODY)
    session.execute(delete(Case))
    for priority, due, is_open in wanted:
        day: date | None = None if due is None else TODAY + timedelta(days=due)
        row = rows(1, priority=priority, next_due_on=day, open=is_open)
        session.execute(insert(Case), row)
    who = session.query(Account).filter_by(body_code=BODY).first()
    assert who is not None

    listed: list[QueueRow] = []
    after: Cursor | None = None
    while page := list_queue(session, who, Filters(), after, today=TODAY):
        listed += page[:PAGE]
        after = listed[-1].cursor
        if len(page) <= PAGE:
            break

    ids = [row.id for row in listed]
    assert len(set(ids)) == len(ids) == sum(is_open for _, _, is_open in wanted)
    order = [(row.priority, row.due_on or date.min, row.id) for row in listed]
    assert order == sorted(order)
    session.rollback()


@pytest.mark.parametrize("number", [3, 300])
def test_one_query_makes_a_page_whatever_the_number_of_cases(make: Make, number: int) -> None:
    make.unit(BODY)
    who = make.person(body_code=BODY).account
    make.session.execute(insert(Case), rows(number))

    with counted(make.session) as statements:
        page = list_queue(make.session, who, Filters(), None, today=TODAY)

    assert len(page) == min(number, PAGE + 1)
    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 1


def test_the_first_page_is_found_by_its_index(make: Make) -> None:
    make.unit(BODY)
    who = make.person(body_code=BODY).account
    make.session.execute(insert(Case), rows(500))
    make.session.commit()

    with counted(make.session) as statements:
        list_queue(make.session, who, Filters(), None, today=TODAY)
    plan = " ".join(
        row[3]
        for row in make.session.connection().exec_driver_sql(
            f"EXPLAIN QUERY PLAN {statements[-1]}", _arguments(statements[-1], who)
        )
    )

    assert "USING INDEX ix_cases_queue" in plan
    assert "USE TEMP B-TREE FOR ORDER BY" not in plan


def _arguments(statement: str, who: Account) -> tuple[str, ...]:
    return tuple(who.id for _ in range(statement.count("?")))
