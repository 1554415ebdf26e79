"""Publishes every quarter that is due, on the days that were announced."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from portal.core.calendar import quarter_of
from portal.demonstration.plans import first_day
from portal.demonstration.preparing import Portal
from portal.demonstration.progress import Progress
from portal.statistics import archive, schedule, service
from portal.statistics.cli.release import draw
from portal.statistics.service import Workshop


def due(today: date) -> Iterator[str]:
    """Yield the quarters since the portal opened that are published by today."""
    quarter = quarter_of(first_day(today))
    while schedule.release_day(quarter) <= today:
        yield quarter
        quarter = schedule.after(quarter)


def publish(portal: Portal, folder: Path, today: date, progress: Progress) -> int:
    """Publish whatever is due, and return how many quarters that were.

    Args:
        portal: where the cases are.
        folder: of all releases.
        today: the day.
        progress: what tells the operator.
    """
    workshop = Workshop(folder, portal.keyring.statistics, draw, lambda _text: None)
    quarters = list(due(today))
    for number, quarter in enumerate(quarters, start=1):
        day = schedule.release_day(quarter)
        with portal.sessions() as session:
            service.check_may_release(session, folder, quarter, today=day)
            prepared = service.prepare(session, quarter, workshop, published_on=day)
        archive.stage(folder, quarter, service.VERSION, prepared.files)
        with portal.transaction() as session:
            service.record(session, prepared)
        archive.reveal(folder, quarter, service.VERSION)
        progress.tell("Published quarters", number, len(quarters))
    return len(quarters)
