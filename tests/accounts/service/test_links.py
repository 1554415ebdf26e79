"""Tests of declared links."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.queries import links_of
from portal.accounts.service.links import declare
from portal.cases.models import AuditEntry
from portal.cases.units import unit_code
from portal.core.errors import Conflict
from tests.factories import TODAY, Make

UNIT = unit_code(bytes(32), "police_region", "KZ-75")


def test_a_link_is_kept_as_a_code_and_on_record_without_it(session: Session, make: Make) -> None:
    make.body("KNB_AC")
    member = make.person(body_code="KNB_AC").account

    declare(session, member.id, UNIT, today=TODAY)

    assert links_of(session, member.id) == {UNIT}
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.act, entry.actor, entry.detail) == ("link_declared", member.id, "")


def test_a_link_is_declared_once(session: Session, make: Make) -> None:
    make.body("KNB_AC")
    member = make.person(body_code="KNB_AC").account
    declare(session, member.id, UNIT, today=TODAY)

    with pytest.raises(Conflict):
        declare(session, member.id, UNIT, today=TODAY)
