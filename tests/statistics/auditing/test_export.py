"""What an auditor is given names nobody, and joins nothing that the log keeps apart."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from crypto import log_entries, outcome
from crypto.errors import FormatError
from crypto.log_entries import OUTCOME
from crypto.text import to_base64
from portal.cases.models import AuditEntry, LogStep
from portal.core.errors import Conflict
from portal.statistics.auditing import package
from portal.statistics.auditing.export import export
from portal.statistics.service import secrets
from tests.statistics.auditing.worlds import PUBLISHED_ON, QUARTER, AuditedPortal


def test_it_is_read_as_it_was_written(world: AuditedPortal) -> None:
    made = world.package()

    assert package.parse(made.data) == made


def test_it_has_no_case_and_no_key_of_one(world: AuditedPortal) -> None:
    data = world.package().data.decode()

    for filed in world.filed:
        assert filed.case.id not in data
        for secret in (filed.reporter.keys.blinding_key, filed.case.log_key or b""):
            assert secret.hex() not in data
            assert to_base64(secret) not in data


def test_an_opening_leads_to_no_other_step_of_its_case(world: AuditedPortal) -> None:
    data = world.package().data.decode()
    others = world.session.scalars(select(LogStep).where(LogStep.type != OUTCOME)).all()

    assert len(others) > len(world.filed)
    for step in others:
        assert step.tag
        assert step.commitment
        for value in (step.tag, step.commitment):
            assert value.hex() not in data
            assert to_base64(value) not in data
        assert not step.digest or step.digest not in data


def test_openings_stand_in_the_order_of_the_log_which_is_that_of_chance(
    world: AuditedPortal,
) -> None:
    places = list(world.package().outcomes)
    by_case = world.session.scalars(
        select(LogStep.position).where(LogStep.type == OUTCOME).order_by(LogStep.id)
    ).all()

    assert places == sorted(places)
    assert set(places) == set(by_case)


def test_an_opening_says_only_codes_a_day_and_a_digest(world: AuditedPortal) -> None:
    log = world.log()
    for place, opening in world.package().outcomes.items():
        opening.check(log.outcomes[QUARTER][place])
        record, day, digest = log_entries.split_fields(opening.payload, 3)
        record_read = outcome.parse(record)
        assert (record_read.region, record_read.quarter, len(day), len(digest)) == (
            "KZ-75",
            QUARTER,
            10,
            0,
        )


def test_the_trail_says_who_got_it(world: AuditedPortal) -> None:
    session = world.session
    export(session, world.release, world.press.build, "ngo.example", today=PUBLISHED_ON)

    last = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()

    assert last
    assert (last.act, last.detail) == ("audit_exported", "2026-q1/v1 ngo.example")
    session.rollback()


def test_it_can_be_had_until_the_secrets_are_due_to_be_destroyed(world: AuditedPortal) -> None:
    end = secrets.compute_last_day(world.release)
    assert end

    with pytest.raises(Conflict, match="kept until"):
        export(world.session, world.release, world.press.build, "ngo", today=end)
    export(world.session, world.release, world.press.build, "ngo", today=end - timedelta(days=1))
    world.session.rollback()


def test_another_package_is_refused(world: AuditedPortal) -> None:
    data = world.package().data

    for broken in (b"", b"{}", data[:-1], data.replace(b'"v":1', b'"v":2', 1)):
        with pytest.raises(FormatError):
            package.parse(broken)
