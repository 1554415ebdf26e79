"""A process that is killed at any instant loses no accepted report and shows no other receipt."""

import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.processes import ServerProcess, open_client, server
from crypto import body as bodies
from crypto import receipt
from crypto.seal import open_sealed
from portal.cases import audit
from portal.cases.models import Allegation, AuditEntry, Case, Clock, Filing
from portal.core.blobs import BlobStore
from portal.core.config import Settings
from portal.web.parts import BLOBS, SETTINGS
from tests.factories import Make
from tests.intake.steps import needed, receipt_on, send, write_page
from tests.intake.test_views import sealed_post, send_sealed
from tests.page import Browser

BRIBE = needed("bribery")
PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 500
FILES = [("one.jpg", PHOTO), ("two.txt", b"two")]
TWICE = 2
PATIENCE = 20  # times that a page is sent until somebody answers


@dataclass
class Reporters:
    """People who file while the portal dies, and the receipts that they saw."""

    address: str
    seen: list[str] = field(default_factory=list)

    def file(self, page: str, browser: Browser) -> str:
        """Send a page until a receipt has come twice; both times it is the same."""
        codes: list[str] = []
        for _ in range(PATIENCE):
            with suppress(OSError, HTTPException):
                codes.append(receipt_on(send(browser, page, BRIBE, files=FILES)))
            if len(codes) == TWICE:
                break
        assert len(codes) == TWICE, "nobody answers"
        assert codes[0] == codes[1]
        self.seen.append(codes[0])
        return codes[0]

    def comes(self) -> tuple[str, Browser]:
        """Let a person open the page of questions."""
        browser = Browser(open_client(self.address))  # type: ignore[arg-type]
        return write_page(browser), browser


@pytest.fixture
def dying(settings: Settings, make: Make, tmp_path: Path) -> Iterator[ServerProcess]:
    make.portal("KNB_AC")
    make.session.close()
    options = ("--preload",)  # the next worker is there at once
    with server(
        settings, tmp_path, application="tests.journeys.dying:app", options=options
    ) as started:
        yield started


def check_all(app: Flask, session: Session, make: Make, codes: list[str]) -> None:
    """Check that the portal holds exactly the reports of these receipts, each of them whole."""
    session.rollback()
    with sqlite3.connect(SETTINGS.get_from(app).instance / "portal.sqlite") as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    database.close()
    assert audit.verify(session) == []
    cases = {case.row_key: case for case in session.scalars(select(Case))}
    assert len(cases) == len(codes) == len(set(codes))
    assert len(session.scalars(select(Filing)).all()) == len(cases)
    entries = session.scalars(select(AuditEntry.case_id).where(AuditEntry.act == "received")).all()
    assert sorted(filter(None, entries)) == sorted(case.id for case in cases.values())
    blobs: BlobStore = BLOBS.get_from(app)
    for code in codes:
        keys = receipt.derive(receipt.parse(code))
        check_whole(
            session, make, cases[receipt.derive_row_key(make.keyring.pepper, keys.lookup)], blobs
        )


def check_whole(session: Session, make: Make, case: Case, blobs: BlobStore) -> None:
    """Check that a case has everything that a case begins with, and that it can be read."""
    assert case.second_half is not None
    assert [status_change.status for status_change in case.history] == ["received"]
    assert session.scalars(select(Clock).where(Clock.case_id == case.id)).first() is not None
    session.scalars(select(Allegation).where(Allegation.case_id == case.id)).one()
    (envelope,) = case.envelopes
    identity = make.units[case.body_code].identity
    body = bodies.read(
        open_sealed(envelope.sealed, identity),
        rid=case.id,
        thread="case",
        seq=0,
        prev="",
        signer_public=None,
        author=bodies.REPORTER,
    )
    assert body.fields["answers"] == BRIBE
    assert {attachment.id for attachment in body.attachments} == {
        attachment.id for attachment in envelope.attachments
    }
    for entry, (_, content) in zip(body.attachments, FILES, strict=True):
        with blobs.open(entry.id) as stored:
            sealed = stored.read()
        assert open_sealed(sealed, identity)[: entry.size] == content
        bodies.check_attachment(
            entry, bodies.compute_digest(sealed), bodies.compute_digest(content)
        )


def test_killed_at_any_step_of_filing(
    dying: ServerProcess, app: Flask, session: Session, make: Make
) -> None:
    folder: Path = SETTINGS.get_from(app).instance
    people = Reporters(dying.address)
    people.file(*people.comes())
    send_again, browser = people.comes()
    people.seen.append(receipt_on(send(browser, send_again, BRIBE, files=FILES)))
    last = int((folder / "steps").read_text())
    assert last > 40
    for number in range(0, last, last // 15):
        page, browser = people.comes()
        (folder / "dies-at").write_text(str(number))
        with suppress(OSError, HTTPException):
            people.seen.append(receipt_on(send(browser, page, BRIBE, files=FILES)))
            raise AssertionError(f"did not die at step {number} of {last}")
        (folder / "dies-at").unlink()
        people.file(page, browser)

    check_all(app, session, make, people.seen)


def test_killed_at_any_moment_of_filing(
    dying: ServerProcess, app: Flask, session: Session, make: Make
) -> None:
    people = Reporters(dying.address)
    start = time.monotonic()
    people.file(*people.comes())
    takes = time.monotonic() - start
    for _ in range(20):
        page, browser = people.comes()
        moment = secrets.randbelow(1000) / 1000 * takes
        end = Timer(moment, dying.end_workers)
        end.start()
        people.file(page, browser)
        end.join()

    check_all(app, session, make, people.seen)


def test_killed_while_a_sealed_report_is_stored(
    dying: ServerProcess, app: Flask, session: Session
) -> None:
    folder: Path = SETTINGS.get_from(app).instance
    people = Reporters(dying.address)
    told: list[dict[str, Any]] = []
    for number in (2, 5, 9, 14, 20, 27, 35, 44):
        page, browser = people.comes()
        (folder / "dies-at").write_text(str(number))
        data = sealed_post(page)
        with suppress(OSError, HTTPException):
            send_sealed(browser, data, 201)
        (folder / "dies-at").unlink(missing_ok=True)
        same = sealed_post(page, rid=secrets.token_hex(16), lookup=data["lookup"])
        assert send_sealed(browser, same, 201)["filed"] is True
        told.append(data)

    session.rollback()
    assert audit.verify(session) == []
    cases = session.scalars(select(Case)).all()
    assert len(cases) == len(told)
    assert all(len(case.envelopes) == 1 for case in cases)
