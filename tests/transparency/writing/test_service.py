"""The log grows by shuffled batches, each step of a case chained to the one before."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crypto import checkpoint, log_entries, notes, promise, steps, tlogproof
from crypto.cosignature import Policy
from crypto.log_entries import OUTCOME, REPORT, STEP, Announcement, Erasure, Step
from portal.cases.models import Case, LogStep
from portal.cases.service import change_status
from portal.cases.states import Status
from portal.core.errors import Conflict
from portal.review.service.erasing import erase
from portal.transparency import queries
from portal.transparency.models import LogBatch, LogEntry
from portal.transparency.policy import PolicyFile
from portal.transparency.publishing.bundle import build_bundle
from portal.transparency.writing import announcing, chaining, log_keys, promising, service
from portal.transparency.writing.service import Log
from tests.factories import TODAY, Filed, Make

SUNDAY = date(2026, 3, 8)
MONDAY = date(2026, 3, 9)


def merged(session: Session, make: Make, day: date = MONDAY) -> list[service.MergedBatch]:
    merged = service.merge(session, make.log, today=day)
    session.commit()
    return merged


def entries(session: Session) -> list[log_entries.Leaf]:
    return [
        log_entries.parse(entry)
        for entry in queries.read_entries(session, 0, queries.count_entries(session))
    ]


def told(session: Session, filed: Filed) -> list[tuple[str, bytes]]:
    return [
        (step.type, chaining.encode_payload(step))
        for step in queries.list_steps(session, filed.case.id)
    ]


def moved(session: Session, case: Case, *way: Status, day: date = TODAY) -> None:
    for status in way:
        change_status(session, case, status, actor="system", today=day)
    session.commit()


def test_a_batch_has_what_happened_before_its_day_and_closes_with_it(
    make: Make, session: Session
) -> None:
    filed = make.filed()
    make.filed(today=MONDAY)

    (batch,) = merged(session, make)

    logged_entries = entries(session)
    assert (batch.through, batch.entries, batch.faults) == (SUNDAY, 1, ())
    assert isinstance(logged_entries[-1], Announcement)
    assert (logged_entries[-1].kind, logged_entries[-1].name) == ("batch", "2026-03-08")
    assert logged_entries[:-1] == steps.commit_chain(
        filed.reporter.keys.blinding_key, told(session, filed)
    )
    assert session.get_one(LogBatch, SUNDAY).reports == 1


def test_the_reporter_finds_every_step_that_they_were_told(make: Make, session: Session) -> None:
    filed = make.filed()
    moved(session, filed.case, Status.ACKNOWLEDGED, Status.ASSESSMENT)
    merged(session, make)
    moved(session, filed.case, Status.IN_REVIEW, Status.DECIDED, day=MONDAY)
    merged(session, make, MONDAY + timedelta(days=7))

    made = steps.commit_chain(filed.reporter.keys.blinding_key, told(session, filed))
    known = [step for step in entries(session) if isinstance(step, Step)]

    assert [step.type for step in made] == [REPORT, STEP, STEP, STEP, OUTCOME]
    assert sorted(step.entry for step in made) == sorted(step.entry for step in known)
    state = queries.find_latest(session)
    assert state is not None
    policy = Policy((log_keys.derive_public_key(make.keyring, make.log.origin),))
    for step in queries.list_steps(session, filed.case.id):
        assert step.number is not None
        assert step.position is not None
        proof = queries.build_proof(session, step.position, state)
        tlogproof.verify(tlogproof.parse(proof.data), made[step.number].entry, policy)


def test_a_state_that_the_reporter_is_not_shown_is_not_named(make: Make, session: Session) -> None:
    filed = make.filed()
    moved(session, filed.case, Status.CONFLICT_HOLD)

    _, step = queries.list_steps(session, filed.case.id)
    assert (step.what, step.facts) == ("facts", None)
    assert "conflict_hold" not in build_bundle(session, make.log, filed.case.id).text


def test_merging_twice_does_the_same_as_once(make: Make, session: Session) -> None:
    make.filed()
    merged(session, make)
    size = queries.count_entries(session)

    assert merged(session, make) == []
    assert queries.count_entries(session) == size


def test_a_week_without_anything_closes_all_the_same(make: Make, session: Session) -> None:
    make.filed()
    merged(session, make)

    (batch,) = merged(session, make, MONDAY + timedelta(days=7))

    assert (batch.through, batch.entries) == (SUNDAY + timedelta(days=7), 0)


def test_no_batch_has_steps_of_two_quarters(make: Make, session: Session) -> None:
    first = make.filed(today=date(2026, 3, 31))
    make.filed(today=date(2026, 4, 1))

    before, after = merged(session, make, date(2026, 4, 6))

    assert (before.through, before.entries) == (date(2026, 3, 31), 1)
    assert (after.through, after.entries) == (date(2026, 4, 5), 1)
    assert (
        entries(session)[0]
        == steps.commit_chain(first.reporter.keys.blinding_key, told(session, first))[0]
    )


def test_the_promise_is_the_logs_word_and_is_kept(make: Make, session: Session) -> None:
    filed = make.filed()
    (step,) = queries.list_steps(session, filed.case.id)
    note = promising.find_promise(make.log, step)
    assert note is not None

    given = promise.verify_promise(note, log_keys.derive_public_key(make.keyring, make.log.origin))

    assert given.merge_by == date(2026, 3, 11)
    (made,) = steps.commit_chain(filed.reporter.keys.blinding_key, told(session, filed))
    assert given.step == made
    merged(session, make, given.merge_by)
    assert made in entries(session)


def test_erasure_leaves_an_entry_and_destroys_the_key_of_the_steps(
    make: Make, session: Session
) -> None:
    filed = make.filed()
    merged(session, make)
    moved(session, filed.case, Status.ACKNOWLEDGED, day=MONDAY)
    erase(session, filed.case, actor="system", today=MONDAY)
    session.commit()

    merged(session, make, MONDAY + timedelta(days=7))

    (report, _, _) = steps.commit_chain(filed.reporter.keys.blinding_key, told(session, filed))
    assert Erasure(report.tag) in entries(session)
    session.refresh(filed.case)
    assert filed.case.log_key is None


def test_the_order_within_a_batch_is_not_that_of_the_reports(make: Make, session: Session) -> None:
    number = 12
    filed = [make.filed() for _ in range(number)]
    merged(session, make)
    by_position = select(LogStep.case_id).order_by(LogStep.position)

    assert list(session.scalars(by_position)) != [filed.case.id for filed in filed]


def test_keys_are_announced_once(make: Make, session: Session) -> None:
    make.portal("PROS_SPEC")
    own = log_keys.derive_public_key(make.keyring, make.log.origin)
    result = announcing.list_in_use(session, PolicyFile((own,)))

    assert service.announce(session, make.log, result, today=TODAY) == len(result)
    assert service.announce(session, make.log, result, today=TODAY) == 0
    assert entries(session) == result


def test_a_key_that_replaced_another_is_not_announced(make: Make, session: Session) -> None:
    unit, other = make.unit("PROS_SPEC"), make.unit("KNB_AC")
    service.announce(session, make.log, announcing.list_keys(session), today=TODAY)
    size = queries.count_entries(session)
    unit.key.recipient = other.key.recipient

    assert service.announce(session, make.log, announcing.list_keys(session), today=TODAY) == 0

    (swapped, _) = announcing.announce_key(unit.key)
    assert service.is_replaced(session, swapped)
    assert queries.count_entries(session) == size


def test_every_state_is_signed(make: Make, session: Session) -> None:
    make.filed()
    merged(session, make)
    state = queries.find_latest(session)
    assert state is not None

    note = notes.parse(state.note)

    signed = checkpoint.verify(note, [log_keys.derive_public_key(make.keyring, make.log.origin)])
    assert (signed.size, signed.root) == (2, state.root)


def test_the_log_keeps_its_name(make: Make, session: Session) -> None:
    make.filed()
    merged(session, make)

    with pytest.raises(Conflict, match="localhost/log"):
        service.merge(session, Log("elsewhere/log", make.keyring, make.log.states), today=MONDAY)


def test_an_altered_key_of_a_case_stops_nobody_else(make: Make, session: Session) -> None:
    broken, whole = make.filed(), make.filed()
    for filed in (broken, whole):
        moved(session, filed.case, Status.ACKNOWLEDGED)
    broken.case.log_key = bytes(60)
    session.commit()

    (batch,) = merged(session, make)

    assert len(batch.faults) == 1
    assert broken.case.id in batch.faults[0]
    assert steps.commit_chain(whole.reporter.keys.blinding_key, told(session, whole))[1] in entries(
        session
    )


def test_entries_refuse_to_be_changed(make: Make, session: Session) -> None:
    make.filed()
    merged(session, make)
    entry = session.get_one(LogEntry, 0)
    entry.entry = bytes(len(entry.entry))

    with pytest.raises(IntegrityError, match="final"):
        session.flush()
