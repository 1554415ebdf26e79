"""A disk without room and a database that is busy: refused with every word kept, or accepted."""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from crypto.padding import compute_padme_length
from crypto.seal import compute_sealed_length, generate_throwaway_recipient, seal
from portal.cases import audit
from portal.cases.models import AuditEntry, Case, Filing
from portal.core.blobs import BlobStore
from portal.web.parts import BLOBS, SESSIONS, SETTINGS
from tests.factories import Make
from tests.intake.steps import kept_in, needed, opened, receipt_on, send, write_page
from tests.intake.test_views import sealed_post, send_sealed
from tests.page import Browser, text_of

PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 8_000  # more than a report adds to the database
WHOLE = compute_sealed_length(compute_padme_length(len(PHOTO)))
TYPED = {**needed("bribery"), "bribe_next": "кактус-7719 on Friday, behind the market"}


@pytest.fixture(autouse=True)
def portal(make: Make, app: Flask) -> Make:
    """A portal that waits a moment for its database, not a quarter of a minute."""
    made = make.portal("KNB_AC")
    engine = SESSIONS.get_from(app).kw["bind"]

    def hurry(connection: sqlite3.Connection, _record: object, _proxy: object) -> None:
        connection.execute("PRAGMA busy_timeout = 30")

    made.session.commit()
    with engine.connect() as connection:  # what is written next begins at the start of its file
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    event.listen(engine, "checkout", hurry)
    return made


@contextmanager
def busy(app: Flask) -> Iterator[None]:
    """Let somebody else write to the database all the time."""
    path = SETTINGS.get_from(app).instance / "portal.sqlite"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


@contextmanager
def room(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size: like a full disk, it takes a part."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def assert_nothing_is_stored(app: Flask, session: Session) -> None:
    session.rollback()
    for table in (Case, Filing):
        assert session.scalar(select(func.count()).select_from(table)) == 0
    assert session.scalars(select(AuditEntry).where(AuditEntry.act == "received")).all() == []
    blobs: BlobStore = BLOBS.get_from(app)
    assert not list(blobs.list_incoming())


def test_a_database_that_is_busy_takes_nothing_and_keeps_every_word(
    app: Flask, session: Session, browser: Browser
) -> None:
    page = write_page(browser)
    with busy(app):
        again = send(browser, page, TYPED, status=503, files=[("a.jpg", PHOTO)])
        script = sealed_post(page)
        assert send_sealed(browser, script, 503) == {"error": "unavailable"}

    assert kept_in(again, "bribe_next") == TYPED["bribe_next"]
    assert "was not filed" in text_of(again)
    assert_nothing_is_stored(app, session)
    assert receipt_on(send(browser, again, TYPED))


@pytest.mark.parametrize(
    "size", [0, 100, 5_000, 40_000, WHOLE // 2, WHOLE - 70_000, WHOLE - 10, WHOLE - 1]
)
def test_a_disk_without_room_takes_all_or_nothing(
    app: Flask, session: Session, browser: Browser, portal: Make, size: int
) -> None:
    page = write_page(browser)
    with room(size):
        again = send(browser, page, TYPED, status=503, files=[("a.jpg", PHOTO)])

    assert kept_in(again, "bribe_next") == TYPED["bribe_next"]
    assert_nothing_is_stored(app, session)
    assert receipt_on(send(browser, again, TYPED, files=[("a.jpg", PHOTO)]))
    report = opened(session, portal.units["KNB_AC"].identity)
    assert report.file(BLOBS.get_from(app), 0, portal.units["KNB_AC"].identity) == PHOTO
    assert audit.verify(session) == []


@pytest.mark.parametrize("size", [0, 100, 5_000, WHOLE - 10])
def test_without_room_a_script_is_told_and_nothing_is_stored(
    app: Flask, session: Session, browser: Browser, size: int
) -> None:
    page = write_page(browser)
    readers = [generate_throwaway_recipient() for _ in range(3)]
    file = seal(PHOTO + bytes(compute_padme_length(len(PHOTO)) - len(PHOTO)), readers)
    data = sealed_post(page, attachment=FileStorage(BytesIO(file), "b" * 32))
    with room(size):
        assert send_sealed(browser, data, 503) == {"error": "unavailable"}

    assert_nothing_is_stored(app, session)
    again = sealed_post(
        page, lookup=data["lookup"], attachment=FileStorage(BytesIO(file), "c" * 32)
    )
    assert send_sealed(browser, again, 201)["filed"] is True


def test_a_folder_that_is_gone_takes_nothing(
    app: Flask, session: Session, browser: Browser
) -> None:
    page = write_page(browser)
    folder: Path = BLOBS.get_from(app).folder / "incoming"
    folder.rmdir()
    again = send(browser, page, TYPED, status=503, files=[("a.jpg", PHOTO)])
    folder.mkdir()

    assert kept_in(again, "bribe_next") == TYPED["bribe_next"]
    assert_nothing_is_stored(app, session)
