"""Cases with invented histories, written as rows: a release needs thousands of them."""

from datetime import date, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from struct import unpack

from flask import Flask
from sqlalchemy.orm import Session

from portal.cases.models import Allegation, Body, Case, Clock, StatusChange
from portal.cases.states import Status
from portal.statistics import archive, service
from portal.statistics.cli.release import draw
from portal.statistics.service import Prepared, Workshop

BODY = "PROS_SPEC"
# Fixed, as the keys of the records are: the noise of a test is the same in every run.
MASTER = bytes(range(32))
Q3 = "2026-q3"
Q3_DAY = date(2026, 8, 5)
PUBLISHED_ON = date(2026, 12, 8)
YEAR_PUBLISHED_ON = date(2027, 3, 9)


def _record_key(number: int) -> dict[str, int]:
    """Return the parts of a key that is the same in every run."""
    parts = unpack("<4i", sha256(f"record {number}".encode()).digest()[:16])
    return {f"record_key_{place}": part for place, part in enumerate(parts, start=1)}


class Histories:
    """Writes cases that went through this and that."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._numbers = count(1)
        session.add(Body(code=BODY, kind=BODY))
        session.commit()

    def case(
        self,
        *,
        received_on: date = Q3_DAY,
        category: str = "bribery",
        region: str | None = "KZ-75",
        concluded_on: date | None = None,
        outcomes: tuple[str, ...] = (),
    ) -> Case:
        """Write one case; the outcomes are those of its allegations."""
        number = next(self._numbers)
        case = Case(
            id=f"{number:032x}",
            row_key=sha256(f"row {number}".encode()).digest(),
            category=category,
            region=region,
            leadership=False,
            outside_police=False,
            body_code=BODY,
            priority=3,
            status=Status.DECIDED if concluded_on else Status.RECEIVED,
            open=concluded_on is None,
            language="ru",
            sealed_by="server",
            received_on=received_on,
            concluded_on=concluded_on,
            **_record_key(number),
        )
        self.session.add(case)
        for position, outcome in enumerate(outcomes or (None,)):
            allegation = Allegation(position=position, subcategory=category)
            if concluded_on and outcome:
                allegation.outcome, allegation.decided_on = outcome, concluded_on
            case.allegations.append(allegation)
        return case

    def many(self, number: int, **about: object) -> list[Case]:
        """Write so many alike."""
        return [self.case(**about) for _ in range(number)]  # type: ignore[arg-type]

    def clock(self, case: Case, deadline: str, due_on: date, met_on: date | None) -> None:
        """Give a case a clock."""
        case.clocks.append(
            Clock(deadline=deadline, started_on=case.received_on, due_on=due_on, met_on=met_on)
        )

    def routed(self, case: Case, days: int) -> None:
        """Let a case be handed to another body, so many days after it was received."""
        changed_on = case.received_on + timedelta(days=days)
        case.history.append(StatusChange(position=1, status=Status.ROUTED, changed_on=changed_on))

    def done(self) -> None:
        """Commit everything."""
        self.session.commit()


class Press:
    """Publishes quarters without the command line around it."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.app = app
        self.session = session
        self.folder: Path = app.extensions["settings"].instance / "releases"
        self.told: list[str] = []
        self.workshop = Workshop(self.folder, MASTER, draw, self.told.append)

    def prepare(self, quarter: str = Q3, published_on: date = PUBLISHED_ON) -> Prepared:
        """Make the files of a release."""
        with self.app.app_context():
            return service.prepare(self.session, quarter, self.workshop, published_on=published_on)

    def publish(self, quarter: str = Q3, published_on: date = PUBLISHED_ON) -> Prepared:
        """Publish a quarter."""
        prepared = self.prepare(quarter, published_on)
        archive.stage(self.folder, quarter, service.VERSION, prepared.files)
        service.record(self.session, prepared)
        self.session.commit()
        archive.reveal(self.folder, quarter, service.VERSION)
        return prepared
