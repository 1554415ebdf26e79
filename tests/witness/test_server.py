"""The witness as a server: every status that the protocol knows, crashes, two at once."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from socket import create_connection
from threading import Thread

import pytest

from bench.processes import ROOT
from crypto import checkpoint, cosignature, notes
from crypto.merkle import prove_consistency
from crypto.signing import SigningKey
from crypto.witness import Request
from tests.crypto import logs
from tests.crypto.trees import Tree, numbered
from tests.witness.shown import fork
from witness.judging import Judge
from witness.server import MAX_BODY, SIZE, Server
from witness.state import State, WatchedLog, generate_witness_key
from witness.wire import HttpAnswer, HttpClient, UnreachableError

TREE = Tree(numbered(60))


def asked(old: int, size: int, tree: Tree = TREE, key: SigningKey = logs.LOG) -> bytes:
    """Return a request as an honest log sends it, or one that has this tree or key."""
    note = checkpoint.issue(logs.state(tree, size), key)
    proof = prove_consistency(old, size, tree.read) if old <= size else []
    return Request(old, tuple(proof), note.data).data


@pytest.fixture
def state(tmp_path: Path) -> State:
    made = State(tmp_path / "witness")
    made.store_key(generate_witness_key("ngo.example/w", mldsa=False))
    made.watch(logs.LOG_KEY, "http://127.0.0.1:1/log")
    return made


@pytest.fixture
def log(state: State) -> WatchedLog:
    return state.get_log(logs.ORIGIN)


@contextmanager
def serving(state: State, command: str = "") -> Iterator[str]:
    with Server(("127.0.0.1", 0), Judge(state), command=command) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def address(state: State) -> Iterator[str]:
    with serving(state) as address:
        yield address


def post(address: str, body: bytes) -> HttpAnswer:
    return HttpClient(seconds=20).post(f"{address}/add-checkpoint", body, 10_000)


def cosigned(answer: HttpAnswer, state: State, size: int, tree: Tree = TREE) -> None:
    """Make sure that an answer is the witness's word on this state."""
    assert answer.status == 200
    result = logs.state(tree, size)
    (line,) = notes.parse(f"{result.text}\n".encode() + answer.body).signatures
    cosignature.verify(result, line, state.own.public)


def test_a_log_that_grows_is_cosigned_at_each_step(
    address: str, state: State, log: WatchedLog
) -> None:
    for old, size in ((0, 1), (1, 20), (20, 20), (20, 60)):
        cosigned(post(address, asked(old, size)), state, size)
        assert log.find_latest() == logs.state(TREE, size)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (asked(0, 30, key=logs.OTHER_LOG), 403),
        (asked(0, 30).replace(b"portal.example/log", b"other.example/log"), 404),
        (asked(31, 30), 400),
        (asked(20, 30, fork(10)), 422),
        (asked(20, 30, fork(10, 30)), 422),
        (asked(20, 20, fork(10)), 409),
        (asked(20, 30).replace(b"old 20", b"old 020"), 400),
        (b"", 400),
        (b"old 20\n\n", 400),
        (b"\xff" * 100, 400),
        (b"old 0\n" + b"A" * 43 + b"=\n" * 64 + asked(0, 30), 400),
    ],
)
def test_what_cannot_be_cosigned_is_refused_with_its_status(
    address: str, log: WatchedLog, body: bytes, status: int
) -> None:
    post(address, asked(0, 20))

    assert post(address, body).status == status
    assert log.find_latest() == logs.state(TREE, 20)


@pytest.mark.parametrize(("old", "size"), [(0, 30), (19, 30), (21, 30), (0, 20), (0, 10), (10, 10)])
def test_another_size_than_the_last_is_answered_with_the_last(
    address: str, log: WatchedLog, old: int, size: int
) -> None:
    post(address, asked(0, 20))
    answer = post(address, asked(old, size))

    assert (answer.status, answer.kind, answer.body) == (409, SIZE, b"20\n")
    assert not log.alarm


