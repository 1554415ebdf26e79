"""Commands of the policy: an operator adds witnesses, and the log announces them."""

from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from crypto import log_entries
from crypto.log_entries import Announcement
from portal.core.config import Settings
from portal.transparency import policy, queries
from portal.transparency.models import LogEntry
from portal.transparency.writing import log_keys
from portal.web.parts import KEYRING
from tests.crypto import logs

NGO, PAPER, _ = (key.text for key in logs.WITNESS_KEYS)


def run(app: Flask, *words: str, fails: bool = False) -> str:
    """Run a command of the log, and return what it says."""
    outcome = app.test_cli_runner().invoke(args=["log", *words])
    assert (outcome.exit_code != 0) == fails, outcome.output
    return outcome.output


def test_a_policy_is_shown_changed_published_and_announced(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    key = log_keys.derive_public_key(KEYRING.get_from(app), "localhost/log")
    own = key.text
    assert run(app, "policy", "show") == (
        f"log {own}\nquorum 0\n\n# fingerprint of localhost/log: {key.fingerprint}\n"
    )

    run(app, "policy", "add", NGO, "https://ngo.example/witness/")
    run(app, "policy", "add", PAPER)
    run(app, "policy", "quorum", "2")

    text = f"log {own}\nwitness {NGO} https://ngo.example/witness\nwitness {PAPER}\nquorum 2\n"
    shown = run(app, "policy", "show")
    assert shown.startswith(text)
    assert policy.parse(shown).text == text
    assert shown.count("# fingerprint of ") == 3
    assert client.get("/log/policy").text == text
    run(app, "merge")
    assert announced(session) == text


def test_a_changed_policy_is_announced_again(app: Flask, session: Session) -> None:
    run(app, "merge")
    run(app, "policy", "add", NGO)
    run(app, "merge")
    run(app, "policy", "remove", "ngo.example/w")

    assert NGO in announced(session)
    run(app, "merge")
    assert NGO not in announced(session)


def test_what_is_refused_changes_nothing(app: Flask, settings: Settings) -> None:
    assert "not the key of" in run(app, "policy", "add", "x", fails=True)
    assert "kind 0x04" in run(app, "policy", "add", logs.LOG_KEY.text, fails=True)
    assert "quorum 1, but there are 0" in run(app, "policy", "quorum", "1", fails=True)
    assert "no witness" in run(app, "policy", "remove", "ngo.example/w", fails=True)
    assert not (settings.instance / policy.FILE).exists()


def test_a_broken_file_is_named_by_commands_and_not_served(
    app: Flask, client: FlaskClient, settings: Settings
) -> None:
    Path(settings.instance / policy.FILE).write_text("quorum\n")

    for words in (("policy", "show"), ("merge",)):
        assert "log-policy: line 1: say: quorum" in run(app, *words, fails=True)
    assert client.get("/log/policy").status_code == 503


def announced(session: Session) -> str:
    """Return what the log says of its policy now."""
    position = queries.find_newest_position(session, "policy", "portal")
    assert position is not None
    step = log_entries.parse(session.get_one(LogEntry, position).entry)
    session.rollback()
    assert isinstance(step, Announcement)
    return step.value.decode()
