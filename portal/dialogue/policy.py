"""What a reporter may do with their case: every check returns, or raises the reason."""

from datetime import date

from portal.cases.codes import DeadlineCode
from portal.cases.models import Case
from portal.cases.states import CONCLUDED
from portal.core.errors import Conflict
from portal.dialogue.letter import LetterAct

REVIEW_WINDOW = DeadlineCode.REVIEW_WINDOW


def compute_review_end(case: Case, *, today: date) -> date | None:
    """Return the last day on which the reporter may ask for a review, or None if they may not."""
    if case.status not in CONCLUDED:
        return None
    running = [
        clock.due_on
        for clock in case.clocks
        if clock.deadline == REVIEW_WINDOW and clock.met_on is None and clock.due_on >= today
    ]
    return max(running, default=None)


def check_may(case: Case, act: LetterAct, *, judged: bool, withdrawn: bool, today: date) -> None:
    """Check that a reporter may do something now. A message may be added at any time.

    Args:
        case: the case.
        act: what they want to do.
        judged: whether they gave their verdict already.
        withdrawn: whether they withdrew the report already.
        today: the day.

    Raises:
        Conflict: not now, or not twice.
    """
    match act:
        case LetterAct.VERDICT if judged or case.concluded_on is None:
            raise Conflict("one verdict, after a decision")
        case LetterAct.REVIEW if compute_review_end(case, today=today) is None:
            raise Conflict("no review can be asked for now")
        case LetterAct.WITHDRAW if withdrawn or case.status in CONCLUDED:
            raise Conflict("nothing to withdraw")
        case _:
            return


def may(case: Case, act: LetterAct, *, judged: bool, withdrawn: bool, today: date) -> bool:
    """Tell the same to a page, which then offers it or does not."""
    try:
        check_may(case, act, judged=judged, withdrawn=withdrawn, today=today)
    except Conflict:
        return False
    return True
