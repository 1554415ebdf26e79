"""A report is sealed to the current key of one body, to recovery, and to its reporter."""

import pytest
from sqlalchemy.orm import Session

from crypto.errors import OpenError
from crypto.keys import generate_identity
from crypto.seal import open_sealed, seal
from portal.cases.keys import (
    current_key,
    current_keys,
    pinned_keys,
    recovery_key,
)
from portal.cases.models import RECOVERY
from portal.core.errors import NotFound
from tests.factories import Make

BODY = "PROS_SPEC"


def test_a_new_epoch_takes_over_and_the_old_one_keeps_its_promise(
    make: Make, session: Session
) -> None:
    make.portal(BODY)
    before = current_keys(session, BODY)
    make.epoch(BODY)

    after = current_keys(session, BODY)
    promised = pinned_keys(session, before.unit.id, before.recovery.id)

    assert (before.unit.epoch, after.unit.epoch) == (1, 2)
    assert promised == before


def test_a_body_without_a_key_takes_no_report(make: Make, session: Session) -> None:
    make.body(BODY)

    with pytest.raises(NotFound):
        current_key(session, BODY)
    with pytest.raises(NotFound):
        recovery_key(session)


def test_only_the_three_who_were_named_can_open(make: Make, session: Session) -> None:
    make.portal(BODY, "KNB_AC")
    reporter = generate_identity()

    sealed = seal(b"told in confidence", current_keys(session, BODY).recipients(reporter.recipient))

    for identity in (make.units[BODY].identity, make.units[RECOVERY].identity, reporter):
        assert open_sealed(sealed, identity) == b"told in confidence"
    with pytest.raises(OpenError):
        open_sealed(sealed, make.units["KNB_AC"].identity)


def test_what_no_reporter_reads_looks_like_the_rest(make: Make, session: Session) -> None:
    make.portal(BODY)

    unread = current_keys(session, BODY).recipients(None)

    assert len(set(unread)) == 3
    assert current_keys(session, BODY).recipients(None)[2] != unread[2]


def test_a_page_cannot_promise_another_body_as_recovery(make: Make, session: Session) -> None:
    make.portal(BODY)
    unit, recovery = current_key(session, BODY), recovery_key(session)

    for pair in ((unit.id, unit.id), (unit.id, 9999), (9999, recovery.id)):
        with pytest.raises(NotFound):
            pinned_keys(session, *pair)
