"""Mistakes of an operator with copies: nothing is signed twice, lost in silence or destroyed."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from crypto.log_entries import Announcement
from portal.app import create_app
from portal.cases import trailmark
from portal.cases.models import AuditEntry
from portal.cases.service import SealedFile
from portal.core import clock
from portal.core.blobs import BlobStore
from portal.core.config import Settings
from portal.core.sweeps import Sweeps
from portal.review.service.case_writing import WritingAct, write
from portal.transparency import queries
from portal.transparency.parts import LOG, TRAIL_MARK
from portal.transparency.writing import service
from portal.web.parts import BLOBS, KEYRING, SESSIONS
from tests.factories import Make
from tests.installation import installed
from tests.review.desk import at_desk

DATABASE = "portal.sqlite"
DOCUMENT = Path(__file__).parents[2] / "docs" / "log-attacks.md"
A_WEEK_AGO = timedelta(days=7)
A_MONTH = 31 * 86_400


@pytest.fixture
def portal(app: Flask, make: Make, session: Session) -> Flask:
    """A portal with a report in its log."""
    make.portal()
    make.filed(today=clock.get_today() - 2 * A_WEEK_AGO)
    assert run(app, "log", "merge") == (0, "")
    session.close()
    return app


def run(app: Flask, *words: str) -> tuple[int, str]:
    """Return the exit status of a command, and what it complains of."""
    outcome = app.test_cli_runner().invoke(args=words)
    return outcome.exit_code, outcome.output if outcome.exit_code else ""


def set_aside(settings: Settings, target: Path, *names: str) -> None:
    """Copy parts of an installation at rest."""
    for name in names:
        source = settings.instance / name
        if source.is_dir():
            shutil.copytree(source, target / name)
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)


def put_back(settings: Settings, source: Path, *names: str) -> Flask:
    """Restore such parts, and start the portal anew."""
    for suffix in ("-wal", "-shm"):
        (settings.instance / f"{DATABASE}{suffix}").unlink(missing_ok=True)
    for name in names:
        there = settings.instance / name
        if there.is_dir():
            shutil.rmtree(there)
            shutil.copytree(source / name, there)
        else:
            shutil.copy2(source / name, there)
    return create_app(settings)


def at_rest(app: Flask) -> None:
    """Let the database be one file."""
    engine = SESSIONS.get_from(app).kw["bind"]
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def grow(app: Flask, make: Make) -> None:
    """Let another report come, and the log grow and be published."""
    make.filed(today=clock.get_today())
    make.session.close()
    with SESSIONS.get_from(app).begin() as session:
        service.append(session, LOG.get_from(app), [_said("growth")], today=clock.get_today())
    assert run(app, "log", "merge") == (0, "")


@pytest.mark.parametrize("restored", [(DATABASE,), (DATABASE, "log")])
def test_an_older_database_signs_no_second_history(
    portal: Flask, make: Make, settings: Settings, tmp_path: Path, restored: tuple[str, ...]
) -> None:
    at_rest(portal)
    set_aside(settings, tmp_path / "copy", DATABASE, "log")
    grow(portal, make)
    kept = (settings.state / "log-signed").read_bytes()
    at_rest(portal)

    older = put_back(settings, tmp_path / "copy", *restored)
    status, words = run(older, "log", "merge")

    assert status == 1
    assert "acts are lost" in words  # nothing at all is done with it
    with pytest.raises(Exception, match=r"has signed \d+ entries of the log, the database has"):
        merge_anyway(older)
    assert (settings.state / "log-signed").read_bytes() == kept
    with SESSIONS.get_from(older)() as session:
        assert not queries.list_unsigned(session)


def merge_anyway(app: Flask) -> None:
    """Append to the log as somebody would who forgot the mark of the trail."""
    with SESSIONS.get_from(app).begin() as session:
        service.announce(session, LOG.get_from(app), [_said("other")], today=clock.get_today())


def _said(name: str) -> Announcement:
    return Announcement("code", name, bytes(32))


def test_another_history_of_the_same_size_is_refused(
    portal: Flask, make: Make, settings: Settings, tmp_path: Path
) -> None:
    """Both are restored, and grow on another machine with the same key by as many entries."""
    at_rest(portal)
    set_aside(settings, tmp_path / "twin", DATABASE, "log", "state", "keys")
    grow(portal, make)
    at_rest(portal)
    twin = replace(settings, instance=tmp_path / "twin")
    other = create_app(twin)
    with SESSIONS.get_from(other).begin() as session:
        merged = queries.count_entries(session)
    while merged < size_of(portal):
        with SESSIONS.get_from(other).begin() as session:
            log = LOG.get_from(other)
            service.append(session, log, [_said(f"twin {merged}")], today=clock.get_today())
        merged += 1
    at_rest(other)
    at_rest(portal)
    assert size_of(other) == size_of(portal)

    shutil.copy2(twin.instance / DATABASE, settings.instance / DATABASE)
    mixed = create_app(settings)

    with pytest.raises(Exception, match="it is another history"):
        merge_anyway(mixed)


def size_of(app: Flask) -> int:
    with SESSIONS.get_from(app)() as session:
        return queries.count_entries(session)


@pytest.mark.usefixtures("portal")
def test_without_what_was_signed_nothing_is_signed(settings: Settings, tmp_path: Path) -> None:
    """A second machine with the same database and keys, and a folder of the state of its own."""
    second = create_app(replace(settings, state_dir=str(tmp_path / "state")))

    assert run(second, "log", "merge")[0] == 1
    with pytest.raises(Exception, match="nobody knows what this log key has signed"):
        merge_anyway(second)
    assert second.test_client().get("/en/").status_code == 503

    wrong = run(second, "state", "adopt", "--entries", "1", "--acts", "1")
    assert wrong[0] == 1
    assert "this database has" in wrong[1]
    with SESSIONS.get_from(second)() as session:
        acts, entries = trailmark.get_trail_position(session).number, queries.count_entries(session)
    assert run(second, "state", "adopt", "--entries", str(entries), "--acts", str(acts)) == (0, "")
    assert run(second, "log", "merge") == (0, "")
    assert second.test_client().get("/en/").status_code == 200


def test_a_run_that_was_killed_before_it_signed_is_finished_by_the_next(
    portal: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(service, "_sign_grown", lambda _session: None)
        merge_anyway(portal)
    with SESSIONS.get_from(portal)() as session:
        assert len(queries.list_unsigned(session)) == 1
        before = queries.find_latest(session)
    assert before
    assert "not signed yet" in run(portal, "log", "verify")[1]

    assert run(portal, "log", "merge") == (0, "")

    assert run(portal, "log", "verify") == (0, "")
    with SESSIONS.get_from(portal)() as session:
        assert not queries.list_unsigned(session)


def test_a_database_copied_without_its_newest_part_is_named(
    portal: Flask, make: Make, settings: Settings, tmp_path: Path
) -> None:
    """Nine reports stand in the -wal file that was not copied; log and files are newer."""
    at_rest(portal)
    for _ in range(9):
        make.filed()
    shutil.copy2(settings.instance / DATABASE, tmp_path / DATABASE)
    make.session.close()
    at_rest(portal)

    older = put_back(settings, tmp_path, DATABASE)

    for command in (("log", "verify"), ("audit", "verify")):
        status, words = run(older, *command)
        assert status == 1
        assert "9 acts are lost" in words
    assert older.test_client().get("/en/report").status_code == 503


BOTH = (("log", "verify"), ("audit", "verify"))
TRAIL = "acts are lost"
# What is set back, after which more was accepted, and by which words each command tells of it.
SET_BACK = {
    "the database, before the next batch": ((DATABASE,), False, TRAIL, TRAIL),
    "the database": ((DATABASE,), True, TRAIL, TRAIL),
    "the database and the published log": ((DATABASE, "log"), True, TRAIL, TRAIL),
    "the database and the state": (
        (DATABASE, "state"),
        True,
        "set back to a copy",
        "it is older than what was accepted here",
    ),
    # Nothing of this portal is left that knows better; see docs/log-attacks.md.
    "the database and the state, before the next batch": ((DATABASE, "state"), False, "", ""),
    "everything": ((DATABASE, "state", "log"), True, "", ""),
}


def test_the_document_says_what_is_named() -> None:
    lines = DOCUMENT.read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    told = {row[0]: row[1:] for row in rows[[row[0] for row in rows].index("put back") + 2 :]}
    assert told == {case: words for case, (_, _, *words) in SET_BACK.items()}


@pytest.mark.parametrize("case", SET_BACK)
def test_both_verifiers_name_what_was_set_back(
    portal: Flask, make: Make, settings: Settings, tmp_path: Path, case: str
) -> None:
    names, published, *expected = SET_BACK[case]
    at_rest(portal)
    set_aside(settings, tmp_path / "copy", DATABASE, "state", "log")
    if published:
        grow(portal, make)
    else:
        make.filed(today=clock.get_today())
        make.session.close()
    at_rest(portal)
    for command in BOTH:
        assert run(portal, *command) == (0, ""), command
    at_rest(portal)

    older = put_back(settings, tmp_path / "copy", *names)

    for command, words in zip(BOTH, expected, strict=True):
        status, told = run(older, *command)
        assert status == bool(words), told
        assert words in told
    if any(expected):
        assert older.test_client().get("/en/report").status_code == 503


def test_a_trail_written_anew_is_another_one(portal: Flask, session: Session) -> None:
    session.execute(update(AuditEntry).values(hash=bytes(32)))
    session.commit()

    assert "its trail was rewritten" in run(portal, "audit", "verify")[1]


FILE_UNTIL_KILLED = """
import sys
from portal.app import create_app
from portal.cases import audit
from portal.core import clock
from portal.cases.codes import AuditAct
app = create_app()
with app.app_context():
    from portal.web.database import transaction
    print("ready", flush=True)
    while True:
        with transaction() as session:
            audit.record(session, AuditAct.TRAIL_READ, actor="system", today=clock.get_today())
