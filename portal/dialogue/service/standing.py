"""Where a case stands, as far as its reporter is told, and what they may do now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portal.cases.codes import DeadlineCode
from portal.cases.models import Case, Clock, Verdict
from portal.cases.sealing_keys import get_recovery_key
from portal.cases.states import Status, is_shown_to_reporter
from portal.dialogue import queries
from portal.dialogue.letter import LetterAct
from portal.dialogue.policy import compute_review_end, may

# Deadlines that a reporter is told of: what a person or body owes to them, and one of their own.
OWED = frozenset(
    {
        DeadlineCode.REGISTRATION,
        DeadlineCode.ACKNOWLEDGEMENT,
        DeadlineCode.REDIRECT,
        DeadlineCode.DECISION,
        DeadlineCode.EXTENSION_NOTICE,
        DeadlineCode.PROGRESS_UPDATE,
        DeadlineCode.FEEDBACK,
        DeadlineCode.OUTCOME_NOTICE,
        DeadlineCode.REVIEW_DECISION,
    }
)
OWN = DeadlineCode.REPORTER_REPLY_WAIT
DECISIONS = frozenset({DeadlineCode.DECISION, DeadlineCode.REVIEW_DECISION})


@dataclass(frozen=True)
class CaseStanding:
    """Where a case stands, as far as its reporter is told."""

    case: Case
    history: Sequence[tuple[Status, date]]  # without the states that reporters do not see
    owed: Sequence[Clock]  # running, nearest first
    answer_by: date | None
    review_until: date | None
    verdict: Verdict | None
    withdrawn: bool
    extended_for: str | None  # coded reason, the last one if more time was taken
    may: frozenset[LetterAct]
    recovery: str  # public key by which three of five holders can open what is sent

    @property
    def status(self) -> Status:
        """Return the state in sight."""
        return self.history[-1][0]

    def is_decision_late(self, today: date) -> bool:
        """Tell whether the reporter is owed a decision that should have come before this day."""
        return any(clock.deadline in DECISIONS and clock.due_on < today for clock in self.owed)


def get_standing(session: Session, case_id: str, *, today: date) -> CaseStanding:
    """Return where a case stands.

    Raises:
        NotFound: there is no such case.
    """
    case = queries.find_case(session, case_id)
    verdict, withdrawn = queries.find_verdict(session, case), queries.is_withdrawn(session, case)
    judged = verdict is not None
    running = [] if case.status is Status.CLOSED else [c for c in case.clocks if c.met_on is None]
    return CaseStanding(
        case=case,
        history=list_shown_history(case),
        owed=[clock for clock in running if clock.deadline in OWED],
        answer_by=next((clock.due_on for clock in running if clock.deadline == OWN), None),
        review_until=compute_review_end(case, today=today),
        verdict=verdict,
        withdrawn=withdrawn,
        extended_for=queries.find_extension_reason(session, case),
        may=frozenset(
            act
            for act in LetterAct
            if may(case, act, judged=judged, withdrawn=withdrawn, today=today)
        ),
        recovery=get_recovery_key(session).recipient,
    )


def list_shown_history(case: Case) -> list[tuple[Status, date]]:
    """Return the states a reporter sees, with their first days.

    What is hidden leaves no gap: a state that comes back after a hidden one is shown once.
    """
    shown: list[tuple[Status, date]] = []
    for change in case.history:
        if is_shown_to_reporter(change.status) and (not shown or shown[-1][0] is not change.status):
            shown.append((change.status, change.changed_on))
    return shown
