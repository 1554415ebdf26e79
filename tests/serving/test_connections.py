"""Slow and silent people hold nobody up: an honest page is answered while all of them wait."""

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bench.processes import ServerProcess, server
from portal.core.config import Settings
from tests.factories import Make

MANY = 64
PATIENCE_SECONDS = 60
SETTINGS = {"PORTAL_SLOW_GRACE_SECONDS": "40"}
# Who is slow on purpose does not hold up the end of the server, either.
OPTIONS = ("--workers", "2", "--graceful-timeout", "2")
POST = b"POST /en/report/file HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n"
FORM = b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
FORM += b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n'
ASKED = b"GET /static/vendor/enter.js HTTP/1.1\r\nHost: x\r\n\r\n" * 20
HEADS = 4
PART_HEAD = (
    b"POST /en/report/file HTTP/1.1\r\nHost: x\r\nContent-Length: 15000200\r\n"
    b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
    b'--x\r\nContent-Disposition: form-data; name="a"; filename="'
)

SLOW = {
    "silent": b"",
    "half a head": b"GET /en/ HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    "a body that stops": POST + FORM + b"a" * 20_000,
    "a body of single bytes": POST + FORM,
    "a long body that stops": POST + FORM + b"a" * 70_000,
    "a body in chunks that stops": (
        b"POST /en/report/file HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Type: multipart/form-data; boundary=x\r\n\r\n4\r\n--x\r\n"
    ),
}


@pytest.fixture
def running(settings: Settings, make: Make, tmp_path: Path) -> Iterator[ServerProcess]:
    make.portal()
    make.session.close()
    with server(settings, tmp_path, options=OPTIONS, given=SETTINGS) as started:
        yield started


def connected(running: ServerProcess, *, window: int = 0) -> socket.socket:
    place = urlsplit(running.address)
    line = socket.socket()
    if window:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    line.settimeout(PATIENCE_SECONDS)
    line.connect((place.hostname, place.port))
    return line


def honest(running: ServerProcess) -> None:
    """Open a page as anybody would; a page that does not come fails the test."""
    place = urlsplit(running.address)
    connection = HTTPConnection(str(place.hostname), place.port, timeout=PATIENCE_SECONDS)
    connection.request("GET", "/en/")
    assert connection.getresponse().status == 200
    connection.close()


def still_waits(line: socket.socket) -> bool:
    """Tell whether the server has neither answered nor ended a connection."""
    line.settimeout(0)
    try:
        line.recv(1)
    except BlockingIOError:
        return True
    return False


@pytest.mark.parametrize("sent", SLOW.values(), ids=SLOW)
def test_a_page_comes_while_many_send_slowly(running: ServerProcess, sent: bytes) -> None:
    with ExitStack() as stack:
        lines = [stack.enter_context(connected(running)) for _ in range(MANY)]
        for line in lines:
            line.sendall(sent)
        for _ in range(3):
            honest(running)
            for line in lines:
                line.sendall(sent[-1:])

        assert sum(map(still_waits, lines)) > MANY // 3


def test_a_page_comes_while_many_are_slow_in_every_way(running: ServerProcess) -> None:
    kinds = [*SLOW.values(), ASKED]
    with ExitStack() as stack:
        lines = [stack.enter_context(connected(running, window=2048)) for _ in range(MANY)]
        for number, line in enumerate(lines):
            line.sendall(kinds[number % len(kinds)])
        with ThreadPoolExecutor(HEADS) as people:
            heads = [people.submit(head_of_a_part, running) for _ in range(HEADS)]
            for _ in range(3):
                honest(running)
            refused = [future.result() for future in heads]

    assert all(answer.startswith(b"HTTP/1.1 413 ") for answer in refused), refused
    assert running.log.read_bytes() == b""


def head_of_a_part(running: ServerProcess) -> bytes:
    """Send a form whose file has a name of 15 MB, and return how the answer begins."""
    with connected(running) as line:
        line.sendall(PART_HEAD)
        with suppress(OSError):  # the answer may come, and the connection end, before all is sent
            for _ in range(15):
                line.sendall(b"a" * 1_000_000)
        return line.recv(64)


def test_a_page_comes_while_many_read_slowly(running: ServerProcess) -> None:
    with ExitStack() as stack:
        lines = [stack.enter_context(connected(running, window=2048)) for _ in range(MANY)]
        for line in lines:
            line.sendall(ASKED)
        for _ in range(3):
            honest(running)


def test_who_is_too_slow_is_told_so(settings: Settings, make: Make, tmp_path: Path) -> None:
    make.portal()
    make.session.close()
    given = {"PORTAL_SLOW_GRACE_SECONDS": "1"}
    with server(settings, tmp_path, given=given) as running:
        for sent in (SLOW["a body that stops"], SLOW["a long body that stops"]):
            with connected(running) as line:
                line.sendall(sent)
                answer = everything(line.recv)
            assert answer.startswith(b"HTTP/1.1 408 "), answer[:200]
            assert "It took too long" in answer.decode()
        assert running.log.read_bytes() == b""


def everything(read: Callable[[int], bytes]) -> bytes:
    return b"".join(iter(lambda: read(65536), b""))


@pytest.mark.parametrize(
    "body", [kind for kind in SLOW if kind.startswith("a body") or "long" in kind]
)
def test_who_leaves_in_the_middle_of_a_form_is_no_fault(running: ServerProcess, body: str) -> None:
    with connected(running) as line:
        line.sendall(SLOW[body])
    with connected(running) as line:
        line.sendall(SLOW[body])
        line.shutdown(socket.SHUT_WR)
        assert not line.recv(MANY).startswith(b"HTTP/1.1 5")
    honest(running)

    assert running.log.read_bytes() == b""
