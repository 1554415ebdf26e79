"""A bundle lets its reporter check a case in the log without the portal."""

import json
from datetime import date, timedelta

from sqlalchemy import event
from sqlalchemy.orm import Session

from crypto import checkpoint, cosignature, merkle, promise, steps
from crypto.checkpoint import verify
from crypto.log_entries import Step
from crypto.notes import parse
from crypto.text import from_base64, from_json
from portal.cases.service import change_status
from portal.cases.states import Status
from portal.review.service.erasing import erase
from portal.transparency import queries
from portal.transparency.models import LogCosignature
from portal.transparency.policy import PolicyFile, Witness
from portal.transparency.publishing.bundle import BundleStep, CaseBundle, build_bundle
from portal.transparency.writing import announcing, log_keys, service
from tests.crypto import logs
from tests.factories import TODAY, Filed, Make

MONDAY = date(2026, 3, 9)
DECIDED = (Status.ACKNOWLEDGED, Status.ASSESSMENT, Status.IN_REVIEW, Status.DECIDED)


def decided(make: Make, session: Session) -> Filed:
    filed = make.filed()
    for status in DECIDED:
        change_status(session, filed.case, status, actor="system", today=TODAY)
    session.commit()
    return filed


def merged(session: Session, make: Make, day: date = MONDAY) -> None:
    service.merge(session, make.log, today=day)
    session.commit()


def payload(step: BundleStep) -> bytes:
    digest, record = bytes.fromhex(step.digest), step.record.encode()
    facts, inside = step.facts.encode(), bytes.fromhex(step.inside)
    match step.type:
        case "R":
            return steps.encode_report(digest, facts, inside)
        case "O":
            return steps.encode_outcome(record, step.day, digest)
        case _:
            return steps.encode_step(step.what, step.day, digest, record, facts, inside)


def committed(filed: Filed, bundle: CaseBundle) -> list[Step]:
    told = [(step.type, payload(step)) for step in bundle.steps]
    return steps.commit_chain(filed.reporter.keys.blinding_key, told)


def test_every_step_of_it_can_be_found_in_the_log_with_the_receipt_alone(
    make: Make, session: Session
) -> None:
    filed = decided(make, session)
    make.filed()
    merged(session, make)

    bundle = build_bundle(session, make.log, filed.case.id)

    state = verify(parse(bundle.checkpoint), bundle.policy.log)
    for step, made in zip(bundle.steps, committed(filed, bundle), strict=True):
        assert step.index is not None
        leaf = merkle.hash_leaf(made.entry)
        merkle.verify_inclusion(leaf, step.index, state.size, step.proof, state.root)
    assert [step.what for step in bundle.steps] == ["report", *DECIDED]


def test_its_promise_is_of_its_report(make: Make, session: Session) -> None:
    filed = make.filed()

    bundle = build_bundle(session, make.log, filed.case.id)

    given = promise.verify_promise(
        bundle.promise, log_keys.derive_public_key(make.keyring, make.log.origin)
    )
    assert [given.step] == committed(filed, bundle)


def test_what_waits_for_its_batch_has_no_place_yet(make: Make, session: Session) -> None:
    filed = make.filed()
    merged(session, make)
    change_status(session, filed.case, Status.ACKNOWLEDGED, actor="system", today=MONDAY)
    session.commit()

    report, waiting = build_bundle(session, make.log, filed.case.id).steps

    assert report.index is not None
    assert (waiting.index, waiting.proof) == (None, ())


def test_an_empty_log_has_no_checkpoint(make: Make, session: Session) -> None:
    filed = make.filed()

    assert build_bundle(session, make.log, filed.case.id).checkpoint == b""


def test_what_was_destroyed_is_said(make: Make, session: Session) -> None:
    filed = make.filed()
    merged(session, make)
    erase(session, filed.case, actor="system", today=MONDAY)
    session.commit()

    result = build_bundle(session, make.log, filed.case.id).steps
    assert result[0].erased


def test_the_file_says_the_same(make: Make, session: Session) -> None:
    filed = decided(make, session)
    merged(session, make)
    bundle = build_bundle(session, make.log, filed.case.id)

    content = json.loads(bundle.text)

    assert from_json(bundle.text) == content
    assert list(content) == [
        "v", "origin", "log_key", "policy", "promise", "checkpoint", "steps",
    ]  # fmt: skip
    assert content["log_key"] == log_keys.derive_public_key(make.keyring, make.log.origin).text
    assert content["promise"].encode() == bundle.promise
    assert [step["day"] for step in content["steps"]] == ["2026-03-02"] * 5
    hashes = [tuple(from_base64(each) for each in step["proof"]) for step in content["steps"]]
    assert hashes == [step.proof for step in bundle.steps]


