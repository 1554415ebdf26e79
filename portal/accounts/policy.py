"""Who may hand keys to whom, and which roles exist where: return, or raise the reason."""

from portal.accounts.models import Account, Role
from portal.cases.bodies import PORTAL_BOARD
from portal.core.errors import Invalid, NotAllowed, NotFound

# Who reads cases of their own body; an administrator reads none.
READERS = frozenset({Role.INVESTIGATOR, Role.HEAD, Role.OVERSIGHT})
# Who admits colleagues of their own body. The board has no head: each of its members may.
ADMITTERS = frozenset({Role.HEAD, Role.OVERSIGHT})


def check_may_admit(admitter: Account, colleague: Account, *, orphaned: bool = False) -> None:
    """Check that one member may admit another to their body, and hand its keys on.

    Args:
        admitter: who admits.
        colleague: who is admitted.
        orphaned: nobody is left on the roster of the colleague's body; then the board admits.

    Raises:
        NotFound: the other one is not of the same body, or not active.
        NotAllowed: this member does not admit colleagues.
        Invalid: the colleague has no personal key yet.
    """
    same = admitter.body_code is not None and admitter.body_code == colleague.body_code
    same = same or (orphaned and admitter.body_code == PORTAL_BOARD)
    if colleague.body_code is None or not same or not colleague.active:
        raise NotFound("no such colleague")
    if admitter.role not in ADMITTERS or admitter.id == colleague.id:
        raise NotAllowed("only the head of the unit admits colleagues")
    if colleague.recipient is None:
        raise Invalid("the colleague has no key yet", code="no-key")


def check_may_remove(who: Account, member: Account) -> None:
    """Check that one member may take another off the roster.

    Raises:
        NotFound: the other one is of another body, and this one not of the board.
        NotAllowed: nobody removes themselves.
    """
    same = who.body_code is not None and who.body_code == member.body_code
    if member.body_code is None or not (same or who.body_code == PORTAL_BOARD):
        raise NotFound("no such member")
    if who.id == member.id or who.role not in READERS:
        raise NotAllowed("nobody removes themselves")


def check_role_fits(role: Role, body_code: str | None) -> None:
    """Check that a role exists in a body.

    Raises:
        Invalid: an administrator in a body, oversight outside the board, or the like.
    """
    fits = {
        Role.ADMINISTRATOR: body_code is None,
        Role.OVERSIGHT: body_code == PORTAL_BOARD,
    }.get(role, body_code not in (None, PORTAL_BOARD))
    if not fits:
        raise Invalid("this role does not exist in this body", field="body_code", code="role")
