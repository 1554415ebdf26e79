"""The log under fire: several write at once, one is killed, the clock is wrong, nobody merges."""

import os
import shutil
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, inspect, select
from sqlalchemy.orm import Session

from bench.processes import ROOT
from portal.cases.models import LogStep
from portal.cases.service import change_status
from portal.cases.states import Status
from portal.core import clock
from portal.core.config import Settings
from portal.core.db import Sessions
from portal.transparency import queries, verifying
from portal.transparency.models import LogBatch
from portal.transparency.parts import CHECKS, LOG
from portal.transparency.publishing import files
from portal.transparency.verifying import Against
from portal.transparency.writing import schedule, service
from portal.web.parts import SESSIONS, SETTINGS
from tests.factories import Make, in_use
from tests.journeys.insider import published

AT_ONCE, EACH = 3, 15
LONG_AGO = clock.get_today() - timedelta(days=200)
MARCH, APRIL = date(2026, 3, 31), date(2026, 4, 1)


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Settings of a portal on either database."""
    server = request.param == "postgresql"
    return Settings(
        instance=tmp_path / "instance",
        public_url="http://localhost",
        database_url=request.getfixturevalue("postgresql") if server else "",
    )


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Settings:
    return Settings(instance=tmp_path / "instance", public_url="http://localhost")


def environment(settings: Settings) -> dict[str, str]:
    return {
        "PORTAL_INSTANCE": str(settings.instance),
        "PORTAL_PUBLIC_URL": settings.public_url,
        "PORTAL_DATABASE_URL": settings.database_url,
        "PYTHONPATH": str(ROOT),
        "PATH": os.environ["PATH"],
    }


def started(settings: Settings, *words: str) -> "subprocess.Popen[str]":
    """Start a program that writes into the log."""
    return subprocess.Popen(  # noqa: S603 - a command of our own
        [sys.executable, "-m", "tests.journeys.merging", *words],
        cwd=ROOT,
        env=environment(settings),
        stdout=subprocess.PIPE,
        text=True,
    )


def ended(process: "subprocess.Popen[str]") -> tuple[str, int]:
    """Wait for a program; return what it said, and its exit status."""
    told, _ = process.communicate(timeout=120)
    return told, process.returncode


def differences(app: Flask, today: date | None = None) -> list[str]:
    """Return what `log verify` finds."""
    sessions: Sessions = SESSIONS.get_from(app)
    folder = SETTINGS.get_from(app).instance / files.FOLDER
    log = LOG.get_from(app)
    against = Against(folder, checks=CHECKS.get_from(app))
    with sessions() as session:
        faults = verifying.verify(
            session, log, against, lambda *_: None, today=today or clock.get_today()
        )
        return list(faults)


def merged(session: Session, make: Make, app: Flask, today: date) -> list[service.MergedBatch]:
    service.announce(session, make.log, in_use(session), today=today)
    result = service.merge(session, make.log, today=today)
    session.commit()
    files.publish(session, SETTINGS.get_from(app).instance / files.FOLDER)
    return result


def test_processes_that_append_and_merge_at_once_never_fork_the_tree(
    app: Flask, make: Make, session: Session, settings: Settings
) -> None:
    make.portal("KNB_AC")
    filed = [make.filed(today=LONG_AGO) for _ in range(4)]
    session.close()
    appending = [started(settings, "append", str(EACH)) for _ in range(AT_ONCE)]
    merging = [started(settings, "merge", "-1") for _ in range(AT_ONCE)]
    (settings.instance / "go").touch()

    assert [ended(popen) for popen in appending] == [("", 0)] * AT_ONCE
    assert all(told.endswith(" 0") for told, _ in map(ended, merging)), "a merge failed"

    files.publish(session, settings.instance / files.FOLDER)
    assert differences(app) == []
    steps = session.scalars(select(LogStep)).all()
    assert len({step.position for step in steps}) == len(steps) == len(filed)
    batches = session.scalars(select(LogBatch)).all()
    assert sum(batch.reports for batch in batches) == len(filed)
    announced = len(queries.read_entries(session, 0, 1 << 20)) - len(filed) - len(batches)
    assert announced >= AT_ONCE * EACH


class TestKilled:
    """On SQLite, whose file can be copied: each death begins from the same state."""

    @pytest.fixture
    def settings(self, on_sqlite: Settings) -> Settings:
        return on_sqlite

    @pytest.fixture
    def before(self, app: Flask, make: Make, session: Session, tmp_path: Path) -> Path:
        """A portal with a small log, and steps that wait; a copy of its folder."""
        make.portal("KNB_AC")
        make.filed(today=LONG_AGO)
        merged(session, make, app, LONG_AGO + timedelta(days=20))
        filed = make.filed(today=LONG_AGO + timedelta(days=30))
        change_status(
            session, filed.case, Status.ACKNOWLEDGED, actor="system", today=filed.case.received_on
        )
        session.commit()
        session.close()
        SESSIONS.get_from(app).kw["bind"].dispose()
        shutil.copytree(SETTINGS.get_from(app).instance, tmp_path / "before")
        return tmp_path / "before"

    def test_at_any_step_the_log_is_whole_and_the_next_run_ends_the_work(
        self, app: Flask, settings: Settings, before: Path
    ) -> None:
        last, code = self.run(settings, before, -1)
        assert code == 0
        assert last > 60
        for dies_at in range(1, last, last // 10):
            assert self.run(settings, before, dies_at)[1] == -9, dies_at
            assert self.is_readable(settings), dies_at
            assert ended(started(settings, "merge", "-1"))[1] == 0
            SESSIONS.get_from(app).kw["bind"].dispose()  # its file was exchanged
            assert differences(app) == [], dies_at

    def run(self, settings: Settings, before: Path, dies_at: int) -> tuple[int, int]:
        """Merge from the state before; return how many steps there were, and the exit status."""
        shutil.rmtree(settings.instance)
        shutil.copytree(before, settings.instance)
        told, code = ended(started(settings, "merge", str(dies_at)))
        return int(told.split()[0]) if told else 0, code

    def is_readable(self, settings: Settings) -> bool:
        """Tell whether whoever fetches the published log finds all that its checkpoint names."""
        log = published(settings.instance / files.FOLDER)
        return log.state(log.signed.size) == log.signed


def test_files_that_are_lost_are_written_again(app: Flask, make: Make, session: Session) -> None:
    make.portal("KNB_AC").filed()
    merged(session, make, app, date(2026, 3, 9))
    folder: Path = SETTINGS.get_from(app).instance / files.FOLDER
    whole = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert len(whole) > 2
    files.publish(session, folder)
    assert {path: path.read_bytes() for path in whole} == whole
    for path in whole:
        path.unlink()

        files.publish(session, folder)

        assert {path: path.read_bytes() for path in whole} == whole


def test_a_clock_that_goes_backwards_closes_nothing_twice(
    app: Flask, make: Make, session: Session
) -> None:
    make.portal("KNB_AC").filed()
    merged(session, make, app, date(2026, 3, 9))

    assert merged(session, make, app, date(2026, 3, 3)) == []
    make.filed(today=date(2026, 3, 3))  # a day that is closed already
    (batch,) = merged(session, make, app, date(2026, 3, 16))

    assert (batch.through, batch.entries) == (date(2026, 3, 15), 1)
    assert differences(app, date(2026, 3, 16)) == []


def test_months_without_a_merge_are_made_up_for_by_quarters(
    app: Flask, make: Make, session: Session
) -> None:
    make.portal("KNB_AC")
    for month in (1, 2, 4, 8):
        make.filed(today=date(2026, month, 15))

    closed = merged(session, make, app, date(2026, 9, 1))

    assert [(batch.through, batch.entries) for batch in closed] == [
        (date(2026, 3, 31), 2),
        (date(2026, 6, 30), 1),
        (date(2026, 8, 30), 1),
    ]
    assert differences(app, date(2026, 9, 1)) == []


def test_a_day_is_closed_two_hours_after_its_end() -> None:
    assert schedule.compute_first_open(datetime(2026, 4, 1, 1, 59, tzinfo=clock.ZONE)) == MARCH
    assert schedule.compute_first_open(datetime(2026, 4, 1, 2, 0, tzinfo=clock.ZONE)) == APRIL


class TestLate:
    """On PostgreSQL, where a transaction can end after another that began later."""

    @pytest.fixture
    def settings(self, tmp_path: Path, postgresql: str) -> Settings:
        return Settings(
            instance=tmp_path / "instance",
            public_url="http://localhost",
            database_url=postgresql,
        )

    def test_a_report_that_comes_after_its_batch_is_named_at_the_end_of_a_quarter(
        self, app: Flask, make: Make, session: Session
    ) -> None:
        make.portal("KNB_AC").filed(today=MARCH)
        late = queries.list_steps(session, make.filed(today=MARCH).case.id)[0]
        row = {column.name: getattr(late, column.name) for column in inspect(LogStep).columns}
        session.delete(late)
        session.commit()
        with session.get_bind().connect() as other:  # type: ignore[union-attr]
            other.execute(insert(LogStep).values(row))
            merged(session, make, app, date(2026, 4, 6))
            other.commit()

        (told,) = differences(app, date(2026, 4, 6))
        assert "is not in the log; the next batch takes it" in told

        merged(session, make, app, date(2026, 4, 13))

        (told,) = differences(app, date(2026, 4, 13))
        assert "whoever counts entries counts it in another quarter" in told