def test_nothing_in_the_file_leads_to_the_receipt_or_the_key(make: Make, session: Session) -> None:
    filed = make.filed()
    merged(session, make)
    result = build_bundle(session, make.log, filed.case.id).text

    assert filed.code not in result
    assert filed.case.id not in result
    assert filed.reporter.keys.blinding_key.hex() not in result


def test_a_long_case_asks_the_database_no_more_often_than_a_short_one(
    make: Make, session: Session
) -> None:
    short, long = make.filed(), decided(make, session)
    for _ in range(20):
        make.filed()
    merged(session, make, MONDAY + timedelta(days=7))

    def asked(filed: Filed) -> int:
        session.expire_all()
        case_id = filed.case.id
        said: list[str] = []

        def note(*about: object) -> None:
            said.append(str(about[2]))

        event.listen(session.get_bind(), "before_cursor_execute", note)
        build_bundle(session, make.log, case_id)
        event.remove(session.get_bind(), "before_cursor_execute", note)
        return len(said)

    assert asked(long) == asked(short) == 5


def test_it_names_the_witnesses_that_the_log_announced(make: Make, session: Session) -> None:
    chosen = witnessed_by(make, session, needed=2)

    bundle = build_bundle(session, make.log, make.case().id)

    assert bundle.policy == chosen.policy


def test_it_rests_on_the_newest_state_that_enough_witnesses_saw(
    make: Make, session: Session
) -> None:
    filed = decided(make, session)
    witnessed_by(make, session, needed=2)
    merged(session, make)
    seen = saw(session, "ngo.example/w", "paper.example/w")
    make.filed(today=MONDAY)
    merged(session, make, MONDAY + timedelta(days=7))
    saw(session, "ngo.example/w")

    bundle = build_bundle(session, make.log, filed.case.id)

    assert bundle.policy.check(bundle.checkpoint).checkpoint.size == seen
    assert set(bundle.policy.check(bundle.checkpoint).witnesses) == {
        "ngo.example/w",
        "paper.example/w",
    }


def test_witnesses_who_stay_away_do_not_make_the_log_break_its_word(
    make: Make, session: Session
) -> None:
    filed = decided(make, session)
    witnessed_by(make, session, needed=1)
    merged(session, make)
    saw(session, "ngo.example/w")
    change_status(session, filed.case, Status.CLOSED, actor="system", today=MONDAY)
    session.commit()

    merged(session, make, MONDAY + timedelta(days=7))
    assert build_bundle(session, make.log, filed.case.id).steps[-1].index is None
    merged(session, make, MONDAY + timedelta(days=14))
    assert build_bundle(session, make.log, filed.case.id).steps[-1].index is not None


def test_where_no_state_was_seen_by_enough_it_rests_on_the_newest(
    make: Make, session: Session
) -> None:
    filed = decided(make, session)
    witnessed_by(make, session, needed=2)
    merged(session, make)
    size = saw(session, "ngo.example/w")

    bundle = build_bundle(session, make.log, filed.case.id)

    assert f"\n{size}\n" in bundle.checkpoint.decode()


def witnessed_by(make: Make, session: Session, needed: int) -> PolicyFile:
    """Let the log announce three witnesses."""
    own = log_keys.derive_public_key(make.keyring, make.log.origin)
    chosen = PolicyFile((own,), tuple(map(Witness, logs.WITNESS_KEYS)), needed)
    service.announce(session, make.log, [announcing.announce_witnesses(chosen)], today=TODAY)
    session.commit()
    return chosen


def saw(session: Session, *names: str) -> int:
    """Let some witnesses see the newest state of the log, and return its size."""
    newest = queries.find_latest(session)
    assert newest is not None
    state = checkpoint.parse(parse(newest.note).text)
    for name in names:
        line = cosignature.cosign(state, name, logs.WITNESSES[name], logs.NOON)
        kept = LogCosignature(size=state.size, witness=name, key_id=line.key_id, line=line.line)
        session.add(kept)
    session.commit()
    return state.size
