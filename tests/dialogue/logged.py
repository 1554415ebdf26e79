"""A case that went its whole way, and what the log has of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from crypto.steps import compute_access_digest
from portal.cases.service import change_status
from portal.cases.states import Status
from portal.core.config import Settings
from portal.core.db import Sessions
from portal.dialogue import queries
from portal.dialogue.service.checking import Checked, DisplayedCase, check, collect_displayed
from portal.dialogue.service.standing import get_standing
from portal.review.inputs import Ruling
from portal.review.service.case_writing import WritingAct
from portal.review.service.decisions import decide
from portal.transparency.publishing.bundle import CaseBundle, build_bundle
from portal.transparency.writing import service
from portal.web.parts import BLOBS, KEYRING, SESSIONS
from tests.factories import TODAY, Filed, Make
from tests.installation import installed
from tests.review.desk import ReviewDesk, at_desk

MERGED_ON = date(2026, 3, 9)
LATER = MERGED_ON + timedelta(days=30)
REASONED: dict[str, object] = {"facts": "a", "law": "b", "finding": "c", "review": "d"}


@dataclass(frozen=True)
class LoggedCase:
    """A case that was decided; its last step waits for the next batch."""

    session: Session
    make: Make
    desk: ReviewDesk

    @property
    def filed(self) -> Filed:
        return self.desk.filed

    @property
    def blind(self) -> bytes:
        return self.filed.reporter.keys.blinding_key

    def merge(self, today: date) -> None:
        """Put into the log what is due."""
        service.merge(self.session, self.make.log, today=today)
        self.session.commit()

    def bundle(self) -> CaseBundle:
        self.session.expire_all()
        return build_bundle(self.session, self.make.log, self.filed.case.id)

    def shown(self, today: date = MERGED_ON) -> DisplayedCase:
        standing = get_standing(self.session, self.filed.case.id, today=today)
        thread = queries.list_thread(self.session, self.filed.case.id, sealed=True)
        own = self.filed.reporter
        return collect_displayed(
            standing, thread, compute_access_digest(own.keys.lookup, own.second_half)
        )

    def check(self, bundle: CaseBundle | None = None, today: date = MERGED_ON) -> Checked:
        """Check the case as the page does."""
        return check(bundle or self.bundle(), self.blind, self.shown(today), today=today)


def logged(make: Make, session: Session) -> LoggedCase:
    """Let a case be worked on and decided, others with it, and put all of it into the log."""
    desk = at_desk(make).take().step("acknowledge", "assess", "review").write(WritingAct.QUESTION)
    case = LoggedCase(session, make, desk)
    change_status(session, desk.case, Status.IN_REVIEW, actor="system", today=TODAY)
    decide(
        session,
        desk.case.id,
        Ruling({0: "substantiated"}, {0: ("reprimand",)}, ""),
        desk.letter("decision", fields=REASONED),
        who=desk.account,
        version=desk.case.version,
        today=TODAY,
    )
    session.commit()
    for _ in range(4):
        make.filed()
    case.merge(MERGED_ON)
    change_status(session, desk.case, Status.CLOSED, actor="system", today=MERGED_ON)
    session.commit()
    return case


@contextmanager
def portal_with_case(folder: Path) -> Iterator[LoggedCase]:
    """Set up a portal with such a case, for tests that only read it: it takes a second."""
    app = installed(Settings(instance=folder, public_url="http://localhost"))
    sessions: Sessions = SESSIONS.get_from(app)
    engine = sessions.kw["bind"]
    with sessions() as session:
        made = Make(session, KEYRING.get_from(app), BLOBS.get_from(app))
        yield logged(made, session)
    engine.dispose()
