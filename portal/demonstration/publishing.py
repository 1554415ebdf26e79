"""Brings every quarter that is due to its readers, on the days that were announced."""

from collections.abc import Iterator
from datetime import date

from portal.cases.bodies import PORTAL_BOARD
from portal.core.calendar import compute_quarter
from portal.demonstration.people import Cast
from portal.demonstration.preparing import Portal
from portal.demonstration.progress import Progress
from portal.demonstration.replying import explain
from portal.demonstration.signing import lend_hands
from portal.statistics import queries, workflow
from portal.statistics.catalogue import schedule
from portal.statistics.service import lifecycle
from portal.statistics.service.build import Workshop
from portal.statistics.workflow import Desk


def due(opened: date, today: date) -> Iterator[str]:
    """Yield the quarters since the portal opened that are published by today."""
    quarter = compute_quarter(opened)
    while schedule.release_day(quarter) <= today:
        yield quarter
        quarter = schedule.after(quarter)


def publish(
    portal: Portal, cast: Cast, workshop: Workshop, opened: date, today: date, progress: Progress
) -> int:
    """Publish whatever is due, and return how many quarters that were.

    Args:
        portal: where the cases are.
        cast: among them the members of the board, who sign.
        workshop: where releases are made.
        opened: the first day of the portal.
        today: the day.
        progress: what tells the operator.
    """
    desk = Desk(portal.sessions, portal.transaction, workshop)
    quarters = list(due(opened, today))
    for number, quarter in enumerate(quarters, start=1):
        counted_on, day = schedule.earliest_day(quarter), schedule.release_day(quarter)
        workflow.advance(desk, quarter, schedule.moment(counted_on))
        _sign(portal, cast, quarter, counted_on)
        workflow.advance(desk, quarter, schedule.moment(day))
        progress.tell("Published quarters", number, len(quarters))
    workflow.destroy(desk, today)
    if quarters:
        last = quarters[-1]
        explain(portal, cast, desk, last, schedule.release_day(last))
        # the next one may wait for the visitor's own signature
        workflow.advance(desk, schedule.after(last), schedule.moment(today))
    return len(quarters)


def _sign(portal: Portal, cast: Cast, quarter: str, day: date) -> None:
    """Let two members of the board sign a draft off, as they do on its page."""
    for person in cast.members[PORTAL_BOARD][: lifecycle.SIGNATURES]:
        with portal.transaction() as session:
            lend_hands(session, cast, portal.log.origin)
            release = queries.version(session, quarter, 1)
            lifecycle.sign_off(
                session, release, str(release.manifest), person.account.id, today=day
            )
