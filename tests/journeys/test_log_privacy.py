"""The public log says how many, by the batch, and nothing finer: no day, no order, no case."""

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from secrets import token_bytes, token_hex

import pytest
from flask import Flask
from flask.testing import FlaskClient
from scipy.stats import chisquare
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bench.processes import open_client, server
from crypto import log_entries, receipt
from crypto.log_entries import REPORT, STEP, Announcement, Step
from portal.cases.models import Case, LogStep, StatusChange
from portal.cases.service import change_status
from portal.cases.states import Status
from portal.core import clock
from portal.core.calendar import Quarter
from portal.core.config import Settings
from portal.transparency.models import LogBatch
from portal.transparency.publishing import files, totals
from portal.transparency.writing import service
from portal.web.parts import SETTINGS
from tests.dialogue.conftest import ENTER, FIND, VIEW
from tests.factories import TODAY, Make
from tests.intake.steps import needed, receipt_on, send, write_page
from tests.journeys.insider import published
from tests.page import Browser
from tests.transparency.cli.test_policy import run

MONDAY = date(2026, 3, 9)
A_WEEK = timedelta(days=7)
EACH = 6  # steps of a batch
BATCHES = 300
# A fair order is thought unfair once in a million runs.
ALMOST_NEVER = 1e-6


