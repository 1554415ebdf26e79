"""Commands for another day and for a corrected version."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import Role
from portal.cases.models import AuditEntry
from portal.core.calendar import Quarter
from portal.core.config import Settings
from portal.statistics.releases import announcements
from tests.factories import Make
from tests.page import text_of
from tests.staff import signed_in
from tests.statistics.histories import Q3, QuarterPublisher, contents

AS_OF = ("--as-of", "2026-12-14")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A demonstration, where the day may be chosen."""
    return replace(settings, demonstration=True)


@pytest.fixture
def reason(tmp_path: Path) -> str:
    path = tmp_path / "reason.toml"
    path.write_text('kk = "себебі"\nru = "причина"\nen = "the reason"\n', "utf-8")
    return str(path)


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["statistics", *arguments])


def test_another_day_is_announced_with_its_reason(
    app: Flask, press: QuarterPublisher, reason: str
) -> None:
    result = run(app, "announce", Q3, "2026-12-15", reason, *AS_OF)

    assert result.exit_code == 0, result.output
    (change,) = announcements.read_changes(press.folder)
    assert (change.day, change.reason.get("ru")) == (date(2026, 12, 15), "причина")
    assert run(app, "announce", Q3, "2026-12-15", reason, *AS_OF).exit_code == 1


def test_a_reason_has_three_languages(app: Flask, press: QuarterPublisher, tmp_path: Path) -> None:
    path = tmp_path / "half.toml"
    path.write_text('kk = "себебі"\nru = ""\n', "utf-8")

    assert run(app, "announce", Q3, "2026-12-15", str(path), *AS_OF).exit_code == 2
    assert announcements.read_changes(press.folder) == ()


def test_a_correction_is_made_as_a_draft_and_can_be_given_up(
    app: Flask, press: QuarterPublisher, reason: str
) -> None:
    press.publish()

    made = run(app, "correct", Q3, reason, *AS_OF)

    assert made.exit_code == 0, made.output
    assert "2026-q3/v2 awaits signatures: 0 of 2" in made.output
    assert press.newest().published_on == date(2026, 12, 15)
    assert run(app, "drop", Q3).exit_code == 0
    assert press.newest().version == 1
    assert contents(press.folder.parent / "drafts") == {}
    assert run(app, "drop", Q3).exit_code == 2


def test_what_the_operator_does_to_releases_is_told_and_blames_nobody(
    app: Flask, session: Session, make: Make, press: QuarterPublisher, reason: str
) -> None:
    press.publish()
    for code in ("PORTAL_BOARD", "PROS_SPEC"):
        make.body(code)
    board = make.person(body_code="PORTAL_BOARD", role=Role.OVERSIGHT)
    head = make.person(body_code="PROS_SPEC", role=Role.HEAD)
    for words in (("correct", Q3, reason), ("drop", Q3)):
        assert run(app, *words, *AS_OF).exit_code == 0
    assert run(app, "announce", Quarter("2026-q4"), "2027-03-10", reason, *AS_OF).exit_code == 0
    refused = run(app, "announce", Quarter("2026-q4"), "2027-03-10", reason, *AS_OF)

    assert refused.exit_code == 1
    session.rollback()
    rows = session.execute(
        select(AuditEntry.act, AuditEntry.actor, AuditEntry.detail).where(
            AuditEntry.act.startswith("release_")
        )
    ).all()
    assert rows == [
        ("release_corrected", "system", "2026-q3/v2"),
        ("release_given_up", "system", "2026-q3/v2"),
        ("release_moved", "system", Quarter("2026-q4")),
    ]
    told = text_of(signed_in(app, board.account).get("/en/staff/changes"))
    assert "The operator, on the server gave up a correction of figures 2026-q3/v2" in told
    assert "figures" not in text_of(signed_in(app, head.account).get("/en/staff/changes"))


def test_what_was_not_published_is_not_corrected(app: Flask, reason: str) -> None:
    assert run(app, "correct", Q3, reason, *AS_OF).exit_code == 1


def test_a_correction_bears_no_day_of_the_past(
    app: Flask, press: QuarterPublisher, reason: str
) -> None:
    press.publish()

    assert run(app, "correct", Q3, reason, "--on", "2026-12-13", *AS_OF).exit_code == 2
