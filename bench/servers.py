"""Gunicorn and granian in front of the same portal, by turns (decision 2)."""

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from statistics import median
from typing import NamedTuple

from bench.figures import MEBIBYTE, Measurement, Tell, format_number
from bench.load_generator import build_request, drive
from bench.portal_server import (
    THREADS,
    WORKERS,
    Installation,
    build_command,
    installation,
    measure_memory,
    serving,
)
from bench.reports import Pages
from bench.upload import UploadWatch, send

ROUNDS = 3
REQUESTS = 400
UPLOAD = 128 * MEBIBYTE
SMALL = 16 * MEBIBYTE
SHORT = {"ROUNDS": 1, "REQUESTS": 20, "UPLOAD": 8 * MEBIBYTE, "SMALL": MEBIBYTE}
FRONT, FORM = "/en/", "/en/report"


class ServerRun(NamedTuple):
    """What one server reached in one round."""

    front: float  # requests a second
    form: float
    mebibytes: float  # of all its processes together, at rest
    upload: float  # megabytes a second
    growth: float  # mebibytes of the worker while a file arrives


def measure(tell: Tell, *, full: bool) -> list[Measurement]:
    """Measure both servers by turns, if granian is installed."""
    if find_spec("granian") is None:
        tell("skipped: granian is not installed (.venv/bin/pip install granian)")
        return []
    with installation() as place:
        place.hire()
        pages = Pages(place)
        runs: dict[str, list[ServerRun]] = {"gunicorn": [], "granian": []}
        for number in range(ROUNDS * (2 if full else 1)):
            for name, made in runs.items():
                tell(f"round {number + 1}: {name}")
                made.append(_run(place, pages, name))
    return [
        Measurement(
            f"{words}: gunicorn, granian",
            " / ".join(
                f"{format_number(median(run[place] for run in made))}" for made in runs.values()
            ),
        )
        for place, words in enumerate(
            (
                "front page, requests/s",
                "page of choosing, requests/s",
                "memory of all processes at rest (PSS), MiB",
                "attachment without scripts, MB/s",
                "memory of the worker while it arrives, MiB more",
            )
        )
    ]


def _run(place: Installation, pages: Pages, name: str) -> ServerRun:
    with serving(place, _build_command(place, name, WORKERS)) as server:
        rates = []
        for path in (FRONT, FORM):
            drive(server.port, [build_request(path)] * 40).check(200)
            rates.append(drive(server.port, [build_request(path)] * REQUESTS).check(200).rate)
        everything = (server.process.pid, *server.list_workers())
        weight = sum(measure_memory(pid)["PSS"] for pid in everything) / MEBIBYTE
    with serving(place, _build_command(place, name, 1)) as server:
        send(pages, server.port, SMALL)
        server.await_rest()
        watch = UploadWatch(place, server)
        seconds = send(pages, server.port, UPLOAD, arrived=watch.weigh)
    return ServerRun(rates[0], rates[1], weight, UPLOAD / 1e6 / seconds, watch.growth / MEBIBYTE)


def _build_command(place: Installation, name: str, workers: int) -> Sequence[str]:
    if name == "gunicorn":
        return build_command(port=place.port, workers=workers)
    program = [sys.executable, "-m", "granian", "wsgi:app", "--interface", "wsgi"]
    shape = ["--workers", str(workers), "--blocking-threads", str(THREADS)]
    where = ["--host", "127.0.0.1", "--port", str(place.port)]
    return [*program, *where, *shape, "--log-level", "warning"]