def public_bytes(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield everything that the log publishes, with the name that it has."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.name.startswith("."):
            yield path.relative_to(folder).as_posix(), path.read_bytes()


@pytest.fixture
def folder(app: Flask, make: Make, session: Session) -> Path:
    """A log of two reports on two days of a week, one of which was acknowledged on a third."""
    make.portal("KNB_AC")
    made = make.filed()
    make.filed(today=TODAY + timedelta(days=1))
    change_status(
        session, made.case, Status.ACKNOWLEDGED, actor="system", today=TODAY + timedelta(days=3)
    )
    service.merge(session, make.log, today=MONDAY)
    session.commit()
    folder: Path = SETTINGS.get_from(app).instance / files.FOLDER
    files.publish(session, folder)
    return folder


def test_no_public_byte_has_anything_of_a_case(folder: Path, session: Session) -> None:
    cases = session.scalars(select(Case)).all()
    steps = session.scalars(select(LogStep)).all()
    words = [step.what for step in steps] + [case.category for case in cases]
    words += [case.id for case in cases] + [step.digest for step in steps]
    words += [str(case.region) for case in cases] + [case.body_code for case in cases]
    hidden = [word.encode() for word in words if word]
    hidden += [bytes.fromhex(case.id) for case in cases]
    hidden += [bytes.fromhex(step.digest) for step in steps if step.digest]
    hidden += [case.row_key for case in cases] + [case.log_key or b"no key" for case in cases]

    for name, data in public_bytes(folder):
        assert not [word for word in hidden if word in data], name


def test_no_public_byte_has_a_day_but_that_of_the_batch(folder: Path) -> None:
    for name, data in public_bytes(folder):
        days = set(re.findall(rb"20\d\d-\d\d-\d\d", data))
        assert days <= {b"2026-03-08"}, name
        assert not re.search(rb"\b1[67]\d{8}\b", data), name  # seconds since 1970


def test_an_entry_has_the_same_length_whatever_happened(folder: Path) -> None:
    result = [log_entries.parse(entry) for entry in published(folder).entries]
    lengths = {len(step.entry) for step in result if isinstance(step, Step)}

    assert lengths == {log_entries.STEP_BYTES}
    assert isinstance(result[-1], Announcement)
    assert (result[-1].name, len(result[-1].value)) == ("2026-03-08", 32)


def test_files_do_not_tell_when_they_were_written(folder: Path) -> None:
    times = {(folder / name).stat().st_mtime_ns for name, _ in public_bytes(folder)}

    assert times == {0}


def test_headers_tell_nothing_but_what_the_file_says(folder: Path, client: FlaskClient) -> None:
    served = [byte for byte in public_bytes(folder) if byte[0] != totals.FILE]
    assert served
    for name, data in served:
        answers = [client.get(f"/log/{name}") for _ in range(2)]
        assert answers[0].data == data
        assert "Last-Modified" not in answers[0].headers
        assert "Set-Cookie" not in answers[0].headers
        before = answers[0].headers["ETag"]
        path = folder / name
        path.touch()
        path.with_name("copy").write_bytes(data)
        path.with_name("copy").replace(path)
        assert client.get(f"/log/{name}").headers["ETag"] == before


def test_the_order_within_a_batch_says_nothing_of_that_of_the_steps(
    make: Make, session: Session
) -> None:
    """Each step falls on each place equally often, also the two of one case."""
    places: Counter[tuple[int, int]] = Counter()
    day = TODAY
    for _ in range(BATCHES):
        made = [waiting(day) for _ in range(EACH)]
        session.add_all(made)
        session.flush()
        day += A_WEEK
        for batch in service.merge(session, make.log, today=day):
            assert batch.faults == ()
        ordered = sorted(made, key=lambda step: step.position or 0)
        places.update((made.index(step), place) for place, step in enumerate(ordered))
    session.rollback()

    for step in range(EACH):
        result = [places[step, place] for place in range(EACH)]
        assert chisquare(result).pvalue > ALMOST_NEVER, result


def waiting(day: date) -> LogStep:
    """Return a report that waits for the log."""
    return LogStep(
        case_id=token_hex(16),
        type=REPORT,
        what="report",
        made_on=min(day + A_WEEK - timedelta(days=1), Quarter.from_day(day).last),
        digest=token_hex(32),
        record="",
        due_on=day + 2 * A_WEEK,
        number=0,
        tag=token_bytes(16),
        commitment=token_bytes(32),
    )


def test_steps_of_one_case_stand_in_any_order(make: Make, session: Session) -> None:
    """The report first or second: half of the times each."""
    first = 0
    day = TODAY
    make.portal("KNB_AC")
    for _ in range(TRIES):
        filed = make.filed(today=day)
        change_status(session, filed.case, Status.ACKNOWLEDGED, actor="system", today=day)
        session.flush()
        day += A_WEEK
        service.merge(session, make.log, today=day)
        steps = session.scalars(select(LogStep).where(LogStep.case_id == filed.case.id)).all()
        by_type = {step.type: step.position or 0 for step in steps}
        first += by_type[REPORT] < by_type[STEP]

    assert chisquare([first, TRIES - first]).pvalue > ALMOST_NEVER, first


TRIES = 60


def test_batches_close_on_the_same_days_whether_or_not_there_is_anything(
    make: Make, session: Session
) -> None:
    """Up to where batches are daily the days of one with reports and of one without are equal."""
    busy, quiet = ([TODAY, *(TODAY + n * A_WEEK for n in range(6))], [TODAY])
    closed = []
    for days in (busy, quiet):
        make.portal("KNB_AC")
        for day in days:
            session.add(waiting(day))
        session.flush()
        for week in range(9):
            service.merge(session, make.log, today=MONDAY + week * A_WEEK)
        closed.append(session.scalars(select(LogBatch.through).order_by(LogBatch.through)).all())
        session.rollback()

    assert closed[0] == closed[1]


def test_no_command_says_what_could_be_looked_up_in_the_log(app: Flask, make: Make) -> None:
    make.portal("KNB_AC")
    filed = make.filed(today=clock.get_today() - 4 * A_WEEK)
    said = run(app, "merge")
    make.session.execute(update(StatusChange).values(changed_on=TODAY))
    make.session.commit()
    said += run(app, "verify", fails=True)
    assert filed.case.id in said
    (step,) = make.session.scalars(select(LogStep)).all()

    for secret in (step.tag, step.commitment, filed.secret, filed.reporter.keys.blinding_key):
        assert secret is not None
        for form in (secret.hex(), b64encode(secret).decode()):
            assert form not in said


def test_nothing_of_a_case_in_the_log_is_left_by_whoever_checks_it(
    settings: Settings, make: Make, session: Session, tmp_path: Path
) -> None:
    make.portal("KNB_AC")
    session.close()
    with server(settings, tmp_path) as running:
        browser = Browser(open_client(running.address))  # type: ignore[arg-type]
        code = receipt_on(send(browser, write_page(browser), needed("bribery")))
        browser.post(FIND, status=303, page=browser.get(ENTER), receipt=code)
        browser.get(VIEW)
        for name in (
            "/log/checkpoint",
            "/log/tile/0/000",
            "/log/tile/entries/999",
            "/log/" + code.replace(" ", ""),
        ):
            browser.client.get(name)
        keys = receipt.derive(receipt.parse(code))
        (step,) = session.scalars(select(LogStep)).all()
        kept = [path for path in tmp_path.rglob("*") if path.is_file()]
        said = running.log.read_bytes()

    assert said == b""
    assert step.tag is not None
    for path in kept:
        data = path.read_bytes()
        assert keys.blinding_key not in data, path
        if not path.name.startswith("portal.sqlite"):
            assert step.tag not in data, path
