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
from bench.hands import Hand, enter
from bench.portal_server import measure_peak
from portal.accounts.models import Account
from portal.app import create_app
from portal.cases.signed_acts import set_signer
from portal.core.calendar import Quarter
from portal.core.config import Settings
from portal.statistics import queries, workflow
from portal.statistics.catalogue import release_days
from portal.statistics.cli.release import build_release_context
from portal.statistics.service import lifecycle
from portal.web.database import transaction


def run_publish() -> None:
    """Publish the quarter, and print what was told and when, and the memory it took, as JSON."""
    name, level, *drafted = sys.argv[1:]
    quarter = Quarter(name)
    begin = perf_counter()
    told: list[tuple[float, str]] = []
    app = create_app(Settings.read(os.environ))
    with app.app_context():
        desk = build_release_context()

        def tell(text: str) -> None:
            told.append((perf_counter() - begin, text.strip()))

        desk = replace(desk, build=replace(desk.build, tell=tell))
        earliest = release_days.compute_earliest_day(quarter)
        with transaction() as session:
            release = lifecycle.plan_release(session, quarter, desk.build, today=earliest)
            release.level = level
            lifecycle.begin(session, release)
        workflow.advance(desk, quarter, release_days.get_release_instant(earliest))
        tell("signing")
        if drafted:
            with transaction() as session:
                lifecycle.drop(session, queries.get_version(session, quarter, 1))
        else:
            _publish(desk, quarter)
        tell("done")
    print(json.dumps({"told": told, "mebibytes": measure_peak(os.getpid()) / MEBIBYTE}))


def _publish(desk: workflow.ReleaseContext, quarter: Quarter) -> None:
    """Let two people sign a draft off, and its day come."""
    day = release_days.compute_release_day(quarter)
    with transaction() as session:
        release = queries.get_version(session, quarter, 1)
        set_signer(session, Hand(session))
        for account in session.scalars(select(Account).limit(lifecycle.SIGNATURES)).all():
            enter(session, account)
            session.flush()
            lifecycle.sign_off(session, release, release.manifest or "", account.id, today=day)
    workflow.advance(desk, quarter, release_days.get_release_instant(day))


if __name__ == "__main__":
    run_publish()
