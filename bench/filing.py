"""Reports accepted a second: sealing and committing alone, then over HTTP with two workers."""

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from statistics import median
from time import perf_counter

from bench.figures import Measurement, Tell, format_number, format_times, judge
from bench.load_generator import LoadResult, drive
from bench.portal_server import Installation, installation, serving
from bench.reports import CHOICE, Pages, seal_report
from portal.core import clock, db
from portal.core.config import Settings
from portal.core.keyring import Keyring
from portal.intake import service
from portal.intake.draft import Ticket
from portal.transparency.writing.service import Log
from portal.transparency.writing.signed import SignedStates

ROUNDS = 3
ALONE = 400  # reports of each process
BURST = 500  # reports of each kind
SHORT = {"ROUNDS": 1, "ALONE": 4, "BURST": 8}


def measure(tell: Tell, *, full: bool) -> list[Measurement]:
    """Measure what sealing and committing cost, and what the pages around them add."""
    rounds = 3 * ROUNDS if full else ROUNDS
    with installation() as place:
        place.hire()
        tell("sealing and committing alone, in one process and in two")
        single, two = (
            median(_seal_alone(place, number) for _ in range(rounds)) for number in (1, 2)
        )
        bursts, sealed = _send_bursts(place, tell, rounds)
    plain = median(run.rate for run in bursts)
    by_browser = median(run.rate for run in sealed)
    times = [time for run in bursts for time in run.times]
    return [
        Measurement(
            "sealing and committing alone, 1 process", f"{format_number(single)} reports/s"
        ),
        Measurement("the same, 2 processes at once", f"{format_number(two)} reports/s"),
        judge("accepted without scripts", plain, "reports/s", least=400),
        judge("… against sealing and committing alone", 100 * plain / two, "%", least=70),
        Measurement("… time of one, 8 at once", format_times(times)),
        Measurement("accepted as the browser sealed it", f"{format_number(by_browser)} reports/s"),
        judge("… against without scripts", by_browser / plain, "×", least=1.5),
    ]


def _send_bursts(
    place: Installation, tell: Tell, rounds: int
) -> tuple[list[LoadResult], list[LoadResult]]:
    """Send reports that the server seals, and as many that browsers sealed."""
    pages = Pages(place)
    plain, sealed = [], []
    with serving(place) as server:
        for number in range(rounds):
            tell(f"round {number + 1} of {rounds}: {BURST} reports of each kind")
            waiting = pages.build_plain(BURST), pages.build_sealed(BURST)
            server.await_rest()
            sealed.append(drive(server.port, waiting[1]).check(201))
            plain.append(drive(server.port, waiting[0]).check(201))
    return plain, sealed


def _seal_alone(place: Installation, processes: int) -> float:
    """Return how many reports a second so many processes seal and commit, with no page around."""
    context = get_context("spawn")
    start = context.Barrier(processes)
    settings = place.settings
    with ProcessPoolExecutor(processes, context, _meet, (start,)) as pool:
        spans = list(pool.map(partial(_seal_and_commit, settings, ALONE), range(processes)))
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    return processes * ALONE / (last - first)


def _meet(start: Barrier) -> None:
    global _start  # noqa: PLW0603 - a barrier reaches a process of a pool only when it begins
    _start = start


_start: Barrier


def _seal_and_commit(settings: Settings, reports: int, _number: int) -> tuple[float, float]:
    """Seal and commit reports one after the other; return when that began and ended."""
    keyring, sessions = Keyring.load(settings.keys), db.make_sessions(settings.database)
    log = Log(settings.log_origin, keyring, SignedStates(settings.state, settings.instance / "log"))
    with sessions() as session:
        promise = service.make_promise(session, CHOICE, keyring=keyring)
    today = clock.get_today()
    _start.wait()
    begin = perf_counter()
    for _ in range(reports):
        report = seal_report(promise)
        ticket = Ticket(CHOICE, promise.ticket.unit_key, promise.ticket.recovery_key)
        with sessions.begin() as session:
            session.connection(execution_options=db.WRITES)
            service.file_report(session, ticket, report, log=log, today=today)
    return begin, perf_counter()
