"""The audit trail: who did what on which day, each entry chained to the one before."""

from datetime import date
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.acts import Signed
from crypto.acts import read as read_act
from crypto.text import to_base64, to_json
from portal.cases import committed_facts, signed_acts
from portal.cases.codes import AuditAct
from portal.cases.models import AuditEntry, AuditHead
from portal.cases.trailmark import APPENDED
from portal.core.db import lock_row

REPORTER, SYSTEM = "reporter", "system"
HEAD = 1  # the only row of its table
START = bytes(32)
_BATCH = 1000
_LONGEST_NUMBER = 16  # digits


def record(  # noqa: PLR0913 - each name is one column of the row
    session: Session,
    act: AuditAct,
    *,
    actor: str,
    case_id: str | None = None,
    detail: str = "",
    signed: Signed | None = None,
    today: date,
) -> AuditEntry:
    """Append an entry. Whoever appends next waits until this transaction has ended.

    Args:
        session: of the transaction that does the act itself.
        act: what was done.
        actor: id of an account, "reporter" or "system".
        case_id: the case, if it was done to one.
        detail: a code, never words of a person.
        signed: the statement of the actor, checked by `accounts.service.act_checks.check`; if none
            is given and the act needs one, that of the transaction (`cases.signed_acts`).
        today: the day.

    Raises:
        Unsigned: the act of a person needs a signature, and has none that says so.
    """
    if signed is None and act in signed_acts.NEEDS_SIGNATURE and actor not in {SYSTEM, REPORTER}:
        signed = signed_acts.require_signed(
            session, signed_acts.TrailEntry(act, actor, case_id, detail, today)
        )
    committed_facts.set_act_day(session, today)
    head = lock_row(session, AuditHead(id=HEAD, number=0, hash=START))
    entry = AuditEntry(
        number=head.number + 1,
        done_on=today,
        actor=actor,
        act=act.value,
        case_id=case_id,
        detail=detail,
        statement=signed.statement if signed else None,
        signature=signed.signature if signed else None,
        hash=b"",
    )
    entry.hash = _hash_entry(head.hash, entry)
    session.add(entry)
    head.number, head.hash = entry.number, entry.hash
    session.info[APPENDED] = True
    session.flush()  # the next entry of this transaction reads the head again
    return entry


def format_end(session: Session) -> str:
    """Return the number and the hash of the last entry, as a statement names them."""
    head = session.get(AuditHead, HEAD)
    number, last = (head.number, head.hash) if head else (0, START)
    return f"{number}:{last.hex()}"


def has_entry(session: Session, pin: object) -> bool:
    """Tell whether the trail still has the entry that a statement names.

    Args:
        session: the database.
        pin: number and hash, as `end` gave them to the page of the signer.
    """
    number, _, digest = pin.partition(":") if isinstance(pin, str) else ("", "", "")
    if not (number.isascii() and number.isdecimal() and len(number) < _LONGEST_NUMBER):
        return False
    if int(number) == 0:  # only the very first act has no entry before it
        return digest == START.hex() and session.get(AuditHead, HEAD) is None
    entry = session.get(AuditEntry, int(number))
    return entry is not None and entry.hash.hex() == digest


def find_signed(session: Session, act: AuditAct, *, actor: str, case_id: str) -> Signed | None:
    """Return the statement of the last such act of somebody in a case; None without a signature."""
    entry = session.scalar(
        select(AuditEntry)
        .where(AuditEntry.case_id == case_id, AuditEntry.act == act, AuditEntry.actor == actor)
        .order_by(AuditEntry.number.desc())
        .limit(1)
    )
    if entry is None or entry.statement is None or entry.signature is None:
        return None
    return Signed(entry.statement, entry.signature, read_act(entry.statement).origin)


def verify(session: Session) -> list[str]:
    """Return every fault of the chain: an entry that is missing, altered or out of place."""
    faults = []
    number, last = 0, START
    entries = select(AuditEntry).order_by(AuditEntry.number).execution_options(yield_per=_BATCH)
    for entry in session.scalars(entries):
        if entry.number != number + 1:
            faults.append(f"entry {number + 1} is missing")
        elif entry.hash != _hash_entry(last, entry):
            faults.append(f"entry {entry.number} was altered")
        number, last = entry.number, entry.hash
    head = session.get(AuditHead, HEAD)
    if (number, last) != ((head.number, head.hash) if head else (0, START)):
        faults.append("the end of the trail is missing")
    return faults


def _hash_entry(before: bytes, entry: AuditEntry) -> bytes:
    """Return the hash of an entry: SHA-256 over the hash before it and its own fields as JSON."""
    told: list[object] = [
        entry.number,
        entry.done_on.isoformat(),
        entry.actor,
        entry.act,
        entry.case_id,
        entry.detail,
    ]
    if entry.statement is not None:
        told += [entry.statement, to_base64(entry.signature or b"")]
    return sha256(before + to_json(told).encode()).digest()
