"""Tests of the commands of accounts and bodies."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, inspect, select
from sqlalchemy.orm import Session

from crypto.signing import write_public_pem
from portal.accounts.models import Account
from portal.accounts.service import enrolment
from portal.cases.audit import format_end
from portal.cases.models import AuditEntry, PublicBody
from portal.core import clock
from portal.core.config import Settings
from portal.web.parts import SESSIONS
from tests.factories import Make
from tests.installation import keyed
from tests.review.desk import at_desk

ROOT = Path(__file__).parents[2]
COMMAND = re.compile(r"^openssl pkeyutl -verify .*$", re.MULTILINE)


def run(app: Flask, *words: str, fails: bool = False) -> str:
    """Run a command as an operator does, and return what it prints."""
    outcome = app.test_cli_runner().invoke(args=words)
    assert outcome.exit_code == (1 if fails else 0), outcome.output
    return outcome.output


def test_an_installation_gets_its_bodies_and_its_first_administrator(
    app: Flask, session: Session
) -> None:
    run(app, "bodies", "load")
    again = run(app, "bodies", "load")
    printed = run(app, "accounts", "create", "--login", "Root", "--role", "administrator")

    assert "0 bodies" in again
    assert session.get(PublicBody, "PORTAL_BOARD") is not None
    (code,) = re.findall(r"code: (\S+)", printed)
    assert enrolment.is_invited(session, "root", code, today=clock.get_today())


def test_an_account_in_no_body_is_refused(app: Flask) -> None:
    words = ("accounts", "create", "--login", "a.head", "--role", "head", "--body", "NOBODY")

    assert "no such body" in run(app, *words, fails=True)


def test_an_account_is_closed_and_opened_again(app: Flask, session: Session, make: Make) -> None:
    make.body("KNB_AC")
    account = make.person(body_code="KNB_AC", login="a.member", key=False).account
    assert "hands it on" in run(app, "accounts", "close", "--login", "a.member", fails=True)
    make.person(body_code="KNB_AC", key=False)

    run(app, "accounts", "close", "--login", "a.member")
    assert "before" in run(app, "accounts", "close", "--login", "a.member")
    assert "closed" in run(app, "accounts", "list")
    printed = run(app, "accounts", "invite", "--login", "a.member")

    assert "code:" in printed
    assert session.get_one(Account, account.id, populate_existing=True).active
    assert "invited" in run(app, "accounts", "list")


def test_a_login_that_nobody_has_is_refused(app: Flask, session: Session) -> None:
    for verb in ("close", "invite"):
        assert "no such login" in run(app, "accounts", verb, "--login", "nobody", fails=True)
    assert session.scalars(select(Account)).all() == []


def test_a_whole_audit_trail_is_told_from_one_that_lost_an_entry(
    app: Flask, session: Session, make: Make
) -> None:
    make.case()
    make.case()
    assert "whole" in run(app, "audit", "verify")

    session.execute(delete(AuditEntry).where(AuditEntry.number == 1))
    session.commit()

    assert "entry 1 is missing" in run(app, "audit", "verify", fails=True)


def test_bringing_the_database_up_to_date_twice_does_no_harm(tmp_path: Path) -> None:
    fresh = keyed(Settings(instance=tmp_path, public_url="http://localhost"))

    for _ in range(2):
        assert "up to date" in run(fresh, "database", "upgrade")

    engine = SESSIONS.get_from(fresh).kw["bind"]
    assert "cases" in inspect(engine).get_table_names()
    engine.dispose()


@pytest.mark.skipif(not shutil.which("openssl"), reason="Debian has it")
def test_openssl_checks_an_act_by_the_command_of_the_docs(
    app: Flask, make: Make, tmp_path: Path
) -> None:
    desk = at_desk(make).take()
    claimed = desk.session.scalars(select(AuditEntry).where(AuditEntry.act == "claimed")).one()
    (command,) = set(COMMAND.findall((ROOT / "docs" / "keys.md").read_text("utf-8")))
    words = command.split()

    written = app.test_cli_runner().invoke(
        args=["audit", "statement", str(claimed.number), str(tmp_path)]
    )

    assert written.exit_code == 0, written.output
    subprocess.run(words, cwd=tmp_path, check=True, capture_output=True)  # noqa: S603
    said = tmp_path / "statement.json"
    said.write_text(said.read_text("utf-8").replace('"claim"', '"recuse"'), "utf-8")
    altered = subprocess.run(words, cwd=tmp_path, check=False, capture_output=True)  # noqa: S603
    assert altered.returncode != 0
    assert write_public_pem(desk.who.signing.public) == (tmp_path / "key.pem").read_bytes()


def test_an_act_that_nobody_signs_has_no_statement(app: Flask, make: Make, tmp_path: Path) -> None:
    make.case()

    for number in ("1", "4711"):
        result = app.test_cli_runner().invoke(
            args=["audit", "statement", number, str(tmp_path / "x")]
        )
        assert result.exit_code == 1
        assert "nobody signs" in result.output
    assert not (tmp_path / "x").exists()


def test_the_end_of_the_trail_is_printed_as_statements_name_it(app: Flask, make: Make) -> None:
    make.case()

    result = app.test_cli_runner().invoke(args=["audit", "end"])

    assert result.output.strip() == format_end(make.session)
