"""A portal of an earlier version, brought up to date: no false alarm, and no attack that is missed.

What it was is in the folder `instance-0007`, made by the code of that version.
"""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.app import create_app
from portal.core import clock
from portal.core.config import Settings
from portal.transparency.models import LogBatch
from portal.web.parts import SESSIONS, SETTINGS
from tests.journeys.test_one_history import run

BEFORE = Path(__file__).parent / "instance-0007"
CASES: dict[str, str] = json.loads((BEFORE / "cases.json").read_text())


@pytest.fixture
def upgraded(settings: Settings) -> Iterator[Flask]:
    """The portal after `database upgrade` and the next `log merge`."""
    settings.instance.mkdir()
    for name in ("keys", "log"):
        shutil.copytree(BEFORE / name, settings.instance / name)
    for key in settings.keys.iterdir():
        key.chmod(0o600)
    with sqlite3.connect(settings.instance / "portal.sqlite") as database:
        database.executescript((BEFORE / "portal.sql").read_text())
    app = create_app(settings)
    assert run(app, "database", "upgrade") == (0, "")
    assert run(app, "log", "merge") == (0, "")
    yield app
    SESSIONS.get_from(app).kw["bind"].dispose()


def attack(app: Flask, *statements: str) -> str:
    """Run statements past all triggers, and return what `log verify` says then."""
    path = SETTINGS.get_from(app).instance / "portal.sqlite"
    with sqlite3.connect(path) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in names:
            database.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert database.execute(statement.format(**CASES, today=clock.get_today())).rowcount > 0
    status, words = run(app, "log", "verify")
    assert status == 1
    return words


def test_nothing_is_wrong_after_an_upgrade_and_stays_so(upgraded: Flask) -> None:
    for _ in range(2):
        assert run(upgraded, "log", "verify") == (0, "")
        assert run(upgraded, "audit", "verify") == (0, "")
        assert run(upgraded, "log", "merge") == (0, "")
    with SESSIONS.get_from(upgraded)() as session:
        assert session.query(LogBatch).count() > 1
    assert upgraded.test_client().get("/en/report").status_code == 200


OF_ENTRIES = {
    "UPDATE log_steps SET made_on = '2026-03-01' WHERE case_id = '{quiet}'": "was told",
    "UPDATE status_changes SET changed_on = '2026-03-01' WHERE case_id = '{decided}'": "was told",
    "UPDATE envelopes SET sealed = x'00' WHERE case_id = '{quiet}'": "is not the object that came",
    "UPDATE allegations SET outcome = 'unfounded' WHERE case_id = '{decided}'": "was told as",
    "DELETE FROM log_steps WHERE case_id = '{decided}'": "its row was deleted",
    "UPDATE cases SET log_key = NULL WHERE id = '{quiet}'": "the key of its steps is gone",
    "DELETE FROM envelopes WHERE case_id = '{decided}' AND kind = 'question'": "gone or was exch",
    "DELETE FROM log_steps WHERE case_id = '{late}'": "its row was deleted",
    "UPDATE audit SET done_on = '2026-03-01' WHERE case_id = '{quiet}'": "the trail has nothing",
}
OF_OLDER = {
    "UPDATE cases SET received_on = '2026-01-13' WHERE id = '{older}'": "the trail has nothing",
    "UPDATE envelopes SET sealed = x'00' WHERE case_id = '{older}'": "is not the object that came",
    "UPDATE cases SET status = 'decided' WHERE id = '{older}'": "its history ends with",
    "UPDATE clocks SET started_on = '2026-01-02' WHERE case_id = '{older}'": "nothing happened",
    "DELETE FROM audit WHERE case_id = '{older_erased}' AND act = 'erased'": "by whom",
    "DELETE FROM cases WHERE id = '{older_erased}'": "it was deleted",
}


@pytest.mark.parametrize("statement", OF_ENTRIES)
def test_entries_of_before_bind_as_they_did(upgraded: Flask, statement: str) -> None:
    assert OF_ENTRIES[statement] in attack(upgraded, statement)


@pytest.mark.parametrize("statement", OF_OLDER)
def test_cases_from_before_the_log_are_bound_by_the_trail(upgraded: Flask, statement: str) -> None:
    assert OF_OLDER[statement] in attack(upgraded, statement)


def test_a_case_from_before_the_log_that_is_gone_without_a_trace_is_named(
    upgraded: Flask,
) -> None:
    said = attack(
        upgraded,
        "DELETE FROM log_steps WHERE case_id = '{older_erased}'",
        "DELETE FROM cases WHERE id = '{older_erased}'",
    )

    assert "received on 2026-01-12, and it was deleted" in said


def test_no_case_gets_older_than_the_log_by_losing_its_entry(upgraded: Flask) -> None:
    steps = "DELETE FROM log_steps WHERE case_id = '{quiet}'"
    key = "UPDATE cases SET log_key = NULL WHERE id = '{quiet}'"

    assert "its row was deleted" in attack(upgraded, steps, key)


def test_a_case_of_today_is_not_older_than_the_log(upgraded: Flask) -> None:
    said = attack(upgraded, "UPDATE cases SET received_on = '{today}' WHERE id = '{older}'")

    assert "the log has no entry that it was received" in said


OF_FACTS = {
    "UPDATE verdicts SET answer = 'substantive' WHERE case_id = '{decided}'": "its verdicts",
    "DELETE FROM verdicts WHERE case_id = '{decided}'": "does not have it any more",
    "UPDATE cases SET row_key = x'00' WHERE id = '{quiet}'": "its cases has row_key",
    "UPDATE cases SET second_half = x'00' WHERE id = '{late}'": "its cases has second_half",
    "UPDATE cases SET category = 'conduct' WHERE id = '{quiet}'": "has category conduct",
}


@pytest.fixture
def adopted(upgraded: Flask) -> Flask:
    """The same, when the log has committed to the facts of its older cases."""
    for words in ("The facts of 3 cases are committed to", "The facts of 0 cases"):
        done = upgraded.test_cli_runner().invoke(args=["log", "adopt"])
        assert words in done.output
    for _ in range(2):
        assert run(upgraded, "log", "merge") == (0, "")
        assert run(upgraded, "log", "verify") == (0, "")
    return upgraded


@pytest.mark.parametrize("statement", OF_FACTS)
def test_facts_of_before_are_bound_once_they_are_adopted(adopted: Flask, statement: str) -> None:
    assert OF_FACTS[statement] in attack(adopted, statement)


def test_what_differs_is_not_adopted(upgraded: Flask) -> None:
    attack(upgraded, "UPDATE cases SET concluded_on = NULL WHERE id = '{decided}'")

    status, words = run(upgraded, "log", "adopt")

    assert status == 1
    assert "concluded on None" in words
    assert "committed" not in words
