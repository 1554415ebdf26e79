"""The command that brings a quarter to its readers: it does what is due, and says what is not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.calendar import Quarter
from portal.core.config import Settings
from portal.statistics.models import LedgerEntry, ReleaseVersion
from portal.statistics.rendering import RENDERER
from portal.web.parts import SESSIONS, SETTINGS
from tests.installation import installed
from tests.statistics.histories import PUBLISHED_ON, Q3, Histories, QuarterPublisher, contents

COUNTED_ON, AFTER = ("--as-of", "2026-11-14"), ("--as-of", "2026-12-20")
AS_OF = ("--as-of", PUBLISHED_ON.isoformat())


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A demonstration, where the day may be chosen."""
    return replace(settings, demonstration=True)


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Flask]:
    """A portal that is no demonstration."""
    app = installed(Settings(instance=tmp_path / "real", public_url="https://portal.example"))
    engine = SESSIONS.get_from(app).kw["bind"]
    yield app
    engine.dispose()


@pytest.fixture
def cases(histories: Histories) -> None:
    """Three hundred reports of the quarter."""
    histories.many(300)
    histories.done()


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["release", *arguments])


@pytest.mark.usefixtures("cases")
def test_a_quarter_goes_its_way_step_by_step(app: Flask, session: Session) -> None:
    press = QuarterPublisher(app, session, RENDERER)

    counted = run(app, Q3, *COUNTED_ON)
    assert counted.exit_code == 0, counted.output
    assert "awaits signatures: 0 of 2" in counted.output
    assert "300 cases" in counted.output  # progress
    press.sign()
    assert "awaits its minute: 2026-12-08 10:00" in run(app, *COUNTED_ON).output

    published = run(app, *AS_OF)
    assert published.exit_code == 0, published.output
    release = press.newest()
    assert f"Manifest (SHA-256): {release.manifest}" in published.output
    assert release.released_on == PUBLISHED_ON
    assert press.published().digest == release.manifest

    after = run(app, *AFTER)
    assert "2026-q3/v1: its key was destroyed" in after.output
    assert "2026-q4 is counted from 2027-02-14 on" in after.output
    assert press.newest().key is None
    assert "destroyed" not in run(app, *AFTER).output


def test_a_sweep_that_is_refused_keeps_no_release_waiting(real: Flask) -> None:
    settings: Settings = SETTINGS.get_from(real)
    (settings.state / "swept-releases").write_text("2020-01-01\n")

    result = run(real, Quarter("2099-q1"))

    assert result.exit_code == 1
    assert "2099-q1 is counted from" in result.output
    assert "this last ran on 2020-01-01" in result.output
    assert run(real, Quarter("2099-q1"), "--after-a-pause").exit_code == 0


@pytest.mark.usefixtures("cases")
def test_a_dry_run_shows_everything_and_writes_nothing(
    app: Flask, settings: Settings, session: Session
) -> None:
    result = run(app, Q3, "--dry-run", *COUNTED_ON)

    assert result.exit_code == 0, result.output
    for words in ("Money was demanded or taken", "<10", "+ totals.csv", "pass G10", "Not shown"):
        assert words in result.output
    assert contents(settings.instance / "releases") == {}
    assert contents(settings.instance / "drafts") == {}
    session.rollback()
    assert session.scalars(select(ReleaseVersion)).all() == []
    assert session.scalars(select(LedgerEntry)).all() == []


def test_a_quarter_that_is_not_over_waits(app: Flask, settings: Settings) -> None:
    result = run(app, Q3, "--as-of", "2026-11-13")

    assert result.exit_code == 0
    assert "counted from 2026-11-14 on and published 2026-12-08 10:00" in result.output
    assert not (settings.instance / "drafts").exists()


@pytest.mark.parametrize("text", ["2026-Q3", "q3", "../../etc"])
def test_what_is_no_quarter_is_refused(app: Flask, text: str) -> None:
    result = run(app, text)

    assert result.exit_code == 2
    assert "a quarter looks like 2026-q3" in result.output


def test_the_first_quarter_has_to_be_named(app: Flask) -> None:
    result = run(app)

    assert result.exit_code == 2
    assert "name the first quarter" in result.output


def test_only_a_demonstration_chooses_its_day(app: Flask, real: Flask) -> None:
    assert run(real, Q3, *AS_OF).exit_code == 2
    assert run(app, Q3, "--as-of", "yesterday").exit_code == 2


def test_cases_before_the_first_quarter_are_mentioned(
    histories: Histories, press: QuarterPublisher
) -> None:
    histories.case(received_on=date(2026, 5, 5))
    histories.done()

    press.advance(Q3, date(2026, 11, 14))

    assert any("older than this first quarter" in text for text in press.told)