def test_a_checkpoint_that_is_shown_again_later_takes_nothing_back(
    address: str, log: WatchedLog, state: State
) -> None:
    first = asked(0, 20)
    cosigned(post(address, first), state, 20)
    cosigned(post(address, asked(20, 60)), state, 60)

    assert post(address, first).body == b"60\n"
    assert log.find_latest() == logs.state(TREE, 60)
    assert not log.alarm


@pytest.mark.parametrize("old", [0, 10, 20, 30])
def test_two_trees_of_one_size_are_an_alarm_however_they_are_asked_for(
    address: str, log: WatchedLog, old: int, state: State, capfd: pytest.CaptureFixture[str]
) -> None:
    post(address, asked(0, 20))
    post(address, asked(20, 30))
    body = asked(min(old, 20), 20, fork(10)) if old < 30 else asked(30, 30, fork(10))

    answer = post(address, body)

    assert (answer.status, answer.kind) == (409, "text/plain")
    assert "ТРЕВОГА" in capfd.readouterr().err
    assert "signed two different logs" in log.alarm
    (folder,) = (log.folder / "evidence").iterdir()
    kept, shown = (
        checkpoint.verify(notes.parse((folder / f"checkpoint-{name}").read_bytes()), [logs.LOG_KEY])
        for name in ("kept", "shown")
    )
    assert kept.size == shown.size
    assert kept.root != shown.root
    refused = post(address, asked(30, 60))
    assert (refused.status, refused.kind) == (409, "text/plain")
    log.resume()
    cosigned(post(address, asked(30, 60)), state, 60)


def test_a_fork_that_is_larger_is_refused_and_kept_to_be_looked_into(
    address: str, log: WatchedLog
) -> None:
    post(address, asked(0, 20))
    for _ in range(2):
        assert post(address, asked(20, 50, fork(10))).status == 422

    assert list(log.list_doubts().values()) == [logs.state(fork(10), 50)]
    assert not log.alarm


def test_doubts_end_when_the_log_proves_what_it_signed(address: str, log: WatchedLog) -> None:
    post(address, asked(0, 20))
    unproved = Request(20, (bytes(32),), checkpoint.issue(logs.state(TREE, 30), logs.LOG).data)
    assert post(address, unproved.data).status == 422
    assert log.list_doubts()
    post(address, asked(20, 30))

    assert not log.list_doubts()


def test_the_command_for_alarms_runs_once(state: State, log: WatchedLog, tmp_path: Path) -> None:
    told = tmp_path / "told.txt"
    with serving(state, f"tee -a {told}") as address:
        post(address, asked(0, 20))
        for _ in range(3):
            assert post(address, asked(20, 20, fork(10))).status == 409

    assert told.read_text("utf-8").count("ДАБЫЛ") == 1
    assert log.alarm in told.read_text("utf-8")


