"""Three witnesses and a live portal: over HTTP, from both sides, one cut off, one deceived."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask

from crypto import checkpoint, notes
from crypto.cosignature import WitnessedCheckpoint
from portal.cases import trailmark
from portal.core.config import Settings
from portal.core.db import Sessions
from portal.transparency import policy
from portal.transparency.parts import LOG, TRAIL_MARK
from portal.transparency.publishing import files
from portal.transparency.writing import log_keys
from portal.transparency.writing.service import Log as PortalLog
from portal.web.parts import KEYRING, SESSIONS

# a fixture of the tests of crypto
from tests.crypto.conftest import Judge as Go
from tests.crypto.conftest import judge  # noqa: F401
from tests.installation import installed
from tests.live import serving
from witness.__main__ import ALARM, FAILED, WELL, run_command
from witness.judging import Judge
from witness.server import Server
from witness.state import State, WatchedLog, generate_witness_key
from witness.wire import HttpClient

ORIGIN = "localhost/log"
NAMES = ("ngo.example/w", "paper.example/w", "ombudsman.example/w")


@dataclass(frozen=True)
class ServedPortal:
    """A portal that answers, and what its operator types."""

    app: Flask
    address: str

    @property
    def key(self) -> str:
        """The key of its log."""
        return log_keys.derive_public_key(KEYRING.get_from(self.app), ORIGIN).text

    def run(self, *words: str, fails: bool = False) -> str:
        """Run a command of the log, and return what it says."""
        outcome = self.app.test_cli_runner().invoke(args=["log", *words])
        assert (outcome.exit_code != 0) == fails, outcome.output
        return outcome.output

    def grow(self) -> None:
        """Let the log say something new."""
        number = len(self.run("policy", "show"))
        self.run(
            "policy", "add", generate_witness_key(f"w{number}.example", mldsa=False).public.text
        )
        self.run("merge")

    def seen(self) -> WitnessedCheckpoint:
        """Return what readers get to see, by the policy that they get."""
        chosen = policy.parse(HttpClient().get(f"{self.address}/log/policy", 100_000).body.decode())
        return chosen.policy.check(self.shown())

    def forget(self) -> None:
        """Take away what tells that the key has signed more, as nobody may."""
        log: PortalLog = LOG.get_from(self.app)
        log.states.path.unlink()
        shutil.rmtree(log.states.published / "tile")
        (log.states.folder / "trail").unlink()
        log.states.begin()
        with SESSIONS.get_from(self.app)() as session:
            TRAIL_MARK.get_from(self.app).begin(trailmark.get_trail_position(session))

    def shown(self) -> bytes:
        """Return the newest checkpoint, as it is served."""
        return HttpClient().get(f"{self.address}/log/checkpoint", 100_000).body


@contextmanager
def portal_in(settings: Settings) -> Iterator[ServedPortal]:
    app = installed(settings)
    app.testing = True
    sessions: Sessions = SESSIONS.get_from(app)
    engine = sessions.kw["bind"]
    with serving(app) as address:
        yield ServedPortal(app, address)
    engine.dispose()


@pytest.fixture
def portal(settings: Settings) -> Iterator[ServedPortal]:
    with portal_in(settings) as served:
        served.run("merge")
        yield served


@pytest.fixture
def forked(settings: Settings, tmp_path: Path, portal: ServedPortal) -> Iterator[ServedPortal]:
    """Another log with the same name and the same key, shown to whom it may deceive."""
    assert portal.key  # the keys are made
    other = replace(settings, instance=tmp_path / "fork", keys_dir=str(settings.keys))
    with portal_in(other) as served:
        served.grow()
        yield served


@dataclass(frozen=True)
class RunningWitness:
    """A witness: its folder, and where it answers."""

    state: State
    address: str

    @property
    def log(self) -> WatchedLog:
        return self.state.get_log(ORIGIN)

    def follow(self, *words: str) -> int:
        """Do what its timer does."""
        return run_command(["--folder", str(self.state.folder), "follow", "--once", *words])


@pytest.fixture
def witnesses(portal: ServedPortal, tmp_path: Path) -> Iterator[list[RunningWitness]]:
    """Three witnesses who answer; two of them are needed. One signs with ML-DSA-44."""
    with ExitStack() as stack:
        running = []
        for name in NAMES:
            state = State(tmp_path / name.partition(".")[0])
            state.store_key(generate_witness_key(name, mldsa=name == NAMES[1]))
            state.watch(notes.parse_key(portal.key), f"{portal.address}/log")
            running.append(RunningWitness(state, stack.enter_context(answering(state))))
            portal.run("policy", "add", state.own.public.text, running[-1].address)
        portal.run("policy", "quorum", "2")
        portal.run("merge")
        yield running


@contextmanager
def answering(state: State) -> Iterator[str]:
    with Server(("127.0.0.1", 0), Judge(state)) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def without(portal: ServedPortal, witness: RunningWitness) -> None:
    """Let the address of a witness be one where nobody answers."""
    portal.run("policy", "add", witness.state.own.public.text, "http://127.0.0.1:1")


def test_what_is_asked_of_three_witnesses_is_shown_to_readers(
    portal: ServedPortal, witnesses: list[RunningWitness]
) -> None:
    for _ in range(3):
        portal.run("cosign")
        assert set(portal.seen().witnesses) == set(NAMES)
        portal.run("policy", "quorum", "3")
        portal.run("merge")
        portal.run("policy", "quorum", "2")
        portal.run("merge")
    assert len(witnesses) == 3


def test_three_witnesses_who_come_by_themselves_are_shown_to_readers(
    portal: ServedPortal, witnesses: list[RunningWitness]
) -> None:
    for witness in witnesses:
        assert witness.follow() == WELL
        assert witness.follow() == WELL

    assert set(portal.seen().witnesses) == set(NAMES)
    portal.grow()
    for witness in witnesses:
        assert witness.follow() == WELL
    assert set(portal.seen().witnesses) == set(NAMES)


def test_what_three_witnesses_cosigned_is_opened_by_another_implementation(
    portal: ServedPortal,
    witnesses: list[RunningWitness],
    judge: Go,  # noqa: F811
) -> None:
    portal.run("cosign")
    known = [portal.key, *(witness.state.own.public.text for witness in witnesses)]

    verdict = judge("open", note=portal.shown(), keys=known)

    assert not verdict["error"]
    assert {name.partition("+")[0] for name in verdict["by"]} == {ORIGIN, *NAMES}


def test_one_who_is_cut_off_stops_nobody_and_two_are_enough(
    portal: ServedPortal, witnesses: list[RunningWitness]
) -> None:
    without(portal, witnesses[0])

    said = portal.run("cosign", "--seconds", "5", fails=True)

    assert "NOT COSIGNED by ngo.example/w: http://127.0.0.1:1" in said
    assert "more witnesses" not in said
    assert set(portal.seen().witnesses) == set(NAMES[1:])


def test_with_two_cut_off_the_new_state_is_not_believed(
    portal: ServedPortal, witnesses: list[RunningWitness]
) -> None:
    without(portal, witnesses[0])
    without(portal, witnesses[1])

    said = portal.run("cosign", "--seconds", "5", fails=True)

    assert "1 more witnesses have to see the newest state" in said
    with pytest.raises(Exception, match="too few witnesses"):
        portal.seen()


def test_who_was_cut_off_catches_up(portal: ServedPortal, witnesses: list[RunningWitness]) -> None:
    portal.run("cosign")
    without(portal, witnesses[0])
    for _ in range(3):
        portal.grow()
        portal.run("cosign", "--seconds", "5", fails=True)
    portal.run("policy", "add", witnesses[0].state.own.public.text, witnesses[0].address)

    assert "ngo.example/w has cosigned" in portal.run("cosign")
    assert set(portal.seen().witnesses) == set(NAMES)


def test_a_witness_who_is_ahead_of_what_the_portal_knows_says_so_and_is_asked_again(
    portal: ServedPortal, witnesses: list[RunningWitness]
) -> None:
    portal.run("policy", "remove", NAMES[0])
    assert witnesses[0].follow() == FAILED  # the portal does not take its line
    portal.run("policy", "add", witnesses[0].state.own.public.text, witnesses[0].address)
    portal.run("merge")

    assert "ngo.example/w has cosigned" in portal.run("cosign")


def test_a_forked_log_that_is_larger_is_an_alarm_for_who_is_fed_with_it(
    portal: ServedPortal, forked: ServedPortal, witnesses: list[RunningWitness], tmp_path: Path
) -> None:
    portal.run("cosign")
    for _ in range(12):
        forked.grow()
    deceived = witnesses[2]
    deceived.state.watch(notes.parse_key(portal.key), f"{forked.address}/log")

    assert deceived.follow("--alarm", f"tee {tmp_path / 'told'}") == ALARM

    assert "changed its history" in deceived.log.alarm
    assert "ТРЕВОГА" in (tmp_path / "told").read_text()
    (evidence,) = (deceived.log.folder / "evidence").iterdir()
    words = ["--folder", str(tmp_path / "nobody"), "prove", str(evidence), "--key", portal.key]
    assert run_command(words) == WELL
    portal.grow()
    said = portal.run("cosign", fails=True)
    assert "NOT COSIGNED by ombudsman.example/w: refuses with status 409" in said
    assert set(portal.seen().witnesses) == set(NAMES[:2])


def test_a_fork_that_is_brought_to_a_witness_is_refused_and_comes_to_light(
    portal: ServedPortal, forked: ServedPortal, witnesses: list[RunningWitness]
) -> None:
    portal.run("cosign")
    deceived = witnesses[2]
    forked.run("policy", "add", deceived.state.own.public.text, deceived.address)
    forked.run("policy", "quorum", "1")
    for _ in range(12):
        forked.grow()

    assert "status 422" in forked.run("cosign", fails=True)
    with pytest.raises(Exception, match="too few witnesses"):
        forked.seen()
    while portal.seen().checkpoint.size < forked_size(forked):
        portal.grow()
        portal.run("cosign")
    assert deceived.follow() == ALARM
    assert "was made for somebody who is to be deceived" in deceived.log.alarm


def forked_size(forked: ServedPortal) -> int:
    return checkpoint.parse(notes.parse(forked.shown()).text).size


def test_a_log_that_was_rolled_back_is_an_alarm_and_its_operator_is_told(
    portal: ServedPortal, witnesses: list[RunningWitness], settings: Settings
) -> None:
    database = settings.instance / "portal.sqlite"
    published = settings.instance / files.FOLDER
    portal.run("cosign")
    sessions: Sessions = SESSIONS.get_from(portal.app)
    sessions.kw["bind"].dispose()
    backup = (database.read_bytes(), (published / "checkpoint").read_bytes())
    portal.app.extensions["readiness"]._good_until = inf  # else it may look, and serve no more
    portal.grow()
    portal.run("cosign")
    sessions.kw["bind"].dispose()
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    database.write_bytes(backup[0])
    (published / "checkpoint").write_bytes(backup[1])

    assert witnesses[0].follow() == FAILED  # it may be an old copy
    assert witnesses[0].follow("--patience", "0") == ALARM
    assert "went back to an earlier state" in witnesses[0].log.alarm
    assert "this log key has signed 6 entries" in portal.run("merge", fails=True)
    portal.forget()
    portal.grow()
    assert witnesses[1].follow() == ALARM


def test_a_witness_who_has_seen_more_tells_the_operator_that_entries_were_lost(
    portal: ServedPortal, forked: ServedPortal, witnesses: list[RunningWitness]
) -> None:
    for _ in range(12):
        portal.grow()
    portal.run("cosign")
    forked.run("policy", "add", witnesses[0].state.own.public.text, witnesses[0].address)
    forked.run("merge")

    said = forked.run("cosign", fails=True)

    assert "this log lost some of them" in said


def test_a_witness_whose_address_answers_something_else_is_not_believed(
    portal: ServedPortal, witnesses: list[RunningWitness]
) -> None:
    ngo, paper, _ = witnesses
    portal.run("policy", "add", ngo.state.own.public.text, paper.address)
    portal.run("policy", "add", paper.state.own.public.text, portal.address)

    said = portal.run("cosign", fails=True)

    assert "NOT COSIGNED by ngo.example/w: answers with a line by another key" in said
    assert "NOT COSIGNED by paper.example/w: refuses with status 404" in said
    assert "ombudsman.example/w has cosigned" in said


def test_an_empty_log_is_brought_to_nobody(settings: Settings) -> None:
    with portal_in(settings) as empty:
        assert empty.run("cosign") == ""


def test_one_who_has_cosigned_is_not_asked_again(
    portal: ServedPortal, witnesses: list[RunningWitness]
) -> None:
    assert portal.run("cosign").count("has cosigned") == len(witnesses)
    assert portal.run("cosign") == ""