"""


def test_processes_killed_at_any_moment_raise_no_alarm(portal: Flask, settings: Settings) -> None:
    told = {
        "PORTAL_INSTANCE": str(settings.instance),
        "PORTAL_PUBLIC_URL": settings.public_url,
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    for tries in range(4):
        processes = [
            subprocess.Popen(  # noqa: S603 - a command of our own
                [sys.executable, "-c", FILE_UNTIL_KILLED], env=told, stdout=subprocess.PIPE
            )
            for _ in range(2)
        ]
        for process in processes:
            assert process.stdout is not None
            process.stdout.readline()
        clock_wait = 0.05 + tries * 0.037
        subprocess.run(["sleep", str(clock_wait)], check=True)  # noqa: S603, S607
        for process in processes:
            process.kill()
            process.communicate()
        mark = TRAIL_MARK.get_from(portal)
        assert trailmark.describe_loss(SESSIONS.get_from(portal), mark) == ""
        with SESSIONS.get_from(portal)() as session:
            behind = trailmark.get_trail_position(session).number - mark.read().number
        assert 0 <= behind <= len(processes)


@pytest.mark.usefixtures("portal")
def test_a_report_is_accepted_where_the_mark_cannot_be_written(
    make: Make, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    (settings.state / "trail").unlink()

    make.filed()

    assert "was not noted" in caplog.text


# ---- what sweeps take --------------------------------------------------------------------------


def stray(store: BlobStore, count: int) -> None:
    for _ in range(count):
        with store.open_incoming() as file:
            file.write(b"sealed")
            store.keep(file)


def test_no_file_is_destroyed_beside_an_empty_database(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = BLOBS.get_from(app)
    stray(store, 89)
    now = clock.get_seconds()
    monkeypatch.setattr(clock, "get_seconds", lambda: now + A_MONTH)

    status, words = run(app, "retention")

    assert status == 1
    assert "89 of 89 sealed files would be destroyed" in words
    assert len(list(store.list_names())) == 89
    assert run(app, "retention", "--up-to", "89") == (0, "")
    assert not list(store.list_names())


def test_no_file_goes_that_came_after_the_newest_backup(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = BLOBS.get_from(app)
    stray(store, 1)
    now = clock.get_seconds()
    Sweeps(settings.state).mark_backup(now - 5)
    monkeypatch.setattr(clock, "get_seconds", lambda: now + A_MONTH)

    assert run(app, "retention", "--up-to", "1") == (0, "")
    assert len(list(store.list_names())) == 1

    assert run(app, "backup", "mark", "--begun", str(now + 60)) == (0, "")
    assert run(app, "retention", "--up-to", "1") == (0, "")
    assert not list(store.list_names())


def test_a_clock_that_jumped_sweeps_nothing(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.filed()
    assert run(app, "retention") == (0, "")
    later = clock.get_today() + timedelta(days=4000)
    monkeypatch.setattr(clock, "get_today", lambda: later)

    status, words = run(app, "retention")

    assert status == 1
    assert "4000 days before" in words


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (Path.unlink, "is gone or cannot be read"),
        (lambda path: path.write_bytes(b"other!"), "is not the one that came"),
        (lambda path: path.write_bytes(b""), "is not the one that came"),
    ],
)
def test_a_sealed_file_that_is_lost_or_altered_is_named(
    portal: Flask, make: Make, damage: Callable[[Path], None], said: str
) -> None:
    with make.blobs.open_incoming() as file:
        file.write(b"sealed")
        name = make.blobs.keep(file)
    desk = at_desk(make).take()
    sealed = SealedFile(name, len(b"sealed"), sha256(b"sealed").hexdigest())
    letter = replace(desk.letter("note"), files=(sealed,))
    write(
        desk.session,
        desk.case.id,
        WritingAct.NOTE,
        letter,
        who=desk.account,
        today=clock.get_today(),
    )
    desk.session.commit()
    case = f"case {desk.case.id}: its file {name}"
    assert case not in run(portal, "log", "verify")[1]

    damage(make.blobs.folder / name)

    assert f"{case} {said}" in run(portal, "log", "verify")[1]


# ---- who can read what is written --------------------------------------------------------------


def test_nobody_else_reads_what_the_portal_writes(settings: Settings) -> None:
    before = os.umask(0o022)
    try:
        create_app(settings)  # as the command does that makes the keys
        app = installed(settings)
        make = Make(SESSIONS.get_from(app)(), KEYRING.get_from(app), BLOBS.get_from(app)).portal()
        make.filed(today=clock.get_today() - A_WEEK_AGO)
        make.session.close()
        stray(BLOBS.get_from(app), 1)
        for command in (("log", "merge"), ("retention",), ("backup", "mark", "--begun", "1")):
            assert run(app, *command)[0] == 0
        app.test_client().get("/en/report")
        written = [settings.instance, *settings.instance.rglob("*")]
        assert len(written) > 20
        for path in written:
            allowed = 0o700 if path.is_dir() else 0o600
            assert stat.S_IMODE(path.stat().st_mode) & ~allowed == 0, path
    finally:
        os.umask(before)
        SESSIONS.get_from(app).kw["bind"].dispose()
