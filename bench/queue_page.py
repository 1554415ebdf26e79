"""The queue of a body: how its page grows with the number of cases."""

from datetime import timedelta
from statistics import median

from sqlalchemy import event

from bench.figures import Measurement, Tell, compute_p95, format_times, judge
from bench.load_generator import LoadResult, build_request, drive
from bench.portal_server import Installation, installation, serving, sign_in
from bench.synthetic import BODY, WAITING, write
from portal.core import clock
from portal.web.parts import SESSIONS

SIZES = (1_000, 10_000, 100_000)
LARGEST = 1_000_000
PAGE = "/en/staff"
REQUESTS = 200
SPREAD_DAYS = 300
SHORT = {"SIZES": (20, 40, 60), "REQUESTS": 20}


def measure(tell: Tell, *, full: bool) -> list[Measurement]:
    """Open the page of the queue among more and more cases."""
    sizes = (*SIZES, LARGEST) if full else SIZES
    with installation() as place:
        cookie = sign_in(place, place.hire(BODY).members[BODY][0].account)
        first = clock.get_today() - timedelta(days=SPREAD_DAYS)
        runs = {}
        for number in sizes:
            tell(f"{number:,} cases")
            write(place, WAITING, number, first=first, days=SPREAD_DAYS)
            runs[number] = _open(place, cookie)
        queries = _count_queries(place, cookie)
    growth = compute_p95(runs[sizes[-1]].times) / compute_p95(runs[sizes[0]].times)
    figures = [
        Measurement(f"queue page at {number:,} cases", format_times(run.times))
        for number, run in runs.items()
    ]
    typical = median(runs[sizes[1]].times)
    figures[1] = figures[1]._replace(goal="p50 ≤ 50 ms", met=typical <= 0.05)
    return [
        *figures,
        judge(f"… p95 at {sizes[-1]:,} against {sizes[0]:,}", growth, "×", most=2),
        Measurement("queries of the database for the page", str(queries)),
    ]


def _open(place: Installation, cookie: str) -> LoadResult:
    with serving(place) as server:
        page = build_request(PAGE, headers={"Cookie": cookie})
        drive(server.port, [page] * 20, 2).check(200)
        return drive(server.port, [page] * REQUESTS, 1).check(200)


def _count_queries(place: Installation, cookie: str) -> int:
    """Return how often one page asks the database."""
    asked: list[str] = []
    engine = SESSIONS.get_from(place.app).kw["bind"]
    name, _, token = cookie.partition("=")
    client = place.app.test_client()
    client.set_cookie(name, token)
    client.get(PAGE)

    def note(_conn: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    answer = client.get(PAGE)
    event.remove(engine, "before_cursor_execute", note)
    assert answer.status_code == 200, answer.status
    return sum(statement.startswith("SELECT") for statement in asked)
