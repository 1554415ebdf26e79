"""The portal as its own process, as `make run` starts it, and people who come over the wire."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from werkzeug.test import Client

from portal.core.config import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROOT = Path(__file__).parents[1]
SECONDS = 60
NURSERY = "portal-nursery"


@dataclass(frozen=True)
class ServerProcess:
    """A master with its workers and its nursery."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path  # everything it said

    def list_workers(self) -> list[int]:
        """Return the processes that answer."""
        return [pid for pid in list_children(self.process.pid) if _name(pid) != NURSERY]

    def list_family(self) -> list[int]:
        """Return every process: the master, its workers, the nursery and what it bore."""
        return list_family(self.process.pid)

    def end_workers(self) -> None:
        """Let every worker end in the middle of whatever it does."""
        for pid in self.list_workers():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@contextmanager
def server(
    settings: Settings,
    folder: Path,
    *,
    application: str = "wsgi:app",
    before: Sequence[str] = (),
    options: Sequence[str] = (),
    given: Mapping[str, str] | None = None,
) -> Iterator[ServerProcess]:
    """Start a portal as its own process.

    Args:
        settings: its folder and address are those of the process.
        folder: for what the process says, and for its temporary files.
        application: what is served.
        before: words before the command, such as a tracer.
        options: more for the server.
        given: more settings, as the environment has them.
    """
    port = free_port()
    (folder / "tmp").mkdir(exist_ok=True)
    told = {
        "PORTAL_INSTANCE": str(settings.instance),
        "PORTAL_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TMPDIR": str(folder / "tmp"),
        "PYTHONPATH": str(ROOT),
        "PATH": os.environ["PATH"],
        **(given or {}),
    }
    command = [
        *before, sys.executable, "-m", "portal.serving", application,
        "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "4", *options,
    ]  # fmt: skip
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 - a command of our own
            command, cwd=ROOT, env=told, stdout=out, stderr=out, start_new_session=True
        )
    try:
        _await(process, port)
        yield ServerProcess(f"http://127.0.0.1:{port}", process, log)
    finally:
        with suppress(ProcessLookupError):  # a test has ended it
            os.killpg(process.pid, signal.SIGTERM)  # a tracer, too, and what it traces
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def free_port() -> int:
    """Return a port that nobody else is given while a server is being started on it.

    A connection that was just ended keeps its port from whoever asks for any, though not from a
    server that asks for this one.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)), free.accept()[0] as ended:
            ended.close()
    return port


def list_children(pid: int) -> list[int]:
    """Return the processes that a process has forked and that live."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(item) for task in tasks for item in (task / "children").read_text().split()]
    except OSError:
        return []  # it has just ended


def list_family(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    results, look = [], [pid]
    while look:
        results += look
        look = [child for item in look for child in list_children(item)]
    return results


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(10 * SECONDS):
        assert process.poll() is None, "the server ended"
        with suppress(OSError):
            connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
            connection.request("GET", "/robots.txt")
            connection.getresponse().read()
            connection.close()
            return
        time.sleep(0.1)
    raise AssertionError("the server does not answer")


def open_client(address: str, *, source: str = "", **headers: str) -> Client:
    """Return a browser without scripts that talks to a process, with cookies of its own.

    Args:
        address: of the server.
        source: the address that the person comes from.
        headers: what the browser says of itself with each request, `User_Agent="…"`.
    """
    return Client(_import_wire(address, source, headers))


def _import_wire(address: str, source: str, headers: Mapping[str, str]) -> "WSGIApplication":
    place = urlsplit(address)
    always = {name.replace("_", "-"): value for name, value in headers.items()}

    def send(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        connection = HTTPConnection(
            str(place.hostname),
            place.port,
            timeout=SECONDS,
            source_address=(source, 0) if source else None,
        )
        length = int(environ.get("CONTENT_LENGTH") or 0)
        query = environ.get("QUERY_STRING")
        connection.request(
            environ["REQUEST_METHOD"],
            environ["PATH_INFO"] + (f"?{query}" if query else ""),
            body=environ["wsgi.input"].read(length),
            headers={"Host": place.netloc, **_read_headers(environ), **always},
        )
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        kept = [(name, value) for name, value in answer.getheaders() if name not in BY_HOP]
        start_response(f"{answer.status} {answer.reason}", kept)
        return [body]

    return send


# What belongs to one connection, and the name that the server adds.
BY_HOP = frozenset({"Connection", "Transfer-Encoding", "Server", "Date"})


def _read_headers(environ: "WSGIEnvironment") -> dict[str, str]:
    names = {"HTTP_COOKIE": "Cookie", "HTTP_ACCEPT": "Accept", "CONTENT_TYPE": "Content-Type"}
    return {name: environ[key] for key, name in names.items() if environ.get(key)}
