"""Publishes a quarter as its days come: counted, signed off by two people, released.

What `flask release` does on different days is done here one after another in a process of its own,
so that its memory can be told from that of whoever measures. The level is given, as a portal
reaches it by two years of releases only. `python -m bench.publish 2025-q4 L2`; with
`draft` as third word it is only made, and given up.
"""

import json
import os
import sys
from dataclasses import replace
from time import perf_counter

from sqlalchemy import select

from bench.figures import MEBIBYTE
from bench.portal_server import measure_peak
from portal.accounts.models import Account
from portal.app import create_app
from portal.cases.acts import take
from portal.core.config import Settings
from portal.statistics import queries, workflow
from portal.statistics.catalogue import schedule
from portal.statistics.cli.release import own_desk
from portal.statistics.service import lifecycle
from portal.web.database import transaction
from tests.hands import Hand, enter


def run_publish() -> None:
    """Publish the quarter, and print what was told and when, and the memory it took, as JSON."""
    quarter, level, *drafted = sys.argv[1:]
    begin = perf_counter()
    told: list[tuple[float, str]] = []
    app = create_app(Settings.read(os.environ))
    with app.app_context():
        desk = own_desk()

        def tell(text: str) -> None:
            told.append((perf_counter() - begin, text.strip()))

        desk = replace(desk, workshop=replace(desk.workshop, tell=tell))
        earliest = schedule.earliest_day(quarter)
        with transaction() as session:
            release = lifecycle.planned(session, quarter, desk.workshop, today=earliest)
            release.level = level
            lifecycle.begin(session, release)
        workflow.advance(desk, quarter, schedule.moment(earliest))
        tell("signing")
        if drafted:
            with transaction() as session:
                lifecycle.drop(session, queries.version(session, quarter, 1))
        else:
            _publish(desk, quarter)
        tell("done")
    print(json.dumps({"told": told, "mebibytes": measure_peak(os.getpid()) / MEBIBYTE}))


def _publish(desk: workflow.Desk, quarter: str) -> None:
    """Let two people sign a draft off, and its day come."""
    day = schedule.release_day(quarter)
    with transaction() as session:
        release = queries.version(session, quarter, 1)
        take(session, Hand(session))
        for account in session.scalars(select(Account).limit(lifecycle.SIGNATURES)).all():
            enter(session, account)
            session.flush()
            lifecycle.sign_off(session, release, release.manifest or "", account.id, today=day)
    workflow.advance(desk, quarter, schedule.moment(day))


if __name__ == "__main__":
    run_publish()
