"""A report is sealed to the current key of one body, to recovery, and to its reporter."""

import pytest
from sqlalchemy.orm import Session

from crypto.errors import OpenError
from crypto.keys import generate_identity
from crypto.seal import open_sealed, seal
from portal.cases.models import RECOVERY
from portal.cases.sealing_keys import (
    get_current_key,
    get_current_keys,
    get_pinned_keys,
    get_recovery_key,
)
from portal.core.errors import NotFound
from tests.factories import Make

BODY = "PROS_SPEC"


def test_a_new_epoch_takes_over_and_the_old_one_keeps_its_promise(
    make: Make, session: Session
) -> None:
    make.portal(BODY)
    before = get_current_keys(session, BODY)
    make.epoch(BODY)

    after = get_current_keys(session, BODY)
    promised = get_pinned_keys(session, before.unit.id, before.recovery.id)

    assert (before.unit.epoch, after.unit.epoch) == (1, 2)
    assert promised == before


def test_a_body_without_a_key_takes_no_report(make: Make, session: Session) -> None:
    make.body(BODY)

    with pytest.raises(NotFound):
        get_current_key(session, BODY)
    with pytest.raises(NotFound):
        get_recovery_key(session)


def test_only_the_three_who_were_named_can_open(make: Make, session: Session) -> None:
    make.portal(BODY, "KNB_AC")
    reporter = generate_identity()

    sealed = seal(
        b"told in confidence", get_current_keys(session, BODY).choose_recipients(reporter.recipient)
    )

    for identity in (make.units[BODY].identity, make.units[RECOVERY].identity, reporter):
        assert open_sealed(sealed, identity) == b"told in confidence"
    with pytest.raises(OpenError):
        open_sealed(sealed, make.units["KNB_AC"].identity)


def test_what_no_reporter_reads_looks_like_the_rest(make: Make, session: Session) -> None:
    make.portal(BODY)

    unread = get_current_keys(session, BODY).choose_recipients(None)

    assert len(set(unread)) == 3
    assert get_current_keys(session, BODY).choose_recipients(None)[2] != unread[2]


def test_a_page_cannot_promise_another_body_as_recovery(make: Make, session: Session) -> None:
    make.portal(BODY)
    unit, recovery = get_current_key(session, BODY), get_recovery_key(session)

    for pair in ((unit.id, unit.id), (unit.id, 9999), (9999, recovery.id)):
        with pytest.raises(NotFound):
            get_pinned_keys(session, *pair)
