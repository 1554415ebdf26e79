"""The command that publishes a quarter: nothing too early, nothing twice, nothing half."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.core.config import Settings
from portal.core.db import Base
from portal.statistics import archive, service
from portal.statistics.models import LedgerEntry, Release
from tests.statistics.histories import PUBLISHED_ON, Q3, Histories, Press

LONG_AGO = "2020-q1"
AS_OF = ("--as-of", PUBLISHED_ON.isoformat())


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A demonstration, where the day may be chosen."""
    return replace(settings, demonstration=True)


@pytest.fixture
def press(app: Flask, session: Session) -> Press:
    """Publishes with the key that the command uses too."""
    press = Press(app, session)
    press.workshop = replace(press.workshop, master=app.extensions["keyring"].statistics)
    return press


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Flask]:
    """A portal that is no demonstration."""
    app = create_app(Settings(instance=tmp_path / "real", public_url="https://portal.example"))
    engine = app.extensions["sessions"].kw["bind"]
    Base.metadata.create_all(engine)
    yield app
    engine.dispose()


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["release", *arguments])


def ledger(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(LedgerEntry)) or 0


def files(press: Press) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (press.folder / Q3 / "v1").iterdir()}


def test_a_quarter_is_published_with_its_ledger(
    app: Flask, histories: Histories, press: Press, session: Session
) -> None:
    histories.many(30)
    histories.done()
    expected = press.prepare()

    result = run(app, Q3, *AS_OF)

    assert result.exit_code == 0, result.output
    assert files(press) == expected.files
    assert expected.digest in result.output
    assert ledger(session) == 30
    release = session.scalars(select(Release)).one()
    assert (release.manifest, release.published_on) == (expected.digest, PUBLISHED_ON)
    assert "30 cases" in result.output  # progress
    assert not list(press.folder.glob(".*"))


def test_a_dry_run_shows_everything_and_writes_nothing(
    app: Flask, histories: Histories, press: Press, session: Session
) -> None:
    histories.many(300)
    histories.done()

    result = run(app, Q3, "--dry-run", *AS_OF)

    assert result.exit_code == 0, result.output
    assert "Money was demanded or taken" in result.output
    assert "<10" in result.output
    assert "+ totals.csv" in result.output
    assert "300 cases, epsilon 0.2 each" in result.output
    assert not press.folder.exists()
    assert ledger(session) == 0
    assert session.scalars(select(Release)).all() == []


def test_a_quarter_that_is_not_over_is_refused(app: Flask, press: Press) -> None:
    result = run(app, Q3, "--as-of", "2026-11-13")

    assert result.exit_code == 1
    assert "2026-11-14" in result.output
    assert not press.folder.exists()


def test_a_published_quarter_is_refused(app: Flask, press: Press) -> None:
    run(app, Q3, *AS_OF)
    before = files(press)

    result = run(app, Q3, *AS_OF)

    assert result.exit_code == 1
    assert "never changes" in result.output
    assert files(press) == before


@pytest.mark.parametrize("text", ["2026-Q3", "q3", "../../etc"])
def test_what_is_no_quarter_is_refused(app: Flask, text: str) -> None:
    assert run(app, text).exit_code == 1


def test_only_a_demonstration_chooses_its_day(app: Flask, real: Flask) -> None:
    assert run(real, LONG_AGO, *AS_OF).exit_code == 2
    assert run(real, LONG_AGO).exit_code == 0
    assert run(app, LONG_AGO, "--as-of", "yesterday").exit_code == 2


def test_cases_before_the_first_quarter_are_mentioned(app: Flask, histories: Histories) -> None:
    histories.case(received_on=date(2026, 5, 5))
    histories.done()

    assert "older than this first quarter" in run(app, Q3, "--dry-run", *AS_OF).output


@pytest.fixture
def cases(histories: Histories) -> None:
    """Thirty reports of the quarter."""
    histories.many(30)
    histories.done()


@pytest.mark.usefixtures("cases")
class TestInterruption:
    """Whatever stops the command, the next run ends with the same bytes, charged once."""

    def test_before_the_ledger_the_next_run_starts_anew(
        self, app: Flask, press: Press, session: Session
    ) -> None:
        archive.stage(press.folder, Q3, 1, {"half.csv": b""})

        assert run(app, Q3, *AS_OF).exit_code == 0
        assert "half.csv" not in files(press)
        assert ledger(session) == 30

    @pytest.mark.parametrize("staged", [True, False])
    def test_after_the_ledger_the_same_release_is_finished(
        self, app: Flask, press: Press, session: Session, *, staged: bool
    ) -> None:
        prepared = press.prepare()
        archive.stage(press.folder, Q3, 1, prepared.files)
        service.record(session, prepared)
        session.commit()
        if not staged:
            shutil.rmtree(press.folder / f".{Q3}-v1")

        result = run(app, Q3, "--as-of", "2026-12-20")

        assert result.exit_code == 0, result.output
        assert files(press) == prepared.files
        assert ledger(session) == 30

    def test_if_the_cases_changed_since_it_says_so_and_shows_nothing(
        self, app: Flask, press: Press, histories: Histories, session: Session
    ) -> None:
        service.record(session, press.prepare())
        session.commit()
        histories.case()
        histories.done()

        result = run(app, Q3, *AS_OF)

        assert result.exit_code == 1
        assert "no longer those" in result.output
        assert archive.releases(press.folder) == []

    def test_the_next_quarter_waits_for_the_unfinished_one(
        self, app: Flask, press: Press, session: Session
    ) -> None:
        service.record(session, press.prepare())
        session.commit()

        result = run(app, "2026-q4", "--as-of", "2027-03-09")

        assert result.exit_code == 1
        assert f"{Q3} was interrupted" in result.output
