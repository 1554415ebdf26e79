"""Sends requests over kept connections: `python -m bench.load_generator`, a program of its own.

It runs as a second process. Each connection comes from another address of this machine
(127.0.0.0/8) and is replaced after some requests, because the portal limits what one address
may do; so its limits stay switched on.
"""

import json
import secrets
import socket
import subprocess
import sys
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier, Thread
from time import perf_counter
from typing import BinaryIO

ROOT = Path(__file__).parents[1]
PER_VISITOR = 25
LENGTH_BYTES = 4
TIMEOUT_SECONDS = 120


@dataclass(frozen=True)
class LoadResult:
    """What came of a number of requests."""

    seconds: float
    times: list[float]
    statuses: Mapping[int, int]

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.times) / self.seconds

    def check(self, status: int) -> "LoadResult":
        """Return this, if every answer had one status."""
        if set(self.statuses) != {status}:
            raise SystemExit(f"expected {status}, got {dict(self.statuses)}")
        return self


class LoadAnswer:
    """One answer of the server."""

    def __init__(self, file: BinaryIO) -> None:
        head = list(iter(file.readline, b"\r\n"))
        if not head or not head[-1].endswith(b"\n"):
            raise ConnectionError("no answer")
        self.status = int(head[0].split()[1])
        self.headers = {
            name.lower(): value.strip()
            for name, _, value in (line.decode("latin-1").partition(":") for line in head[1:])
        }
        self.body = file.read(int(self.headers["content-length"]))
        self.bytes = sum(map(len, head)) + len(b"\r\n") + len(self.body)

    @property
    def closes(self) -> bool:
        """Whether the server ends the connection."""
        return self.headers.get("connection", "").lower() == "close"


class Visitor:
    """A connection from an address that nobody else has."""

    def __init__(self, port: int) -> None:
        source = f"127.{1 + secrets.randbelow(254)}.{secrets.randbelow(256)}"
        self.socket = socket.create_connection(
            ("127.0.0.1", port),
            TIMEOUT_SECONDS,
            source_address=(f"{source}.{1 + secrets.randbelow(254)}", 0),
        )
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answers = self.socket.makefile("rb")

    def ask(self, request: bytes) -> LoadAnswer:
        """Send a request and read its answer."""
        self.socket.sendall(request)
        return LoadAnswer(self.answers)

    def close(self) -> None:
        """End the connection."""
        self.answers.close()
        self.socket.close()


def build_request(
    path: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    length: int | None = None,
) -> bytes:
    """Return the bytes of a request; with `length` the body is sent by the caller."""
    told = {
        "Host": "127.0.0.1",
        "Accept-Encoding": "gzip",
        "Content-Length": str(len(body) if length is None else length),
        **(headers or {}),
    }
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def ask(port: int, sent: bytes) -> LoadAnswer:
    """Send one request over a connection of its own."""
    visitor = Visitor(port)
    try:
        return visitor.ask(sent)
    finally:
        visitor.close()


def drive(port: int, requests: Sequence[bytes], connections: int = 8) -> LoadResult:
    """Send requests from another process over so many connections at once."""
    frames = (
        part
        for request in requests
        for part in (len(request).to_bytes(LENGTH_BYTES, "big"), request)
    )
    done = subprocess.run(  # noqa: S603 - this very module, with two numbers
        [sys.executable, "-m", "bench.load_generator", str(port), str(connections)],
        input=b"".join(frames),
        stdout=subprocess.PIPE,
        cwd=ROOT,
        check=True,
        timeout=10 * TIMEOUT_SECONDS,
    )
    told = json.loads(done.stdout)
    statuses = {int(status): count for status, count in told["statuses"].items()}
    return LoadResult(told["seconds"], told["times"], statuses)


def _drive(port: int, requests: Iterable[bytes], connections: int) -> LoadResult:
    waiting = deque(requests)
    each = min(PER_VISITOR, -(-len(waiting) // connections))
    times: list[float] = []
    statuses: Counter[int] = Counter()
    ready = Barrier(connections + 1)

    def run() -> None:
        ready.wait()
        for mine in iter(lambda: _take(waiting, each), []):
            _visit(port, mine, times, statuses)

    threads = [Thread(target=run) for _ in range(connections)]
    for thread in threads:
        thread.start()
    ready.wait()
    start = perf_counter()
    for thread in threads:
        thread.join()
    return LoadResult(perf_counter() - start, times, statuses)


def _visit(port: int, mine: Sequence[bytes], times: list[float], statuses: Counter[int]) -> None:
    """Send some requests over one connection, and over another if the server ends it."""
    visitor: Visitor | None = None
    for request in mine:
        start = perf_counter()
        visitor = visitor or Visitor(port)
        answer = visitor.ask(request)
        times.append(perf_counter() - start)
        statuses[answer.status] += 1
        if answer.closes:
            visitor.close()
            visitor = None
    if visitor:
        visitor.close()


def _take(waiting: deque[bytes], most: int) -> list[bytes]:
    """Return the next requests of one visitor."""
    mine: list[bytes] = []
    try:
        while len(mine) < most:
            mine.append(waiting.popleft())
    except IndexError:
        pass  # the last visitor sends fewer
    return mine


def _read(source: BinaryIO) -> Iterator[bytes]:
    while head := source.read(LENGTH_BYTES):
        yield source.read(int.from_bytes(head, "big"))


def run_load() -> None:
    """Send the requests that come on the standard input, and print what came of them."""
    port, connections = map(int, sys.argv[1:])
    outcome = _drive(port, list(_read(sys.stdin.buffer)), connections)
    told = {"seconds": outcome.seconds, "times": outcome.times, "statuses": outcome.statuses}
    print(json.dumps(told))


if __name__ == "__main__":
    run_load()
