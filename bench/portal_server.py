"""An installation in a temporary folder, and real servers in front of it, on this machine only."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from bench.hired import come_to_work
from bench.load_generator import LoadAnswer, ask, build_request
from bench.processes import NURSERY, list_children
from portal.accounts.models import Account
from portal.accounts.service.sign_in import Now, SessionStep, open_session
from portal.admin.service import load_bodies
from portal.app import create_app
from portal.core import clock
from portal.core.config import Settings
from portal.core.db import WRITES
from portal.core.keyring import Keyring
from portal.demonstration.cast import Cast
from portal.web.parts import KEYRING, SESSIONS, SETTINGS

ROOT = Path(__file__).parents[1]
WORKERS, THREADS = 2, 4
PATIENCE_SECONDS = 60
REST_SECONDS = 180
IDLE = 0.05  # of a processor
FRONT = "/en/"


@dataclass(frozen=True)
class Installation:
    """An installation: its folder, its settings, and its services inside this process."""

    folder: Path
    environment: dict[str, str]
    app: Flask
    session: Session

    def open_bodies(self) -> None:
        """Make a row for each body; nobody works there."""
        with self.writing() as session:
            load_bodies(session)

    def hire(self, *bodies: str) -> Cast:
        """Let people come to work in these bodies, without codes in those of one region."""
        with self.writing() as session:
            return come_to_work(session, self.keyring, bodies)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session that writes."""
        with SESSIONS.get_from(self.app).begin() as session:
            session.connection(execution_options=WRITES)
            yield session

    @property
    def keyring(self) -> Keyring:
        """The server's keys."""
        return KEYRING.get_from(self.app)

    @property
    def port(self) -> int:
        """Where a server answers."""
        return int(self.environment["PORTAL_PUBLIC_URL"].rpartition(":")[2])

    @property
    def settings(self) -> Settings:
        """What the operator set."""
        return SETTINGS.get_from(self.app)


@contextmanager
def installation(**settings: str) -> Iterator[Installation]:
    """Make a portal with keys and empty tables in a folder that is removed in the end."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
        folder = Path(name)
        (folder / "tmp").mkdir()
        given = {
            "instance": str(folder / "instance"),
            "public_url": f"http://127.0.0.1:{_find_free_port()}",
            "calm_per_minute": str(10**9),  # what is measured is the portal, not its defence
            **settings,
        }
        environment = {f"PORTAL_{name.upper()}": value for name, value in given.items()}
        app = _install(Settings.read(environment))
        sessions = SESSIONS.get_from(app)
        engine = sessions.kw["bind"]
        with sessions() as session:
            yield Installation(folder, environment, app, session)
        engine.dispose()


def _install(settings: Settings) -> Flask:
    """Do what an operator does first."""
    for words in (("keyring", "make"), ("database", "upgrade")):
        app = create_app(settings)
        done = app.test_cli_runner().invoke(args=words)
        SESSIONS.get_from(app).kw["bind"].dispose()
        if done.exit_code:
            raise SystemExit(done.output)
    return create_app(settings)


@dataclass(frozen=True)
class RunningServer:
    """A server that runs: its port and processes."""

    port: int
    process: subprocess.Popen[bytes]
    start_seconds: float  # until the first page was answered

    def list_workers(self) -> list[int]:
        """Return the processes that answer requests."""
        return [
            pid
            for pid in list_children(self.process.pid)
            if _read_proc(pid, "comm") != f"{NURSERY}\n"
        ]

    def get(self, path: str, cookie: str = "") -> LoadAnswer:
        """Get one page."""
        return ask(self.port, build_request(path, headers={"Cookie": cookie} if cookie else None))

    def measure_load(self, seconds: float = 0.5) -> list[float]:
        """Return how much of a processor each worker used in the next moment, 0 to 1."""
        before = {pid: _measure_busy_seconds(pid) for pid in self.list_workers()}
        time.sleep(seconds)
        stayed = [pid for pid in self.list_workers() if pid in before]
        return [(_measure_busy_seconds(pid) - before[pid]) / seconds for pid in stayed] or [1.0]

    def await_rest(self) -> None:
        """Wait until the workers do nothing."""
        for _ in range(2 * REST_SECONDS):
            if max(self.measure_load()) < IDLE:
                return
        raise SystemExit("the workers do not come to rest")


def build_command(
    *extra: str, port: int, workers: int = WORKERS, threads: int = THREADS
) -> list[str]:
    """Return how the Makefile starts the portal."""
    program = [sys.executable, "-m", "portal.serving", "--bind", f"127.0.0.1:{port}"]
    return [*program, "--workers", str(workers), "--threads", str(threads), *extra]


@contextmanager
def serving(place: Installation, started: Sequence[str] = ()) -> Iterator[RunningServer]:
    """Start a server (as in the Makefile, unless another command is given), and end it."""
    environment = {**os.environ, **place.environment, "TMPDIR": str(place.folder / "tmp")}
    start = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - a command of our own
        list(started) or build_command(port=place.port), cwd=ROOT, env=environment
    )
    try:
        _await_page(process, place.port)
        yield RunningServer(place.port, process, time.perf_counter() - start)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def sign_in(place: Installation, account: Account) -> str:
    """Return the cookie of a member of staff who has just signed in."""
    at = Now(clock.get_today(), clock.get_seconds(), place.settings.staff_session_minutes)
    token = open_session(place.session, account, step=SessionStep.FULL, at=at)
    place.session.commit()
    return f"staff={token}"


def measure_memory(pid: int) -> dict[str, int]:
    """Return the memory of a process in bytes: RSS now, HWM at most, PSS its fair share."""
    lines = _read_proc(pid, "status").splitlines() + _read_proc(pid, "smaps_rollup").splitlines()
    sizes = {line.split(":")[0]: line.split()[1] for line in lines if line.endswith(" kB")}
    return {name: int(sizes[key]) << 10 for name, key in _MEMORY.items()}


def measure_peak(pid: int) -> int:
    """Return the most memory that a process had in bytes; 0 if it has just ended."""
    try:
        return measure_memory(pid)["HWM"]
    except (OSError, KeyError):
        return 0


_MEMORY = {"RSS": "VmRSS", "HWM": "VmHWM", "PSS": "Pss"}


def _find_free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def _await_page(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(100 * PATIENCE_SECONDS):
        if process.poll() is not None:
            raise SystemExit("the server did not start")
        try:
            ask(port, build_request(FRONT))
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise SystemExit("the server does not answer")


def _measure_busy_seconds(pid: int) -> float:
    fields = _read_proc(pid, "stat").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _read_proc(pid: int, name: str) -> str:
    return Path(f"/proc/{pid}/{name}").read_text("utf-8")
