"""A report is sealed to those whom the page named, and stored once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto import receipt
from crypto.errors import OpenError
from crypto.seal import open_sealed
from crypto.secretbox import decrypt
from portal.cases.models import RECOVERY, Case, Filing
from portal.core.errors import Conflict, NotFound
from portal.intake import service
from portal.intake.draft import Choice, Draft
from tests.factories import REGION, STORY, TODAY, Make
from tests.intake.steps import opened

CHOICE = Choice("bribery", "bribery.roadside", REGION, agency="police_unit")


@pytest.fixture
def portal(make: Make) -> Make:
    return make.portal()


def sealed(promise: service.PagePromise) -> service.SealedReport:
    secret = receipt.generate_secret()
    reporter = service.Reporter(secret, receipt.derive(secret))
    draft = Draft(CHOICE, "kk", {"danger_now": "yes", "what_happened": STORY})
    return service.seal_report(draft, promise.keys, reporter)


def test_the_report_says_what_was_written_and_to_whom(portal: Make, session: Session) -> None:
    filed = portal.filed(agency="police_unit", language="kk", answers={"what_happened": STORY})
    unit = portal.units[filed.case.body_code]

    report = opened(session, unit.identity)

    assert report.body.fields == {
        "category": "bribery",
        "subcategory": "bribery.roadside",
        "region": REGION,
        "agency": "police_unit",
        "leadership": False,
        "outside_police": False,
        "language": "kk",
        "answers": {"what_happened": STORY},
    }
    assert report.body.to is not None
    assert (report.body.to.body, report.body.to.signing) == (unit.code, unit.signing.public)


def test_the_reporter_finds_and_opens_the_case_with_the_receipt_alone(
    portal: Make, session: Session
) -> None:
    filed = portal.filed()
    keys = receipt.derive(receipt.parse(filed.code))

    row_key = receipt.derive_row_key(portal.keyring.pepper, keys.lookup)
    case = session.scalars(select(Case).where(Case.row_key == row_key)).one()
    half = decrypt(portal.keyring.second_halves, case.second_half or b"", case.id.encode())
    own = keys.derive_reporter_keys(half)

    report = opened(session, own.identity)
    assert report.answers["what_happened"] == STORY
    assert report.body.sig == own.signing.public
    assert report.body.reply_to == own.identity.recipient


def test_no_other_body_of_the_portal_can_open_it(portal: Make) -> None:
    case = portal.case()
    readers = {case.body_code, RECOVERY}

    for code, unit in portal.units.items():
        if code in readers:
            assert open_sealed(case.envelopes[0].sealed, unit.identity)
        else:
            with pytest.raises(OpenError):
                open_sealed(case.envelopes[0].sealed, unit.identity)


def test_a_ticket_files_one_report(portal: Make, session: Session) -> None:
    promise = service.make_promise(session, CHOICE, keyring=portal.keyring)
    first = sealed(promise)
    accepted = service.file_report(session, promise.ticket, first, log=portal.log, today=TODAY)
    session.commit()

    with pytest.raises(Conflict):
        service.file_report(session, promise.ticket, sealed(promise), log=portal.log, today=TODAY)
    session.rollback()

    before = service.find_previous_filing(session, promise.ticket, keyring=portal.keyring)
    assert session.scalar(select(func.count()).select_from(Case)) == 1
    assert before == accepted.filing
    assert before.secret == first.secret


def test_the_stored_receipt_opens_with_the_page_only(portal: Make, session: Session) -> None:
    promise = service.make_promise(session, CHOICE, keyring=portal.keyring)
    report = sealed(promise)
    service.file_report(session, promise.ticket, report, log=portal.log, today=TODAY)
    session.commit()

    row = session.scalars(select(Filing)).one()

    assert report.secret not in row.receipt
    assert promise.ticket.nonce not in row.token_hash
    other = service.make_promise(session, CHOICE, keyring=portal.keyring).ticket
    assert service.find_previous_filing(session, other, keyring=portal.keyring) is None


def test_an_answer_about_danger_makes_the_case_urgent(portal: Make) -> None:
    calm = portal.case(answers={"danger_now": "no", "what_happened": STORY})
    urgent = portal.case(answers={"danger_now": "yes", "what_happened": STORY})

    assert (calm.priority, urgent.priority) == (2, 1)
    assert "danger_look" in {clock.deadline for clock in urgent.clocks}


def test_the_report_goes_where_the_page_said_also_after_a_new_epoch(
    portal: Make, session: Session
) -> None:
    promise = service.make_promise(session, CHOICE, keyring=portal.keyring)
    old = portal.units[promise.route.primary]
    portal.epoch(old.code, made_on=TODAY + timedelta(days=1))

    kept = service.promise_from_ticket(session, promise.ticket)
    service.file_report(session, kept.ticket, sealed(kept), log=portal.log, today=TODAY)
    session.commit()

    assert opened(session, old.identity).answers["what_happened"] == STORY


def test_a_portal_without_keys_promises_nothing(make: Make, session: Session) -> None:
    with pytest.raises(NotFound):
        service.make_promise(session, CHOICE, keyring=make.keyring)


def test_nobody_complained_of_is_promised_the_report(portal: Make, session: Session) -> None:
    usual = service.make_promise(
        session, Choice("conduct", "conduct.rude", REGION), keyring=portal.keyring
    )
    own = Choice("conduct", "conduct.rude", REGION, service="internal_security")
    promise = service.make_promise(session, own, keyring=portal.keyring)

    assert usual.route.primary == f"DP_USB.{REGION}"
    assert promise.route.primary == "PROS_SPEC"
