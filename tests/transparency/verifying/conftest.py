"""A small log with its files, what alters it behind its back, and what then is found."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.accounts.service import replaying
from portal.cases.service import change_status
from portal.cases.states import Status
from portal.transparency import verifying
from portal.transparency.parts import CHECKS
from portal.transparency.publishing import files
from portal.transparency.verifying import Against
from portal.transparency.writing import announcing, service
from portal.web.parts import SETTINGS
from tests.factories import Filed, Make

MONDAY = date(2026, 3, 9)
NEXT = date(2026, 3, 16)


@dataclass
class VerifiedLog:
    """A log of two batches."""

    session: Session
    make: Make
    filed: Filed
    against: Against
    today: date = NEXT

    @property
    def folder(self) -> Path:
        return self.against.folder

    def sql(self, *statements: str, **values: object) -> "VerifiedLog":
        """Alter the database; its triggers are gone."""
        for statement in statements:
            self.session.execute(text(statement), values)
        self.session.commit()
        return self

    def find_faults(self, **against: object) -> list[str]:
        """Return what `verify` yields."""
        self.session.rollback()
        self.session.expire_all()
        compared = replace(self.against, **against)  # type: ignore[arg-type]
        return list(
            verifying.verify(
                self.session, self.make.log, compared, lambda *_: None, today=self.today
            )
        )

    def merge(self, day: date) -> None:
        """Merge and publish."""
        service.merge(self.session, self.make.log, today=day)
        self.session.commit()
        files.publish(self.session, self.folder)
        self.today = day


@pytest.fixture
def logged(app: Flask, make: Make, session: Session) -> VerifiedLog:
    """A log of two batches: a report, and a week later its acknowledgement."""
    filed = make.portal("KNB_AC").filed()
    folder = SETTINGS.get_from(app).instance / files.FOLDER
    # its people are not announced: see tests/accounts/service/test_admitting.py
    checks = [check for check in CHECKS.get_from(app) if check is not replaying.check]
    made = VerifiedLog(session, make, filed, Against(folder, checks=checks))
    service.announce(session, make.log, announcing.list_keys(session), today=MONDAY)
    made.merge(MONDAY)
    change_status(session, filed.case, Status.ACKNOWLEDGED, actor="system", today=MONDAY)
    session.commit()
    made.merge(NEXT)
    names = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
    return made.sql(*(f"DROP TRIGGER {name}" for name in names))
