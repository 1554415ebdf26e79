"""Tests of the commands of accounts and bodies."""

import re
from pathlib import Path

from flask import Flask
from sqlalchemy import delete, inspect, select
from sqlalchemy.orm import Session

from portal.accounts.models import Account
from portal.accounts.service import enrolment
from portal.cases.models import AuditEntry, Body
from portal.core import clock
from portal.core.config import Settings
from tests.factories import Make
from tests.installation import keyed


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
    assert session.get(Body, "PORTAL_BOARD") is not None
    (code,) = re.findall(r"code: (\S+)", printed)
    assert enrolment.is_invited(session, "root", code, today=clock.today())


def test_an_account_in_no_body_is_refused(app: Flask) -> None:
    words = ("accounts", "create", "--login", "a.head", "--role", "head", "--body", "NOBODY")

    assert "no such body" in run(app, *words, fails=True)


def test_an_account_is_closed_and_opened_again(app: Flask, session: Session, make: Make) -> None:
    make.body("KNB_AC")
    account = make.person(body_code="KNB_AC", login="a.member", key=False).account

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

    engine = fresh.extensions["sessions"].kw["bind"]
    assert "cases" in inspect(engine).get_table_names()
    engine.dispose()
