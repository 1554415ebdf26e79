"""What is destroyed leaves its entries: it is counted, and whoever was told can still show it."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from crypto import checkpoint, merkle, notes, steps
from crypto.merkle import hash_leaf
from portal.accounts.models import Role
from portal.accounts.service import replaying
from portal.cases.bodies import PORTAL_BOARD
from portal.cases.models import Case, LogStep
from portal.cases.service import change_status
from portal.cases.states import Status
from portal.core import clock
from portal.core.errors import Conflict
from portal.dialogue.service import checking
from portal.review.models import ProposalKind
from portal.review.service.case_steps import take_step
from portal.review.service.case_writing import WritingAct
from portal.review.service.proposals import answer, propose
from portal.transparency import verifying
from portal.transparency.parts import CHECKS, LOG
from portal.transparency.publishing import files
from portal.transparency.publishing.bundle import CaseBundle, build_bundle
from portal.transparency.verifying import Against
from portal.transparency.writing import service
from portal.transparency.writing.log_keys import derive_public_key
from portal.transparency.writing.service import Log
from portal.web.parts import SETTINGS
from tests.factories import TODAY, Make, in_use
from tests.journeys.insider import counts, erased, published
from tests.review.desk import ReviewDesk, at_desk
from tests.review.service.test_decisions import decided
from tests.review.test_cli import LONG_AGO, run

A_WEEK = timedelta(days=7)
WAY = (Status.ACKNOWLEDGED, Status.ASSESSMENT, Status.IN_REVIEW)
WEEKS = [date(2026, 3, 9) + number * A_WEEK for number in range(5)]


@pytest.fixture
def desk(make: Make) -> ReviewDesk:
    """A case in which the body wrote a reply and decided."""
    desk = at_desk(make).take().step("acknowledge", "assess", "review").write(WritingAct.REPLY)
    make.filed()
    return decided(desk, "substantiated", "reprimand")


def merge(desk: ReviewDesk, app: Flask, day: date) -> None:
    log: Log = LOG.get_from(app)
    desk.session.commit()
    service.announce(desk.session, log, in_use(desk.session), today=day)
    service.merge(desk.session, log, today=day)
    desk.session.commit()
    files.publish(desk.session, SETTINGS.get_from(app).instance / files.FOLDER)


def differences(desk: ReviewDesk, app: Flask, day: date) -> list[str]:
    desk.session.rollback()
    desk.session.expire_all()
    folder = SETTINGS.get_from(app).instance / files.FOLDER
    # people come and go here without a ceremony: see tests/accounts/service/test_admitting.py
    checks = [check for check in CHECKS.get_from(app) if check is not replaying.check]
    against = Against(folder, checks=checks)
    log = LOG.get_from(app)
    return list(verifying.verify(desk.session, log, against, lambda *_: None, today=day))


def has_key(desk: ReviewDesk) -> bool:
    """Tell whether the server can still open the steps of the case."""
    return desk.session.scalar(select(Case.log_key).where(Case.id == desk.case.id)) is not None


def erase_early(desk: ReviewDesk, make: Make, today: date = TODAY) -> None:
    """Let the body ask for it, and a member of the board confirm it."""
    board = make.person(body_code=PORTAL_BOARD, role=Role.OVERSIGHT)
    version = desk.case.version
    asked = propose(
        desk.session,
        desk.case.id,
        ProposalKind.ERASURE,
        who=desk.account,
        version=version,
        today=today,
    )
    desk.session.commit()
    answer(desk.session, asked.id, ProposalKind.ERASURE, grant=True, who=board.account, today=today)
    desk.session.commit()


def check_alone(bundle: CaseBundle, desk: ReviewDesk, make: Make) -> None:
    """Check an old bundle with nothing but the receipt and the log's key."""
    told = [(step.type, checking.build_payload(step)) for step in bundle.steps]
    made = steps.commit_chain(desk.filed.reporter.keys.blinding_key, told)
    key = derive_public_key(make.keyring, make.log.origin)
    state = checkpoint.verify(notes.parse(bundle.checkpoint), [key])
    for step, told_step in zip(made, bundle.steps, strict=True):
        assert told_step.index is not None
        leaf = hash_leaf(step.entry)
        merkle.verify_inclusion(
            leaf, told_step.index, state.size, list(told_step.proof), state.root
        )


