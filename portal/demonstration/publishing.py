"""Brings every quarter that is due to its readers, on the days that were announced."""

from collections.abc import Iterator
from datetime import date

from portal.cases.bodies import PORTAL_BOARD
from portal.core.calendar import Quarter
from portal.demonstration.cast import Cast
from portal.demonstration.preparing import Portal
from portal.demonstration.progress import PreparationProgress, Task
from portal.demonstration.replying import explain
from portal.demonstration.staff_signing import lend_hands
from portal.statistics import queries, workflow
from portal.statistics.catalogue import release_days
from portal.statistics.service import lifecycle
from portal.statistics.service.build import BuildContext
from portal.statistics.workflow import ReleaseContext


def list_due_quarters(opened: date, today: date) -> Iterator[Quarter]:
    """Yield the quarters since the portal opened that are published by today."""
    quarter = Quarter.from_day(opened)
    while release_days.compute_release_day(quarter) <= today:
        yield quarter
        quarter = quarter.following


def publish(
    portal: Portal,
    cast: Cast,
    workshop: BuildContext,
    opened: date,
    today: date,
    progress: PreparationProgress,
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
    desk = ReleaseContext(portal.sessions, portal.transaction, workshop)
    quarters = list(list_due_quarters(opened, today))
    for number, quarter in enumerate(quarters, start=1):
        counted_on, day = (
            release_days.compute_earliest_day(quarter),
            release_days.compute_release_day(quarter),
        )
        workflow.advance(desk, quarter, release_days.get_release_instant(counted_on))
        _sign(portal, cast, quarter, counted_on)
        workflow.advance(desk, quarter, release_days.get_release_instant(day))
        progress.tell(Task.QUARTERS, number, len(quarters))
    workflow.destroy(desk, today)
    if quarters:
        last = quarters[-1]
        explain(portal, cast, desk, last, release_days.compute_release_day(last))
        # the next one may wait for the visitor's own signature
        workflow.advance(desk, last.following, release_days.get_release_instant(today))
    return len(quarters)


def _sign(portal: Portal, cast: Cast, quarter: Quarter, day: date) -> None:
    """Let two members of the board sign a draft off, as they do on its page."""
    for person in cast.members[PORTAL_BOARD][: lifecycle.SIGNATURES]:
        with portal.transaction() as session:
            lend_hands(session, cast, portal.log.origin)
            release = queries.get_version(session, quarter, 1)
            lifecycle.sign_off(
                session, release, str(release.manifest), person.account.id, today=day
            )
