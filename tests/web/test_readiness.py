"""A portal whose keys, tables or bodies are not what they must be serves one page, and says why."""

import logging
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from portal.app import create_app
from portal.core.config import Settings
from portal.core.db import Sessions
from portal.core.keyring import Keyring
from portal.web.parts import SESSIONS
from portal.web.readiness import READINESS
from tests.factories import Make
from tests.installation import installed

WORDS = {
    "kk": "Портал қазір хабарлама қабылдамайды",
    "ru": "Портал сейчас не принимает сообщения",
    "en": "The portal takes no reports at the moment",
}


@pytest.fixture
def real(app: Flask, make: Make, settings: Settings) -> Settings:
    """A portal that can take reports."""
    make.portal()
    SESSIONS.get_from(app).kw["bind"].dispose()
    return settings


def told(settings: Settings, caplog: pytest.LogCaptureFixture, *paths: str) -> str:
    """Return what the log says of a portal that serves one page in each language, and nothing."""
    app = create_app(settings)
    client = app.test_client()
    caplog.clear()
    with caplog.at_level(logging.ERROR):
        for path in paths or ("/", "/report", "/case"):
            for language, words in WORDS.items():
                answer = client.get(f"/{language}{path}")
                assert answer.status_code == 503, path
                assert words in answer.text
                assert "<form" not in answer.text
        assert client.post("/en/report/file", data={}).status_code == 503
    SESSIONS.get_from(app).kw["bind"].dispose()
    assert len(caplog.messages) == 1  # not once for each request
    return caplog.messages[0]


def test_without_keys_nothing_is_served_and_none_are_made(
    real: Settings, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    typo = replace(real, keys_dir=str(tmp_path / "kyes"))

    assert "`keyring make`" in told(typo, caplog)
    assert not (tmp_path / "kyes").exists()


def test_other_keys_are_noticed_and_named(
    real: Settings, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    shutil.copytree(real.keys, tmp_path / "keys")
    (tmp_path / "keys" / "log.key").write_bytes(bytes(32))

    said = told(replace(real, keys_dir=str(tmp_path / "keys")), caplog)

    assert "other keys than those of this database: log.key" in said


def test_no_keys_are_made_beside_a_database_that_has_some(real: Settings, tmp_path: Path) -> None:
    second = create_app(replace(real, keys_dir=str(tmp_path / "empty")))

    answer = second.test_cli_runner().invoke(args=["keyring", "make"])

    assert answer.exit_code == 1
    assert "belongs to other keys" in answer.output
    assert not (tmp_path / "empty").exists()
    SESSIONS.get_from(second).kw["bind"].dispose()


def test_a_database_without_tables_is_not_served(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.instance.mkdir()
    Keyring.make(settings.keys)

    assert "the database has no tables" in told(settings, caplog)


@pytest.mark.parametrize(
    ("version", "way_out"),
    [("0001", "run `database upgrade`"), ("9999", "install the version of the portal")],
)
def test_tables_of_another_version_are_not_served(
    real: Settings, caplog: pytest.LogCaptureFixture, version: str, way_out: str
) -> None:
    app = create_app(real)
    sessions: Sessions = SESSIONS.get_from(app)
    with sessions.begin() as session:
        session.execute(
            text("UPDATE alembic_version SET version_num = :number"), {"number": version}
        )
    sessions.kw["bind"].dispose()

    assert way_out in told(real, caplog)
    outcome = create_app(real).test_cli_runner().invoke(args=["retention"])
    assert outcome.exit_code == 1
    assert way_out in outcome.output


def test_a_database_that_is_broken_is_named_as_such(
    real: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    (real.instance / "portal.sqlite").write_bytes(b"half of a copy" * 1000)

    assert "the database cannot be read (file is not a database)" in told(real, caplog)
    for command in (("log", "verify"), ("audit", "verify"), ("retention",), ("ready",)):
        outcome = create_app(real).test_cli_runner().invoke(args=command)
        assert outcome.exit_code == 1
        assert "restore its newest copy" in outcome.output


def test_tables_that_change_under_a_process_end_its_service(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.portal()
    client = app.test_client()
    assert client.get("/en/").status_code == 200
    with SESSIONS.get_from(app).begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    monkeypatch.setattr("portal.web.readiness.RECHECK_SECONDS", 0.0)
    READINESS.get_from(app)._good_until = 0.0

    assert client.get("/en/").status_code == 503


def test_no_form_is_given_before_recovery_and_the_board_have_keys(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    app = installed(settings)

    assert "`keys recovery`" in told(settings, caplog, "/report")
    assert app.test_client().get("/en/staff/sign-in").status_code == 200  # they are made there
    ready = app.test_cli_runner().invoke(args=["ready"])
    assert ready.exit_code == 1
    assert "`keys recovery`" in ready.output
    SESSIONS.get_from(app).kw["bind"].dispose()


def test_a_portal_that_is_ready_says_so(app: Flask, make: Make) -> None:
    make.portal()

    assert app.test_cli_runner().invoke(args=["ready"]).output == "Ready.\n"
