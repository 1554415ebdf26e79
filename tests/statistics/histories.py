"""Cases with invented histories, written as rows: a release needs thousands of them."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from struct import unpack

from flask import Flask
from sqlalchemy.orm import Session

from bench.hands import Hand, enter
from portal.accounts.models import Account, Role
from portal.cases.bodies import PORTAL_BOARD
from portal.cases.models import Allegation, Case, Clock, PublicBody, StatusChange
from portal.cases.signed_acts import set_signer
from portal.cases.states import Status
from portal.core.calendar import Quarter
from portal.statistics import queries, workflow
from portal.statistics.catalogue import release_days
from portal.statistics.catalogue.release_facts import Publisher
from portal.statistics.models import ReleaseVersion
from portal.statistics.releases import archive, drafts
from portal.statistics.releases.archive import PublishedRelease
from portal.statistics.rendering import RENDERER
from portal.statistics.service import lifecycle, secrets
from portal.statistics.service.build import (
    BuildContext,
    BuiltRelease,
    CountedTables,
    ReleaseSpec,
    prepare,
)
from portal.statistics.service.build import count as count_release
from portal.statistics.site.pages.page_context import Renderer as Printed
from portal.statistics.workflow import ReleaseContext
from portal.transparency.parts import LOG
from portal.transparency.writing.service import Log
from portal.web.database import reading, transaction
from portal.web.parts import KEYRING, SETTINGS

BODY = "PROS_SPEC"
# Fixed, as the keys of the records are: the noise of a test is the same in every run.
KEY = bytes(range(32))
BOARD = ("board.first", "board.second")
Q3 = Quarter("2026-q3")
Q3_DAY = date(2026, 8, 5)
PUBLISHED_ON = date(2026, 12, 8)
YEAR_PUBLISHED_ON = date(2027, 3, 9)


def _record_key(number: int) -> dict[str, int]:
    """Return the parts of a key that is the same in every run."""
    parts = unpack("<4i", sha256(f"record {number}".encode()).digest()[:16])
    return {f"record_key_{place}": part for place, part in enumerate(parts, start=1)}


# Prints the names of pages and pictures: what stands on them is the matter of other tests.
NAMES = Printed(
    lambda template, language, _values: f"{template} {language}",
    lambda figure, language: f"{figure.name} {language}",
    lambda: nullcontext(str.encode),
)


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


class Histories:
    """Writes cases that went through this and that."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._numbers = count(1)
        session.merge(PublicBody(code=BODY, kind=BODY))  # others may have made it already
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
                allegation.first_outcome = outcome
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


class QuarterPublisher:
    """Publishes quarters without the command line, under a key that is the same in every run."""

    def __init__(self, app: Flask, session: Session, press: Printed = RENDERER) -> None:
        self.app = app
        self.session = session
        self.folder: Path = SETTINGS.get_from(app).instance / "releases"
        self.told: list[str] = []
        self.master: bytes = KEYRING.get_from(app).statistics
        self.log: Log = LOG.get_from(app)
        publisher = Publisher.from_settings(SETTINGS.get_from(app))
        self.build = BuildContext(
            self.folder, self.master, publisher, press, self.told.append, self.log
        )
        self.desk = ReleaseContext(reading, transaction, self.build)

    def make_spec(self, quarter: Quarter = Q3) -> ReleaseSpec:
        """Return the specification for the first version of a quarter."""
        return lifecycle.make_spec(self._planned(quarter), self.master)

    def prepare(self, quarter: Quarter = Q3) -> BuiltRelease:
        """Make the files of a release."""
        with self.app.app_context():
            return prepare(self.session, self.make_spec(quarter), self.build)

    def count(self, quarter: Quarter = Q3) -> CountedTables:
        """Count a quarter, without the pages and files that are made of it."""
        return count_release(self.session, self.make_spec(quarter), self.build)

    def begin(self, quarter: Quarter = Q3) -> ReleaseVersion:
        """Begin a release."""
        release = self._planned(quarter)
        self.session.add(release)
        self.session.commit()
        return release

    def draft(self, quarter: Quarter = Q3) -> ReleaseVersion:
        """Make the draft of a release."""
        self.begin(quarter)
        self.advance(quarter, release_days.compute_earliest_day(quarter))
        return self.newest(quarter)

    def sign(self, quarter: Quarter = Q3, *logins: str) -> None:
        """Let people of the board sign the draft off, two unless they are named."""
        release = self.newest(quarter)
        for login in logins or BOARD:
            lifecycle.sign_off(
                self.session,
                release,
                str(release.manifest),
                self.account(login),
                today=release_days.compute_earliest_day(quarter),
            )
        self.session.commit()

    def publish(self, quarter: Quarter = Q3) -> ReleaseVersion:
        """Bring a quarter from its cases to its readers."""
        self.draft(quarter)
        self.sign(quarter)
        self.advance(quarter, release_days.compute_release_day(quarter))
        return self.newest(quarter)

    def advance(self, quarter: Quarter, day: date, *, recount: bool = False) -> str:
        """Do what is due at the minute of a release on some day."""
        self.session.commit()
        with self.app.app_context():
            return workflow.advance(
                self.desk, quarter, release_days.get_release_instant(day), recount=recount
            )

    def publish_late(self, quarter: Quarter, minutes: int) -> None:
        """Publish what is signed off so long after its minute."""
        self.session.commit()
        at = release_days.get_release_instant(
            release_days.compute_release_day(quarter)
        ) + timedelta(minutes=minutes)
        with self.app.app_context():
            workflow.advance(self.desk, quarter, at)

    def make_spec_with(self, key: bytes) -> ReleaseSpec:
        """Return the specification of the newest version with another key."""
        return replace(lifecycle.make_spec(self.newest(), self.master), key=key)

    def draft_files(self, quarter: Quarter = Q3) -> dict[str, bytes]:
        """Return the files of a draft."""
        return contents(drafts.locate_draft(self.folder, quarter, 1))

    def newest(self, quarter: Quarter = Q3) -> ReleaseVersion:
        """Return the newest version of a quarter as it stands in the database."""
        self.session.rollback()
        self.session.expire_all()
        release = queries.find_newest(self.session, quarter)
        assert release is not None
        return release

    def published(self, quarter: Quarter = Q3) -> PublishedRelease:
        """Return a release as its readers see it."""
        return archive.get_release(self.folder, quarter)

    def _planned(self, quarter: Quarter) -> ReleaseVersion:
        today = release_days.compute_earliest_day(quarter)
        release = lifecycle.plan_release(self.session, quarter, self.build, today=today)
        release.key = secrets.lock_key(self.master, release.name, KEY)
        return release

    def account(self, login: str) -> str:
        """Return the account of a member of the board."""
        account_id = sha256(login.encode()).hexdigest()[:32]
        if self.session.get(Account, account_id) is None:
            self.session.merge(PublicBody(code=PORTAL_BOARD, kind=PORTAL_BOARD))
            made = Account(
                id=account_id,
                login=login,
                role=Role.OVERSIGHT,
                body_code=PORTAL_BOARD,
                active=True,
                made_on=Q3_DAY,
                totp_counter=0,
            )
            self.session.add(made)
            self.session.flush()
            enter(self.session, made)
            self.session.flush()
            set_signer(self.session, Hand(self.session))
        return account_id
