"""How every verb begins: find the case, check that this person may, and that the page is fresh."""

from sqlalchemy.orm import Session

from portal.accounts.models import Account
from portal.cases.models import Case
from portal.core.errors import Conflict
from portal.review import queries
from portal.review.policy import check_may_work


def lock_held_case(
    session: Session, case_id: str, *, who: Account, version: int | None = None
) -> Case:
    """Return a case that a person holds, locked for a change.

    Args:
        session: of the transaction.
        case_id: the case.
        who: who wants to change it.
        version: of the case as their page showed it; None where a page may be old.

    Raises:
        NotFound: there is no such case for this person.
        NotAllowed: they do not hold it.
        Conflict: it has changed since the page was made.
    """
    case = queries.find_case(session, who, case_id, to_change=True)
    check_may_work(who, case, decider=queries.find_decider(session, case_id))
    if version is not None and version != case.version:
        raise Conflict("the case has changed since")
    return case
