"""Rosters grow by signatures only, and every entry can be followed back to them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.hands import sign_act
from crypto import acts
from crypto.acts import Signed
from portal.accounts import queries
from portal.accounts.models import Account, Role, RosterAct, RosterEntry, RosterMove
from portal.accounts.service import admitting, replaying, roster
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound, Unsigned
from tests.factories import TODAY, Make, StaffPerson

BODY, BOARD = "PROS_SPEC", "PORTAL_BOARD"
A_WEEK = timedelta(days=7)


@dataclass
class SaidOfRosters:
    """What the log said of rosters."""

    announced: dict[tuple[str, str], list[bytes]] = field(default_factory=dict)
    last: date | None = None


@pytest.fixture
def head(make: Make) -> StaffPerson:
    make.body(BOARD)
    make.unit(BODY, members=0)
    return make.person(body_code=BODY, role=Role.HEAD)


@pytest.fixture
def new(make: Make, head: StaffPerson) -> StaffPerson:
    del head
    return make.person(body_code=BODY, key=False, rostered=False)


def member_of_board(make: Make, *, rostered: bool = True) -> StaffPerson:
    make.body(BOARD)
    return make.person(body_code=BOARD, role=Role.OVERSIGHT, rostered=rostered)


def admission(who: StaffPerson, new: StaffPerson, *, today: date = TODAY) -> Signed:
    fields: dict[str, acts.Values] = {
        "signing": new.signing.public.hex(),
        "recipient": acts.encode_field([new.identity.recipient.text]),
    }
    return sign_act(who.account, "admit", new.account.id, fields, today=today)


def removal(who: StaffPerson, whom: StaffPerson) -> Signed:
    fields: dict[str, acts.Values] = {"signing": whom.signing.public.hex()}
    return sign_act(who.account, "remove", whom.account.id, fields)


def admit(session: Session, who: StaffPerson, new: StaffPerson, *, today: date = TODAY) -> bool:
    signed = admission(who, new, today=today)
    return admitting.admit(session, who.account, new.account.id, {}, signed=signed, today=today)


def faults(session: Session, said: SaidOfRosters | None = None) -> list[str]:
    session.flush()
    return list(replaying.check(session, said or SaidOfRosters(), TODAY))


def test_a_member_admits_another(session: Session, head: StaffPerson, new: StaffPerson) -> None:
    assert admit(session, head, new)

    assert queries.is_admitted(session, new.account)
    assert not queries.is_seasoned(session, new.account, TODAY)
    assert faults(session) == []


def test_who_is_on_no_roster_admits_nobody(session: Session, make: Make, new: StaffPerson) -> None:
    other = make.person(body_code=BODY, role=Role.HEAD, rostered=False)

    with pytest.raises(Unsigned) as refused:
        admit(session, other, new)
    assert refused.value.code == "roster"


def test_another_key_than_the_one_that_was_compared_is_not_admitted(
    session: Session, make: Make, head: StaffPerson, new: StaffPerson
) -> None:
    signed = admission(head, new)
    account = session.get_one(Account, new.account.id)
    account.signing = make.person(body_code=BODY).signing.public
    session.flush()

    with pytest.raises(Unsigned) as refused:
        admitting.admit(session, head.account, account.id, {}, signed=signed, today=TODAY)
    assert refused.value.code == "other"


def test_the_board_admits_by_two(session: Session, make: Make) -> None:
    first, second = member_of_board(make), member_of_board(make)
    new = member_of_board(make, rostered=False)

    assert not admit(session, first, new)
    assert not admit(session, first, new), "the same one twice is one"
    assert not queries.is_admitted(session, new.account)
    assert admit(session, second, new)
    assert queries.is_admitted(session, new.account)
    assert faults(session) == []


def test_who_is_new_on_the_board_is_not_one_of_two(session: Session, make: Make) -> None:
    first, second = member_of_board(make), member_of_board(make)
    fresh, next_one = (member_of_board(make, rostered=False) for _ in range(2))
    admit(session, first, fresh)
    admit(session, second, fresh)

    with pytest.raises(Unsigned) as refused:
        admit(session, fresh, next_one)
    assert refused.value.code == "season"
    later = TODAY + A_WEEK
    assert not admit(session, fresh, next_one, today=later)
    assert admit(session, first, next_one, today=later)


def test_a_signature_of_last_week_does_not_wait_for_a_second_one(
    session: Session, make: Make
) -> None:
    first, second = member_of_board(make), member_of_board(make)
    new = member_of_board(make, rostered=False)
    admit(session, first, new)

    assert not admit(session, second, new, today=TODAY + timedelta(days=8))


def test_a_body_with_nobody_left_is_handed_on_by_two_of_the_board(
    session: Session, make: Make, head: StaffPerson, new: StaffPerson
) -> None:
    first, second = member_of_board(make), member_of_board(make)
    with pytest.raises(NotFound):
        admit(session, first, new)  # the head is there
    session.get_one(Account, head.account.id).active = False
    session.flush()

    assert not admit(session, first, new)
    assert admit(session, second, new)
    assert queries.is_admitted(session, new.account)
    assert faults(session) == []


def test_a_member_removes_another_with_the_copies_of_keys(
    session: Session, make: Make, head: StaffPerson
) -> None:
    other = make.person(body_code=BODY)

    assert admitting.remove(
        session, head.account, other.account.id, signed=removal(head, other), today=TODAY
    )

    assert not queries.is_admitted(session, other.account)
    assert queries.list_copies(session, other.account.id) == ()
    assert faults(session) == []


def test_nobody_removes_themselves_or_the_last_one(
    session: Session, make: Make, head: StaffPerson
) -> None:
    first, second = member_of_board(make), member_of_board(make)

    with pytest.raises(NotAllowed):
        admitting.remove(
            session, head.account, head.account.id, signed=removal(head, head), today=TODAY
        )
    with pytest.raises(Invalid):
        admitting.remove(
            session, first.account, head.account.id, signed=removal(first, head), today=TODAY
        )
    with pytest.raises(Invalid):
        admitting.remove(
            session, first.account, second.account.id, signed=removal(first, second), today=TODAY
        )


def test_the_ceremony_is_for_a_body_that_never_had_a_roster(
    session: Session, make: Make, head: StaffPerson
) -> None:
    del head
    make.body("KUIS")
    make.person(body_code="KUIS", key=False, rostered=False)

    assert len(roster.begin_roster(session, "KUIS", today=TODAY)) == 1
    for body in (BODY, "KUIS"):
        with pytest.raises(Conflict):
            roster.begin_roster(session, body, today=TODAY)
    member_of_board(make, rostered=False)
    with pytest.raises(Conflict):
        roster.begin_roster(session, BOARD, today=TODAY)  # whatever the board does takes two
    assert faults(session) == []


def forge_entry(session: Session, new: StaffPerson) -> None:
    roster.enter(session, BODY, session.get_one(Account, new.account.id), today=TODAY)


def forge_ceremony(session: Session, new: StaffPerson) -> None:
    account = session.get_one(Account, new.account.id)
    roster.note(session, RosterMove.FOUND, BODY, account, None, today=TODAY)
    roster.enter(session, BODY, account, founder=True, today=TODAY)


def forge_act(session: Session, new: StaffPerson) -> None:
    account = session.get_one(Account, new.account.id)
    roster.note(session, RosterMove.ADMIT, BODY, account, admission(new, new), today=TODAY)
    roster.enter(session, BODY, account, today=TODAY)


def back_date(session: Session, new: StaffPerson) -> None:
    entry = session.scalars(
        select(RosterEntry).where(RosterEntry.account_id == new.account.id)
    ).one()
    entry.since = TODAY - A_WEEK


def swap_key(session: Session, new: StaffPerson) -> None:
    row = session.scalars(select(RosterAct).where(RosterAct.account_id == new.account.id)).one()
    row.signing = bytes(32)


@pytest.mark.parametrize("attack", [forge_entry, forge_act])
def test_somebody_with_the_database_is_found(
    session: Session, new: StaffPerson, attack: Callable[[Session, StaffPerson], None]
) -> None:
    attack(session, new)

    assert faults(session) != []


@pytest.mark.parametrize("attack", [back_date, swap_key, forge_ceremony])
def test_somebody_who_alters_what_was_signed_is_found(
    session: Session,
    head: StaffPerson,
    new: StaffPerson,
    attack: Callable[[Session, StaffPerson], None],
) -> None:
    admit(session, head, new)
    assert faults(session) == []

    attack(session, new)

    assert faults(session) != []


def test_nobody_joins_the_ceremony_after_the_log_has_announced_it(
    session: Session, new: StaffPerson
) -> None:
    announced = {
        (announcement.kind, announcement.name): [announcement.value]
        for announcement in replaying.list_announcements(session)
    }

    forge_ceremony(session, new)
    for announcement in replaying.list_announcements(session):
        announced[announcement.kind, announcement.name].append(announcement.value)

    assert any("never had" in fault for fault in faults(session, SaidOfRosters(announced, TODAY)))


def test_a_roster_that_was_made_anew_is_not_the_one_that_was_announced(
    session: Session, make: Make, head: StaffPerson, new: StaffPerson
) -> None:
    del make
    announced = {
        (announcement.kind, announcement.name): [announcement.value]
        for announcement in replaying.list_announcements(session)
    }
    said = SaidOfRosters(announced, TODAY)
    assert faults(session, said) == []
    admit(session, head, new)
    assert faults(session, SaidOfRosters(announced, TODAY - A_WEEK)) == [], (
        "the next batch announces it"
    )
    assert "announced last" in faults(session, said)[0]

    for row in session.scalars(select(RosterAct)):
        row.done_on -= A_WEEK
    for entry in session.scalars(select(RosterEntry)):
        entry.since -= A_WEEK
    assert any("never had" in fault for fault in faults(session, said))
