"""Tests of who can take a case, and of what is asked about members."""

from sqlalchemy.orm import Session

from portal.accounts.models import Link
from portal.accounts.queries import (
    get_stored_password,
    is_last_holder,
    list_copies,
    list_eligible_bodies,
    list_epochs,
)
from portal.cases.units import compute_unit_code
from tests.factories import TODAY, Make

UNIT = compute_unit_code(bytes(32), "police_unit", "KZ-75")


def test_a_body_with_a_key_and_a_member_can_take_a_case(session: Session, make: Make) -> None:
    make.unit("KNB_AC")
    make.body("KUIS")

    assert list_eligible_bodies(session, None) == {"KNB_AC"}


def test_a_body_whose_only_key_is_retired_can_take_none(session: Session, make: Make) -> None:
    make.unit("KNB_AC").key.retired_on = TODAY
    session.commit()

    assert list_eligible_bodies(session, None) == set()


def test_a_body_whose_only_member_left_can_take_none(session: Session, make: Make) -> None:
    make.unit("KNB_AC", members=0)
    make.person(body_code="KNB_AC").account.active = False
    session.commit()

    assert list_eligible_bodies(session, None) == set()


def test_a_member_who_holds_only_an_old_key_does_not_count(session: Session, make: Make) -> None:
    make.unit("KNB_AC")
    make.body("KUIS")
    first = make.unit("KUIS", members=0)
    member = make.person(body_code="KUIS").account
    first.key.retired_on = TODAY
    session.commit()

    assert list_epochs(session, member.id) == {1}
    assert list_eligible_bodies(session, None) == {"KNB_AC"}


def test_a_link_of_the_only_member_closes_the_cases_of_that_unit(
    session: Session, make: Make
) -> None:
    make.unit("KNB_AC", members=0)
    member = make.person(body_code="KNB_AC").account
    session.add(Link(account_id=member.id, unit_code=UNIT, declared_on=TODAY))
    session.commit()

    assert list_eligible_bodies(session, UNIT) == set()
    assert list_eligible_bodies(session, compute_unit_code(bytes(32), "prosecutor", "KZ-75")) == {
        "KNB_AC"
    }
    assert list_eligible_bodies(session, None) == {"KNB_AC"}


def test_one_member_without_a_link_is_enough(session: Session, make: Make) -> None:
    make.unit("KNB_AC", members=1)
    linked = make.person(body_code="KNB_AC").account
    session.add(Link(account_id=linked.id, unit_code=UNIT, declared_on=TODAY))
    session.commit()

    assert list_eligible_bodies(session, UNIT) == {"KNB_AC"}


def test_copies_come_newest_first(session: Session, make: Make) -> None:
    make.unit("KNB_AC", members=0)
    member = make.person(body_code="KNB_AC").account
    make.epoch("KNB_AC")

    assert [copy.epoch for copy in list_copies(session, member.id)] == [2, 1]


def test_the_last_holder_is_known(session: Session, make: Make) -> None:
    make.unit("KNB_AC", members=0)
    first = make.person(body_code="KNB_AC").account

    assert is_last_holder(session, first)

    second = make.person(body_code="KNB_AC").account

    assert not is_last_holder(session, first)

    second.active = False
    session.commit()

    assert is_last_holder(session, first)


def test_an_administrator_is_no_last_holder(session: Session, make: Make) -> None:
    admin = make.person(body_code=None, key=False).account

    assert not is_last_holder(session, admin)


def test_an_unknown_login_has_a_password_that_nobody_knows(session: Session, make: Make) -> None:
    make.body("KNB_AC")
    known = make.person(body_code="KNB_AC", login="a.member").account

    assert get_stored_password(session, " A.Member ") == known.password
    assert get_stored_password(session, "nobody").startswith("$argon2id$")
    assert get_stored_password(session, "nobody") != known.password
