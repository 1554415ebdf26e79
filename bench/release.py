"""Publishing a quarter: time and memory of the command, and how its results are served."""

import os
import subprocess
import sys
import time
from datetime import date, timedelta
from time import perf_counter
from typing import NamedTuple

from bench.figures import MEBIBYTE, Figure, Tell, judged, short
from bench.load import drive, request
from bench.server import ROOT, Place, installation, peak, serving, signed_in
from bench.synthetic import BODY, DECIDED, WAITING, write
from portal.core import clock
from portal.core.calendar import quarter_bounds, quarter_of
from portal.statistics.schedule import back, earliest_day

SIZES = (10_000, 100_000)
LARGEST = 1_000_000
GOAL_CASES, GOAL_SECONDS, GOAL_MEBIBYTES = 10_000_000, 60, 1000
LONGEST_DAYS = 27  # from the day a case comes to its decision
QUEUE_CASES = 1_000
REQUESTS = 300
PAUSE_SECONDS = 0.02


class Run(NamedTuple):
    """What one release took."""

    seconds: float
    mebibytes: float


def measure(tell: Tell, *, full: bool) -> list[Figure]:
    """Publish a quarter, each time from a year of cases in a new installation."""
    sizes = (*SIZES, LARGEST) if full else SIZES
    runs: list[Run] = []
    served: list[Figure] = []
    for size in sizes:
        tell(f"{size:,} cases")
        with installation() as place:
            place.make.unit(BODY)
            runs.append(_published(place, size))
            if size == sizes[-1]:
                tell("its file, its page and a page of the database")
                served = _served(place, size)
    return [
        *(
            Figure(
                f"release from {size:,} cases",
                f"{short(run.seconds)} s, {short(run.mebibytes)} MiB",
            )
            for size, run in zip(sizes, runs, strict=True)
        ),
        *_carried_on(sizes, runs),
        *served,
    ]


def _carried_on(sizes: tuple[int, ...], runs: list[Run]) -> list[Figure]:
    """Carry the two largest runs on in a straight line to the number of the goal."""
    steps = (GOAL_CASES - sizes[-1]) / (sizes[-1] - sizes[-2])
    seconds = runs[-1].seconds + steps * (runs[-1].seconds - runs[-2].seconds)
    mebibytes = runs[-1].mebibytes + steps * (runs[-1].mebibytes - runs[-2].mebibytes)
    to = f"… carried on to {GOAL_CASES:,} cases (not measured)"
    return [
        judged(to, seconds, "s", most=GOAL_SECONDS),
        judged(to, mebibytes, "MiB", most=GOAL_MEBIBYTES),
    ]


def _published(place: Place, size: int) -> Run:
    quarter = _newest(clock.today())
    first, last = quarter_bounds(back(quarter, 3))[0], quarter_bounds(quarter)[1]
    write(place, DECIDED, size, first=first, days=(last - first).days - LONGEST_DAYS)
    begin = perf_counter()
    process = subprocess.Popen(  # noqa: S603 - a command of our own
        [sys.executable, "-m", "flask", "--app", "wsgi", "release", quarter],
        cwd=ROOT,
        env={**os.environ, **place.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    most = 0
    while process.poll() is None:
        # what the operating system tells in the end would include the memory of this process
        most = max(most, peak(process.pid))
        time.sleep(PAUSE_SECONDS)
    if process.returncode:
        raise SystemExit("the release failed")
    return Run(perf_counter() - begin, most / MEBIBYTE)


def _newest(today: date) -> str:
    """Return the newest quarter that may be published."""
    quarter = back(quarter_of(today), 1)
    return quarter if earliest_day(quarter) <= today else back(quarter, 1)


def _served(place: Place, size: int) -> list[Figure]:
    cookie = signed_in(place, place.make.person(body_code=BODY).account)
    month = clock.today() - timedelta(days=30)
    write(place, WAITING, size + QUEUE_CASES, first=month, days=30)
    quarter = _newest(clock.today())
    file = request(f"/figures/{quarter}/v1/manifest.json")
    page = request("/en/figures")
    queue = request("/en/staff", headers={"Cookie": cookie})
    with serving(place) as server:
        rates = []
        for one in (file, page, queue):
            drive(server.port, [one] * 40).checked(200)
            rates.append(drive(server.port, [one] * REQUESTS).checked(200).rate)
    return [
        judged("a file of figures, against a database page", rates[0] / rates[2], "×", least=5),
        judged("the page of figures, against a database page", rates[1] / rates[2], "×", least=5),
        Figure("file, page, queue page", f"{' / '.join(map(short, rates))} requests/s"),
    ]
