"""Workers that end and begin all the time lose nobody's request."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.processes import ServerProcess, open_client, server
from portal.cases.models import Case
from portal.core.config import Settings
from tests.factories import Make
from tests.intake.steps import needed, send, write_page
from tests.page import Browser

PEOPLE, VISITS = 6, 8


def test_no_request_is_lost_while_workers_retire(
    settings: Settings, make: Make, session: Session, tmp_path: Path
) -> None:
    make.portal("KNB_AC")
    session.rollback()
    given = {"PORTAL_FORGET_SECONDS": "0"}
    with server(settings, tmp_path, options=("--workers", "2"), given=given) as running:
        before = set(running.list_workers())
        with ThreadPoolExecutor(PEOPLE) as people:
            seen = sum(people.map(lambda number: visits(running, number), range(PEOPLE)), Counter())
        after = set(running.list_workers())

    assert seen == {200: PEOPLE * VISITS, 201: PEOPLE * VISITS}
    assert session.scalar(select(func.count()).select_from(Case)) == PEOPLE * VISITS
    assert not before & after
    assert running.log.read_bytes() == b""


def visits(running: ServerProcess, number: int) -> Counter[int]:
    """File reports, each with a page over a kept connection in between; count the answers."""
    seen: Counter[int] = Counter()
    place = urlsplit(running.address)
    for _ in range(VISITS):
        browser = Browser(open_client(running.address, source=f"127.0.1.{number + 1}"))  # type: ignore[arg-type]
        send(browser, write_page(browser), needed("bribery"))
        seen[201] += 1
        kept = HTTPConnection(str(place.hostname), place.port, timeout=60)
        kept.request("GET", "/en/", headers={"Cookie": "a=b"})
        answer = kept.getresponse()
        answer.read()
        seen[answer.status] += 1
        kept.close()
    return seen
