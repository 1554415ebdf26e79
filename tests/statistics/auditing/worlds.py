"""A quarter that went through the real services: filed, decided, merged into the log, published."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from crypto.cosignature import Policy
from portal.cases.service import change_status
from portal.cases.states import Status
from portal.core.calendar import Quarter
from portal.core.config import Settings
from portal.core.db import Sessions
from portal.statistics.auditing.export import export
from portal.statistics.auditing.logged_figures import LoggedFigures, read_log
from portal.statistics.auditing.package import Package
from portal.statistics.models import ReleaseVersion
from portal.statistics.service.build import RenderEnvironment
from portal.statistics.site.pages.page_context import Renderer as Printed
from portal.transparency.publishing import files
from portal.transparency.verifying.reading import make_fetch
from portal.transparency.writing import service
from portal.transparency.writing.log_keys import derive_public_key
from portal.web.parts import BLOBS, KEYRING, SESSIONS
from tests.factories import Filed, Make
from tests.installation import installed
from tests.statistics.histories import NAMES, QuarterPublisher

QUARTER = Quarter("2026-q1")
FIRST = date(2026, 1, 12)
DECIDED_ON = date(2026, 3, 10)
MERGED_ON = date(2026, 4, 6)
PUBLISHED_ON = date(2026, 6, 9)
OUTCOMES = ("substantiated", "lawful", "unfounded", "inconclusive", "substantiated", "lawful")


@dataclass
class AuditedPortal:
    """A portal with a published quarter."""

    app: Flask
    session: Session
    make: Make
    press: QuarterPublisher
    filed: list[Filed]

    @property
    def release(self) -> ReleaseVersion:
        return self.press.newest(QUARTER)

    @property
    def environment(self) -> RenderEnvironment:
        return self.press.build.environment

    @property
    def policy(self) -> Policy:
        return Policy((derive_public_key(self.make.keyring, self.make.log.origin),))

    @property
    def log_folder(self) -> Path:
        return self.press.folder.parent / files.FOLDER

    def package(self) -> Package:
        """Export the release and forget that it was."""
        package = export(self.session, self.release, self.press.build, "ngo", today=PUBLISHED_ON)
        self.session.rollback()
        return package

    def log(self) -> LoggedFigures:
        return read_log(make_fetch(str(self.log_folder)), self.policy)[0]


def decide(session: Session, filed: Filed, outcome: str, day: date = DECIDED_ON) -> None:
    for status in (Status.ACKNOWLEDGED, Status.ASSESSMENT):
        change_status(session, filed.case, status, actor="system", today=day)
    for allegation in filed.case.allegations:
        allegation.outcome, allegation.decided_on = outcome, day
    change_status(session, filed.case, Status.DECIDED, actor="system", today=day)


def reconsider(session: Session, filed: Filed, outcome: str, day: date) -> None:
    """Decide a case anew after a review, as any body may."""
    for status in (Status.REVIEW_REQUESTED, Status.REOPENED):
        change_status(session, filed.case, status, actor="system", today=day)
    for allegation in filed.case.allegations:
        allegation.outcome, allegation.decided_on = outcome, day
    change_status(session, filed.case, Status.DECIDED, actor="system", today=day)


@contextmanager
def published_world(instance: Path, press: Printed = NAMES) -> Iterator[AuditedPortal]:
    """Make nine reports, six of them decided, one of these twice, and publish the quarter."""
    app = installed(Settings(instance=instance, public_url="http://localhost", demonstration=True))
    sessions: Sessions = SESSIONS.get_from(app)
    engine = sessions.kw["bind"]
    with sessions() as session:
        make = Make(session, KEYRING.get_from(app), BLOBS.get_from(app))
        filed = [
            make.filed(today=FIRST + timedelta(days=number), category=category)
            for number, category in enumerate(("bribery", "bribery", "excessive_force") * 3)
        ]
        for report, outcome in zip(filed, OUTCOMES, strict=False):
            decide(session, report, outcome)
        reconsider(session, filed[1], "substantiated", DECIDED_ON + timedelta(days=7))
        session.commit()
        service.merge(session, make.log, today=MERGED_ON)
        session.commit()
        environment = QuarterPublisher(app, session, press)
        environment.publish(QUARTER)
        yield AuditedPortal(app, session, make, environment, filed)
    engine.dispose()
