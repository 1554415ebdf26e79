"""Who may do what with a case they can see: every check returns, or raises the reason."""

from portal.accounts.models import Account, Role
from portal.cases.bodies import PORTAL_BOARD, PROS_SPEC
from portal.cases.codes import DeadlineCode
from portal.cases.models import Case
from portal.core.errors import NotAllowed, NotFound

# Who works on cases; an administrator never does.
READERS = (Role.INVESTIGATOR, Role.HEAD, Role.OVERSIGHT)

REVIEW_CLOCK = DeadlineCode.REVIEW_DECISION


def is_under_review(case: Case) -> bool:
    """Tell whether the reporter asked for a review that nobody has decided yet."""
    return any(clock.deadline == REVIEW_CLOCK and clock.met_on is None for clock in case.clocks)


def check_may_take(who: Account, case: Case, *, decider: str | None) -> None:
    """Check that a person may become the holder of a case of their body.

    Raises:
        NotFound: the case belongs to another body.
        NotAllowed: they do not work on cases, or would review their own decision.
    """
    if who.body_code != case.body_code:
        raise NotFound("a case of another body")
    if who.role not in READERS or not who.active:
        raise NotAllowed("does not work on cases")
    if is_under_review(case) and who.id == decider:
        raise NotAllowed("nobody reviews their own decision")


def check_may_work(who: Account, case: Case, *, decider: str | None) -> None:
    """Check that a person may change a case: only its holder may.

    Raises:
        NotFound: the case belongs to another body.
        NotAllowed: somebody else holds it, or nobody, or it is a review of their own decision.
    """
    check_may_take(who, case, decider=decider)
    if case.holder_id != who.id:
        raise NotAllowed("take the case first")


def check_may_assign(who: Account, case: Case) -> None:
    """Check that a person may give a case to a colleague, or back: its holder and the head may.

    Raises:
        NotFound: the case belongs to another body.
        NotAllowed: neither of the two.
    """
    if who.body_code != case.body_code:
        raise NotFound("a case of another body")
    if who.id != case.holder_id and who.role is not Role.HEAD:
        raise NotAllowed("only the holder or the head gives a case away")


def check_may_answer(who: Account, case: Case) -> None:
    """Check that a person may be the second one for an act that needs two bodies.

    That is the oversight board; for its own cases, the head of the special prosecutors.

    Raises:
        NotFound: they may not know of it.
    """
    by_board = who.role is Role.OVERSIGHT and who.body_code == PORTAL_BOARD
    by_prosecutors = who.role is Role.HEAD and who.body_code == PROS_SPEC
    second = by_prosecutors if case.body_code == PORTAL_BOARD else by_board
    if not second:
        raise NotFound("not a second person for this case")
