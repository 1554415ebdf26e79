"""Who comes onto a roster and who goes: signed by members of the body, or by two of the board."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import takewhile

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from crypto.acts import Signed, encode_field, read
from portal.accounts import queries
from portal.accounts.models import Account, KeyCopy, RosterAct, RosterMove
from portal.accounts.policy import check_may_admit, check_may_remove
from portal.accounts.service import act_checks, member_keys, roster
from portal.cases import audit
from portal.cases.bodies import PORTAL_BOARD
from portal.cases.codes import AuditAct, SignedAct
from portal.cases.models import Case
from portal.core.errors import Invalid, Unsigned

# On the trail, when one signature is enough, and when another one is needed.
DONE = {RosterMove.ADMIT: AuditAct.ADMITTED, RosterMove.REMOVE: AuditAct.REMOVED}
DONE_BY_ONE = {
    RosterMove.ADMIT: AuditAct.ADMITTED_BY_ONE,
    RosterMove.REMOVE: AuditAct.REMOVED_BY_ONE,
}
BOTH_WITHIN = timedelta(days=7)  # the two of a two-person act sign within so many days


def admit(
    session: Session,
    who: Account,
    colleague_id: str,
    copies: Mapping[int, bytes],
    *,
    signed: Signed,
    today: date,
) -> bool:
    """Admit a member to the roster of their body, and give them the keys of the body with it.

    Args:
        session: the database.
        who: a member of the same body, or of the board for a body with nobody left.
        colleague_id: who is admitted.
        copies: by epoch, the keys of the body sealed to the colleague.
        signed: the statement of who admits.
        today: the day.

    Returns:
        Whether this was enough; the board, and a body with nobody left, need a second one.

    Raises:
        NotFound: no such colleague for this person, or an epoch that they do not hold.
        NotAllowed: this person does not admit colleagues.
        Invalid: the colleague has no key, or these are no sealed keys.
        Unsigned: not signed as it must be.
    """
    colleague = queries.get_account(session, colleague_id)
    orphaned = queries.is_orphaned(session, str(colleague.body_code))
    check_may_admit(who, colleague, orphaned=orphaned)
    act_checks.begin(
        session,
        who,
        signed,
        act=SignedAct.ADMIT,
        subject=colleague.id,
        fields={
            "signing": get_signing_key(colleague).hex(),
            "recipient": encode_field([str(colleague.recipient)]),
        },
        today=today,
    )
    pair = PORTAL_BOARD in {colleague.body_code, who.body_code}
    if not _is_enough(session, RosterMove.ADMIT, colleague, who, signed, pair=pair, today=today):
        return False
    if not queries.is_admitted(session, colleague):
        roster.enter(session, str(colleague.body_code), colleague, today=today)
    colleague.proven = True
    if copies:
        member_keys.give_copies(session, who.id, colleague.id, copies, today=today)
    return True


def remove(
    session: Session, who: Account, colleague_id: str, *, signed: Signed, today: date
) -> bool:
    """Take a member off the roster; their copies of keys go, and the cases they held are free.

    Returns:
        Whether this was enough; members of other bodies are removed by two of the board.

    Raises:
        NotFound: no such member for this person.
        NotAllowed: nobody removes themselves.
        Invalid: too few would be left.
        Unsigned: not signed as it must be.
    """
    colleague = queries.get_account(session, colleague_id)
    check_may_remove(who, colleague)
    check_can_go(session, colleague)
    fields = {"signing": get_signing_key(colleague).hex()}
    act_checks.begin(
        session, who, signed, act=SignedAct.REMOVE, subject=colleague.id, fields=fields, today=today
    )
    pair = who.body_code != colleague.body_code
    if not _is_enough(session, RosterMove.REMOVE, colleague, who, signed, pair=pair, today=today):
        return False
    for entry in roster.list_standing(session, colleague.id):
        entry.until = today
    session.execute(delete(KeyCopy).where(KeyCopy.account_id == colleague.id))
    release_cases(session, colleague)
    return True


def return_to_roster(session: Session, who: Account, *, signed: Signed, today: date) -> None:
    """Let a member whose sign-in was reset show that they still have their key.

    Raises:
        Unsigned: not signed as it must be.
    """
    act_checks.begin(session, who, signed, act=SignedAct.RETURN, subject=who.id, today=today)
    session.get_one(Account, who.id).proven = True
    audit.record(session, AuditAct.CAME_BACK, actor=who.id, detail=who.id, today=today)


def check_can_go(session: Session, member: Account) -> None:
    """Check that a body can do without a member.

    Raises:
        Invalid: nobody would be left to act for the body, or to open its reports.
    """
    body = str(member.body_code)
    left = {entry.account_id for entry in queries.list_current_roster(session, body)} - {member.id}
    fewest = roster.FEWEST_FOUNDERS.get(body, 1)
    stands = queries.is_admitted(session, member)
    if (stands and len(left) < fewest) or queries.is_last_holder(session, member):
        raise Invalid("the last member of a body hands it on first", code="last")


def release_cases(session: Session, member: Account) -> None:
    """Give back every case that a member holds."""
    session.execute(
        update(Case)
        .where(Case.holder_id == member.id)
        .values(holder_id=None, version=Case.version + 1)
    )


def get_signing_key(member: Account) -> bytes:
    """Return the public signing key of a member.

    Raises:
        Invalid: they have none.
    """
    if member.signing is None:
        raise Invalid("the colleague has no signing key yet", code="no-key")
    return member.signing


def _is_enough(  # noqa: PLR0913 - who signed what about whom
    session: Session,
    move: RosterMove,
    colleague: Account,
    who: Account,
    signed: Signed,
    *,
    pair: bool,
    today: date,
) -> bool:
    """Keep a statement about a roster, and tell whether as many have made it as must."""
    if pair and not queries.is_seasoned(session, who, today):
        raise Unsigned("season")
    roster.note(session, move, str(colleague.body_code), colleague, signed, today=today)
    enough = not pair or len(_list_signers(session, move, colleague, today)) > 1
    done = DONE[move] if enough else DONE_BY_ONE[move]
    audit.record(session, done, actor=who.id, detail=colleague.id, today=today)
    return enough


def _list_signers(session: Session, move: RosterMove, colleague: Account, today: date) -> set[str]:
    """Return who made this statement lately, and may still make it: two people, two keys."""
    rows = session.scalars(
        select(RosterAct)
        .where(RosterAct.account_id == colleague.id, RosterAct.body_code == colleague.body_code)
        .order_by(RosterAct.number.desc())
    )
    same = takewhile(lambda row: (row.act, row.signing) == (move, colleague.signing), rows)
    said = [read(str(row.statement)) for row in same if row.done_on + BOTH_WITHIN >= today]
    return {
        act.signer
        for act in said
        if queries.is_seasoned(session, session.get_one(Account, act.signer), today)
        and queries.is_on_roster(session, act.signer, PORTAL_BOARD, act.key)
    }
