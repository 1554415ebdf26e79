"""What slow people cost others, and what forgetting costs; plain gunicorn and ours by turns."""

import socket
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from statistics import median
from time import perf_counter

from bench.figures import Measurement, Tell, format_number, judge
from bench.load_generator import Visitor, build_request, drive
from bench.portal_server import (
    FRONT,
    THREADS,
    WORKERS,
    Installation,
    build_command,
    installation,
    serving,
)
from bench.reports import Pages

MANY = 64
PATIENCE_SECONDS = 10
VISITS = 5
ROUNDS = 3
PAGES, REPORTS = 600, 300
FORGET_SECONDS = "2"  # a tenth of what is shipped, so that every run has workers that end
SHORT = {
    "MANY": 8,
    "PATIENCE_SECONDS": 2,
    "VISITS": 2,
    "ROUNDS": 1,
    "PAGES": 20,
    "REPORTS": 10,
}
POST = b"POST /en/report/file HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n"
FORM = b"Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"
NAME = FORM + b'Content-Disposition: form-data; name="a"; filename="'
SLOW = {
    "silent connections": b"",
    "bodies that stop after 20 kB": POST + FORM + b"a" * 20_000,
    "bodies of a byte a second": POST + FORM,
    "heads that stop": b"GET /en/ HTTP/1.1\r\nHost: x\r\nX: ",
    "readers that stop": b"GET /static/vendor/enter.js HTTP/1.1\r\nHost: x\r\n\r\n" * 20,
    "names of files without end": POST.replace(b"1000000", b"15000000") + NAME + b"a" * 500_000,
}


def measure(tell: Tell, *, full: bool) -> list[Measurement]:
    """Measure a page beside slow people, then pages and reports with and without forgetting."""
    figures = []
    with installation(forget_seconds=FORGET_SECONDS) as place:
        place.hire()
        for words, sent in SLOW.items():
            tell(f"{MANY} {words}")
            plain, ours = (
                _measure_beside(place, sent, started)
                for started in (_build_plain_command(place), ())
            )
            said = f"{format_number(plain)} s" if plain < PATIENCE_SECONDS else "none"
            figures.append(Measurement(f"a page beside {MANY} {words}, plain gunicorn", said))
            figures.append(judge("… our server", ours, "s", most=1))
        ratios = [
            _measure_ratios(place, tell, number) for number in range(ROUNDS * (2 if full else 1))
        ]
    for place_of, words in enumerate(("front page", "reports accepted without scripts")):
        ratio = 100 * median(measured[place_of] for measured in ratios)
        figures.append(judge(f"{words}, our server to plain gunicorn", ratio, "%", least=90))
    return figures


def _build_plain_command(place: Installation) -> Sequence[str]:
    program = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{place.port}"]
    shape = ["--workers", str(WORKERS), "--threads", str(THREADS), "--worker-class", "gthread"]
    return [*program, *shape, "--no-control-socket", "--log-level", "critical"]


def _measure_beside(place: Installation, sent: bytes, started: Sequence[str]) -> float:
    """Return the longest time of a page while many hold their connections; patience if none."""
    times = []
    with serving(place, started or build_command(port=place.port)) as server, ExitStack() as stack:
        lines = [stack.enter_context(_open_slow_line(server.port)) for _ in range(MANY)]
        for line in lines:
            with suppress(OSError):
                line.sendall(sent)
        for _ in range(VISITS):
            start = perf_counter()
            visitor = Visitor(server.port)
            visitor.socket.settimeout(PATIENCE_SECONDS)
            with suppress(OSError):
                visitor.ask(build_request(FRONT))
            visitor.close()
            times.append(perf_counter() - start)
            if times[-1] >= PATIENCE_SECONDS:
                break
            for line in lines:
                with suppress(OSError):
                    line.sendall(sent[-1:])
    return max(times)


def _open_slow_line(port: int) -> socket.socket:
    """Return a connection of somebody who takes little at a time."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    line.settimeout(PATIENCE_SECONDS)
    line.connect(("127.0.0.1", port))
    return line


def _measure_ratios(place: Installation, tell: Tell, number: int) -> tuple[float, float]:
    """Return our rate of pages and of reports, each as a share of plain gunicorn's."""
    tell(f"round {number + 1}: pages and reports, by turns")
    rates = []
    for started in (_build_plain_command(place), build_command(port=place.port)):
        with serving(place, started) as server:
            drive(server.port, [build_request(FRONT)] * 100).check(200)
            front = drive(server.port, [build_request(FRONT)] * PAGES).check(200).rate
            drive(server.port, Pages(place).build_plain(20)).check(201)
            reports = drive(server.port, Pages(place).build_plain(REPORTS)).check(201).rate
        rates.append((front, reports))
    return rates[1][0] / rates[0][0], rates[1][1] / rates[0][1]
