"""Publishing a quarter: time and memory of every step, and how its results are served."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import perf_counter
from typing import NamedTuple

from sqlalchemy import select

from bench import histories
from bench.figures import Measurement, Tell, format_number, format_times, judge
from bench.load_generator import build_request, drive
from bench.portal_server import ROOT, Installation, installation, serving, sign_in
from bench.services import empty_database, postgresql
from bench.synthetic import BODY, WAITING, write
from portal.accounts.models import Account
from portal.core import clock
from portal.core.calendar import Quarter
from portal.statistics.catalogue import release_days
from portal.statistics.service import secrets
from portal.statistics.service.record_keys import PART, redraw
from portal.web.database import transaction

SIZES = (100_000, 1_000_000)
LARGEST = 10_000_000
GOAL_SECONDS, GOAL_MEBIBYTES = 60, 1000
YEARS = 4  # over which the cases came
QUEUE_CASES = 1_000
REQUESTS = 300
QUARTERS: tuple[tuple[str, ...], ...] = (
    ("draft of a first release, a fourth quarter, L0", "q4", "L0", "draft"),
    ("an ordinary quarter, L2", "q3", "L2"),
    ("a fourth quarter, L2", "q4", "L2"),
)
PARTS = 20  # of redrawing record keys
SHORT = {
    "SIZES": (1_000,),
    "QUARTERS": QUARTERS[2:],
    "PARTS": 2,
    "REQUESTS": 20,
    "QUEUE_CASES": 50,
}


class ReleaseRun(NamedTuple):
    """What one release took."""

    seconds: float
    counting: float  # seconds of it
    publishing: float  # and these, under the write lock or not
    mebibytes: float


def measure(tell: Tell, *, full: bool) -> list[Measurement]:
    """Publish quarters of last year, each time from years of cases."""
    figures: list[Measurement] = []
    served: list[Measurement] = []
    for size in (*SIZES, LARGEST) if full else SIZES:
        with _filled(size, tell) as place:
            figures += _measure_postgresql(place, size, tell)
            figures += _measure_releases(
                place, f"SQLite, {size:,} cases", tell, goal=size == LARGEST
            )
            if size == SIZES[0]:
                tell("its file, its page and a page of the database")
                served = _serve_pages(place, size)
    return [*figures, *served]


@contextmanager
def _filled(size: int, tell: Tell) -> Iterator[Installation]:
    """Make an installation with years of cases, and two people who can sign."""
    with installation() as place:
        place.hire(BODY)
        days = YEARS * 365
        histories.write(
            place.settings.instance / "portal.sqlite",
            size,
            first=clock.get_today() - timedelta(days=days),
            days=days,
            tell=lambda text: tell(f"SQLite, {size:,} cases: {text}"),
        )
        yield place


def _measure_postgresql(place: Installation, size: int, tell: Tell) -> list[Measurement]:
    """Do the same on PostgreSQL, with the same rows."""
    name = f"PostgreSQL, {size:,} cases"
    with (
        postgresql() as server,
        empty_database(server, "figures") as url,
        installation(database_url=url) as other,
    ):
        histories.copy(
            place.settings.instance / "portal.sqlite",
            url,
            tell=lambda text: tell(f"{name}: {text}"),
        )
        return _measure_releases(other, name, tell, goal=size == LARGEST)


def _measure_releases(
    place: Installation, name: str, tell: Tell, *, goal: bool
) -> list[Measurement]:
    """Make the first release of all, which counts most, then publish two quarters in detail."""
    figures = []
    for what, quarter, *more in QUARTERS:
        tell(f"{name}: {what}")
        run = _publish(place, f"{_get_last_year()}-{quarter}", *more)
        figures += _report_run(f"{name}: {what}", run, goal=goal)
    tell(f"{name}: redrawing record keys")
    return [
        *figures,
        Measurement(
            f"{name}: redrawing {PART:,} record keys", format_times(_measure_counting(place))
        ),
    ]


def _publish(place: Installation, *arguments: str) -> ReleaseRun:
    begin = perf_counter()
    done = subprocess.run(  # noqa: S603 - a command of our own
        [sys.executable, "-m", "bench.publish", *arguments],
        cwd=ROOT,
        env={**os.environ, **place.environment},
        check=True,
        capture_output=True,
    )
    seconds = perf_counter() - begin
    report = json.loads(done.stdout)
    at = {text.partition(":")[0]: after for after, text in report["told"]}
    counting = next(after for after, text in report["told"] if text.endswith("files of data"))
    begun = next(after for after, text in report["told"] if text.endswith(": counting"))
    return ReleaseRun(seconds, counting - begun, at["done"] - at["signing"], report["mebibytes"])


def _report_run(what: str, run: ReleaseRun, *, goal: bool) -> list[Measurement]:
    parts = (
        f"counting {format_number(run.counting)} s, publishing {format_number(run.publishing)} s"
    )
    if not goal:
        whole = f"{format_number(run.seconds)} s, {format_number(run.mebibytes)} MiB; {parts}"
        return [Measurement(what, whole)]
    return [
        judge(what, run.seconds, "s", most=GOAL_SECONDS),
        judge("… memory", run.mebibytes, "MiB", most=GOAL_MEBIBYTES),
        Measurement("… of it", parts),
    ]


def _measure_counting(place: Installation) -> list[float]:
    """Return how long the first parts took, in which nobody else could write to SQLite."""
    later = release_days.compute_release_day(Quarter(f"{_get_last_year()}-q4")) + timedelta(
        days=secrets.KEPT_DAYS
    )
    times = []
    with place.app.app_context():
        with transaction() as session:
            secrets.destroy(session, today=later)
        for _ in range(PARTS):
            begin = perf_counter()
            with transaction() as session:
                left = redraw(session, today=later)
            if left is None:
                break
            times.append(perf_counter() - begin)
    return times


def _get_last_year() -> int:
    return clock.get_today().year - 1


def _serve_pages(place: Installation, size: int) -> list[Measurement]:
    member = place.session.scalars(select(Account).where(Account.body_code == BODY)).first()
    assert member is not None
    cookie = sign_in(place, member)
    month = clock.get_today() - timedelta(days=30)
    write(place, WAITING, size + QUEUE_CASES, first=month, days=30)
    release = f"/figures/{_get_last_year()}-q4/v1"
    file = build_request(f"{release}/manifest.json")
    page = build_request(f"{release}/en/index.html")
    queue = build_request("/en/staff", headers={"Cookie": cookie})
    with serving(place) as server:
        rates = []
        for sent in (file, page, queue):
            drive(server.port, [sent] * 40).check(200)
            rates.append(drive(server.port, [sent] * REQUESTS).check(200).rate)
    return [
        judge("a file of figures, against a database page", rates[0] / rates[2], "×", least=5),
        judge("the page of figures, against a database page", rates[1] / rates[2], "×", least=5),
        Measurement(
            "file, page, queue page", f"{' / '.join(map(format_number, rates))} requests/s"
        ),
    ]