def test_a_command_for_alarms_that_fails_is_tried_again(
    state: State, log: WatchedLog, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with serving(state, "false") as address:
        post(address, asked(0, 20))
        post(address, asked(20, 20, fork(10)))
    assert "is tried again" in capfd.readouterr().err
    assert not log.is_told
    with serving(state, f"tee {tmp_path / 'told.txt'}") as address:
        post(address, asked(20, 20, fork(10)))

    assert log.is_told


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/add-checkpoint", {}, 405),
        ("GET", "/x", {}, 404),
        ("POST", "/x", {"Content-Length": "0"}, 404),
        ("POST", "/add-checkpoint/", {"Content-Length": "0"}, 404),
        ("POST", "/add-checkpoint", {}, 411),
        ("POST", "/add-checkpoint", {"Content-Length": "-1"}, 411),
        ("POST", "/add-checkpoint", {"Content-Length": str(MAX_BODY + 1)}, 413),
        ("POST", "/add-checkpoint", {"Content-Length": "9" * 5000}, 413),
        ("PUT", "/add-checkpoint", {}, 501),
    ],
)
def test_what_is_no_request_of_the_protocol_is_refused(
    address: str, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    connection = HTTPConnection(address.removeprefix("http://"), timeout=20)
    connection.putrequest(method, path)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()

    assert connection.getresponse().status == status
    connection.close()


def test_a_browser_is_told_whose_witness_this_is(address: str, state: State) -> None:
    assert HttpClient().get(f"{address}/", 1000).body.decode() == f"{state.own.public.text}\n"


def test_a_connection_serves_many_requests(address: str, state: State) -> None:
    connection = HTTPConnection(address.removeprefix("http://"), timeout=20)
    for old, size in ((0, 10), (10, 20), (20, 30)):
        connection.request("POST", "/add-checkpoint", asked(old, size))
        answer = connection.getresponse()
        cosigned(HttpAnswer(answer.status, "", answer.read()), state, size)
    connection.close()


def test_who_says_nothing_keeps_nobody_else_waiting(address: str, state: State) -> None:
    host, _, port = address.removeprefix("http://").partition(":")
    silent = [create_connection((host, int(port))) for _ in range(8)]

    cosigned(post(address, asked(0, 20)), state, 20)
    for sock in silent:
        sock.close()


def test_of_two_trees_that_are_asked_for_at_once_one_is_cosigned(
    state: State, log: WatchedLog
) -> None:
    forks = [TREE, *(fork(common, 60) for common in range(8))]
    with serving(state) as first, serving(state) as other, ThreadPoolExecutor(9) as people:
        bodies = [asked(0, 40, tree) for tree in forks]
        places = [(first, other)[number % 2] for number in range(9)]
        answers = list(people.map(post, places, bodies))

    assert sorted(answer.status for answer in answers) == [200] + [409] * 8
    assert "signed two different logs" in log.alarm


CRASHING = """
import os, signal, sys
from witness.__main__ import run_command

left = int(sys.argv.pop(1))

def count(event, arguments):
    global left
    about = str(arguments[0]) if arguments else ""
    if event in {"open", "os.rename", "os.mkdir", "os.remove"} and "/logs/" in about:
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
sys.exit(run_command(sys.argv[1:]))
"""


@contextmanager
def process(state: State, crash_after: int) -> Iterator[str]:
    """Serve in a process that dies when it has touched so many files of the log."""
    words = ["--folder", str(state.folder), "serve", "--port", "0"]
    with subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", CRASHING, str(crash_after), *words],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as running:
        assert running.stdout
        yield running.stdout.readline().split()[-1]
        os.kill(running.pid, signal.SIGKILL)


def test_a_witness_that_is_killed_at_any_instant_has_kept_what_it_gave_away(
    state: State, log: WatchedLog
) -> None:
    died = 0
    for instant in range(100):
        before = log.find_latest()
        old = before.size if before else 0
        with process(state, instant) as address:
            try:
                answer = post(address, asked(old, old + 1))
            except UnreachableError:
                died += 1
                answer = None
        after = log.find_latest()
        assert after in {before, logs.state(TREE, old + 1)}
        if answer is not None:
            cosigned(answer, state, old + 1)
            assert after == logs.state(TREE, old + 1)
            break
        with serving(state) as again:  # it goes on where it was
            known = after.size if after else 0
            cosigned(post(again, asked(known, old + 1)), state, old + 1)
            assert post(again, asked(old + 1, old + 1, fork(0, 60))).status == 409
            log.resume()

    assert died >= 5


def test_a_witness_that_is_killed_while_it_raises_the_alarm_raises_it_again(
    state: State, log: WatchedLog
) -> None:
    with serving(state) as address:
        post(address, asked(0, 20))
    for instant in range(100):
        with process(state, instant) as address:
            try:
                answer = post(address, asked(20, 20, fork(10)))
            except UnreachableError:
                answer = None
        if answer is not None:
            break
        with serving(state) as again:
            assert post(again, asked(20, 20, fork(10))).status == 409
        assert log.alarm
        log.resume()

    assert log.alarm
    assert instant >= 5