def test_early_erasure_by_two_people(app: Flask, make: Make, desk: ReviewDesk) -> None:
    folder = SETTINGS.get_from(app).instance / files.FOLDER
    merge(desk, app, WEEKS[0])
    kept = build_bundle(desk.session, make.log, desk.case.id)
    before = counts(published(folder))

    erase_early(desk, make, WEEKS[0])

    assert differences(desk, app, WEEKS[0]) == []
    now = build_bundle(desk.session, make.log, desk.case.id)
    before_it = now.steps[: len(kept.steps)]
    assert [step.erased for step in before_it] == [bool(step.digest) for step in kept.steps]
    assert has_key(desk), "its erasure is not in the log yet"

    merge(desk, app, WEEKS[1])
    log = published(folder)
    tags = desk.session.scalars(select(LogStep.tag).where(LogStep.digest != "")).all()
    gone = {erasure.tag for erasure in erased(log)}
    assert len(gone) == sum(bool(step.digest) for step in kept.steps) == 3
    assert gone < set(tags), "another report is not touched"
    assert counts(log) == before
    assert not has_key(desk)
    assert differences(desk, app, WEEKS[1]) == []
    check_alone(kept, desk, make)
    assert log.state(checkpoint.parse(notes.parse(kept.checkpoint).text).size).root == (
        checkpoint.parse(notes.parse(kept.checkpoint).text).root
    ), "the old checkpoint is a part of the log of today"


def test_what_is_destroyed_before_its_batch_is_counted_all_the_same(
    app: Flask, make: Make, desk: ReviewDesk
) -> None:
    erase_early(desk, make)

    merge(desk, app, WEEKS[0])

    assert has_key(desk)
    assert differences(desk, app, WEEKS[0]) == []
    merge(desk, app, WEEKS[1])
    log = published(SETTINGS.get_from(app).instance / files.FOLDER)
    assert len(erased(log)) == 3
    assert counts(log) == {("2026-q1", "R"): 2, ("2026-q1", "O"): 1}
    assert not has_key(desk)
    assert differences(desk, app, WEEKS[1]) == []


def test_an_erased_case_is_closed_without_a_step_and_never_worked_on_again(
    app: Flask, make: Make, desk: ReviewDesk
) -> None:
    erase_early(desk, make)
    for day in WEEKS[:2]:
        merge(desk, app, day)
    desk.session.refresh(desk.case)

    desk.step("close")

    assert desk.case.status is Status.CLOSED
    with pytest.raises(Conflict, match="erased"):
        take_step(
            desk.session,
            desk.case.id,
            "reopen",
            who=desk.account,
            version=desk.case.version,
            today=TODAY,
        )
    merge(desk, app, WEEKS[2])
    assert differences(desk, app, WEEKS[2]) == []


def test_the_timer_erases_what_is_closed_for_long(app: Flask, make: Make) -> None:
    filed = make.filed(today=LONG_AGO)
    for status in (*WAY, Status.DECIDED, Status.CLOSED):
        change_status(make.session, filed.case, status, actor="system", today=LONG_AGO)
    desk = ReviewDesk(make.session, filed, make.units[filed.case.body_code], make.person())
    merge(desk, app, LONG_AGO + 2 * A_WEEK)

    assert "1 cases were erased" in run(app, "retention")

    for weeks in (2, 4):
        merge(desk, app, clock.get_today() + weeks * A_WEEK)
    log = published(SETTINGS.get_from(app).instance / files.FOLDER)
    assert len(erased(log)) == 1
    assert not has_key(desk)
    assert differences(desk, app, clock.get_today() + 4 * A_WEEK) == []
