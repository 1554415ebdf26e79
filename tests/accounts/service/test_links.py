"""Tests of declared links."""

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from portal.accounts.models import Link
from portal.accounts.queries import list_links
from portal.accounts.service.links import check, declare
from portal.cases.models import AuditEntry
from portal.cases.units import compute_link_codes, compute_unit_code
from portal.core.errors import Conflict
from tests.factories import TODAY, Make

UNIT = compute_link_codes(bytes(32), "police_region", "KZ-75")


def test_a_link_is_kept_as_a_code_and_on_record_without_it(session: Session, make: Make) -> None:
    make.body("KNB_AC")
    member = make.person(body_code="KNB_AC").account

    declare(session, member.id, UNIT, today=TODAY)

    assert list_links(session, member.id) == UNIT
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.act, entry.actor) == ("link_declared", member.id)
    assert not any(code.hex() in entry.detail for code in UNIT)


def test_a_link_is_declared_once(session: Session, make: Make) -> None:
    make.body("KNB_AC")
    member = make.person(body_code="KNB_AC").account
    declare(session, member.id, UNIT, today=TODAY)

    with pytest.raises(Conflict):
        declare(session, member.id, UNIT, today=TODAY)


def test_a_link_covers_the_cases_whose_region_nobody_knows(session: Session, make: Make) -> None:
    make.body("KNB_AC")
    member = make.person(body_code="KNB_AC").account

    declare(session, member.id, UNIT, today=TODAY)
    declare(
        session, member.id, compute_link_codes(bytes(32), "police_region", "KZ-10"), today=TODAY
    )

    places = ("KZ-75", "KZ-10", None)
    codes = {compute_unit_code(bytes(32), "police_region", place) for place in places}
    assert list_links(session, member.id) == codes


def test_cases_held_about_the_unit_are_free_for_others(session: Session, make: Make) -> None:
    about, other = make.case(agency="police_region"), make.case(agency="ministry")
    member = make.person(body_code=about.body_code).account
    for case in (about, other):
        case.holder_id = member.id
    session.commit()

    codes = compute_link_codes(make.keyring.units, "police_region", about.region)
    declare(session, member.id, codes, today=TODAY)

    session.expire_all()
    assert (about.holder_id, other.holder_id) == (None, member.id)


def test_links_that_were_taken_away_altered_or_put_in_are_named(
    session: Session, make: Make
) -> None:
    make.body("KNB_AC")
    member = make.person(body_code="KNB_AC").account
    other = make.person(body_code="KNB_AC").account
    declare(session, member.id, UNIT, today=TODAY)
    declare(
        session, member.id, compute_link_codes(bytes(32), "police_region", "KZ-10"), today=TODAY
    )
    session.commit()
    assert list(check(session, None, TODAY)) == []
    wrong = f"account {member.id}: its links are not those that it declared"

    for attack in (
        delete(Link).where(Link.account_id == member.id),
        update(Link).where(Link.unit_code == min(UNIT)).values(unit_code=bytes(16)),
        insert(Link).values(account_id=member.id, unit_code=bytes(16), declared_on=TODAY),
    ):
        session.execute(attack, execution_options={"synchronize_session": False})
        assert list(check(session, None, TODAY)) == [wrong]
        session.rollback()
    session.add(Link(account_id=other.id, unit_code=bytes(16), declared_on=TODAY))

    unheard = f"account {other.id}: has links, and the trail has nothing of them"
    assert list(check(session, None, TODAY)) == [unheard]
