"""The log grows: entries are appended, steps merged in shuffled batches, keys announced.

A state is signed after the transaction that brought its entries was committed, by a transaction of
its own (`sign`): what no database holds was never signed. Before entries are appended, and again
before the signature, whatever this key signed or published must be a part of the log (`signed`).
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import event, insert, select, update
from sqlalchemy.orm import Session

from crypto import checkpoint, merkle
from crypto.checkpoint import Checkpoint
from crypto.log_entries import (
    BATCH,
    REPORT,
    Announcement,
    Erasure,
    Leaf,
    Release,
)
from crypto.merkle import hash_leaf
from portal.cases import committed_facts
from portal.cases.audit import HEAD as AUDIT_HEAD
from portal.cases.models import AuditHead, Case, LogStep
from portal.core.db import WRITES, lock_row
from portal.core.errors import Conflict
from portal.core.keyring import Keyring
from portal.transparency import queries
from portal.transparency.models import (
    HEAD,
    LogBatch,
    LogCheckpoint,
    LogEntry,
    LogHead,
    LogName,
    LogNode,
)
from portal.transparency.writing import schedule
from portal.transparency.writing.chaining import Placed, chain_steps
from portal.transparency.writing.log_keys import (
    compute_trail_mark,
    derive_public_key,
    derive_signing_key,
)
from portal.transparency.writing.signed import SignedStates, check

UNCHANGING = frozenset({"recipient", "signing"})  # a body that needs another key has another epoch
RELEASE = "release"  # kind of the names of releases, beside those of announcements
_RANDOM = secrets.SystemRandom()
_GROWN = "log_grown"  # in the notes of a session: the log whose new states are to be signed


@dataclass(frozen=True)
class Log:
    """What it takes to write into the log: its name for ever, keys, and what they signed."""

    origin: str
    keyring: Keyring = field(repr=False)
    states: SignedStates


@dataclass(frozen=True)
class MergedBatch:
    """What one batch brought."""

    through: date
    entries: int
    faults: tuple[str, ...]  # steps that cannot be put into the log as they stand in the database


def append(session: Session, log: Log, leaves: Sequence[Leaf], *, today: date) -> range:
    """Append entries. Their state is signed as soon as the transaction has been committed.

    Whoever appends next waits until the end.

    Args:
        session: of a transaction that writes.
        log: which.
        leaves: what is added, in this order.
        today: the day.

    Returns:
        The positions of the entries.

    Raises:
        Conflict: this database has a log of another name, or an older one than was signed.
    """
    head = _lock_head(session, log)
    first = head.size
    added = range(first, first + len(leaves))
    if not leaves:
        return added
    read = queries.make_reader(session)
    nodes = merkle.append(first, [hash_leaf(leaf.entry) for leaf in leaves], read)
    rows = session.connection()  # rows of these two are no objects: there are many
    rows.execute(
        insert(LogEntry),
        [
            {"position": place, "entry": leaf.entry}
            for place, leaf in zip(added, leaves, strict=True)
        ],
    )
    rows.execute(
        insert(LogNode),
        [{"place": queries.compute_place(node), "hash": node_hash} for node, node_hash in nodes],
    )
    names = [
        {"position": place, "kind": kind, "name": name}
        for place, leaf in zip(added, leaves, strict=True)
        for kind, name in _list_names(leaf)
    ]
    if names:
        session.execute(insert(LogName), names)
    head.size = added.stop
    session.add(
        LogCheckpoint(size=head.size, root=merkle.compute_root(head.size, read), made_on=today)
    )
    session.flush()
    _sign_after_commit(session, log)
    return added


def sign(session: Session, log: Log) -> None:
    """Sign every state that was committed and is not signed yet.

    Args:
        session: of a transaction that writes, and in which nothing was appended.
        log: which.

    Raises:
        Conflict: what was signed or published before is no part of this log.
    """
    _lock_head(session, log)
    waiting = queries.list_unsigned(session)
    notes = [_sign_state(session, log, row) for row in waiting]
    if notes:
        log.states.write(notes[-1])  # first of all: then nothing is signed that nobody knows of
    for row, note in zip(waiting, notes, strict=True):
        row.note = note
    session.flush()


def _sign_state(session: Session, log: Log, row: LogCheckpoint) -> bytes:
    root = merkle.compute_root(row.size, queries.make_reader(session))
    if root != row.root:
        raise Conflict(f"the state of {row.size} entries does not follow from them: not signed")
    return checkpoint.issue(
        Checkpoint(log.origin, row.size, root), derive_signing_key(log.keyring)
    ).data


def _sign_after_commit(session: Session, log: Log) -> None:
    if _GROWN not in session.info:
        event.listen(session, "after_commit", _sign_grown)
    session.info[_GROWN] = log


def _sign_grown(session: Session) -> None:
    if session.in_nested_transaction() or (log := session.info.get(_GROWN)) is None:
        return
    session.info[_GROWN] = None
    with Session(session.get_bind()) as signing, signing.begin():
        signing.connection(execution_options=WRITES)
        sign(signing, log)


def merge(
    session: Session, log: Log, *, today: date, first_open: date | None = None
) -> list[MergedBatch]:
    """Put every batch that is due into the log; nothing if none is. Safe to run at any time.

    Args:
        session: of a transaction that writes.
        log: which.
        today: the day.
        first_open: the first day whose steps wait; none: today.

    Raises:
        Conflict: this database has a log of another name.
    """
    _lock_head(session, log)  # of two who merge at once the second sees what the first has done
    committed_facts.attach_facts(session)
    last, end = queries.find_last_batch(session), first_open or today
    due = schedule.list_due_batches(
        last.through if last else None,
        queries.find_first_waiting_day(session, end),
        queries.count_reports_of_week(session, end),
        today=end,
    )
    return [_merge_through(session, log, day, today=today) for day in due]


def announce(
    session: Session, log: Log, announcements: Sequence[Announcement], *, today: date
) -> int:
    """Put into the log what it does not say yet of keys, code and policies.

    A key that replaced another of the same name is not announced: see `is_replaced`.

    Args:
        session: of a transaction that writes.
        log: which.
        announcements: what is in use now.
        today: the day.

    Returns:
        How many entries were added.
    """
    _lock_head(session, log)
    new = [
        announcement
        for announcement in announcements
        if not is_announced(session, announcement) and not is_replaced(session, announcement)
    ]
    append(session, log, new, today=today)
    return len(new)


def is_replaced(session: Session, announcement: Announcement) -> bool:
    """Tell whether the log knows another key under this name; keys of an epoch never change."""
    if announcement.kind not in UNCHANGING:
        return False
    first = queries.find_first_position(session, announcement.kind, announcement.name)
    return first is not None and session.get_one(LogEntry, first).entry != announcement.entry


def is_announced(session: Session, announcement: Announcement) -> bool:
    """Tell whether the newest entry of this kind and name says exactly this."""
    position = queries.find_newest_position(session, announcement.kind, announcement.name)
    return position is not None and session.get_one(LogEntry, position).entry == announcement.entry


def log_release(session: Session, log: Log, name: str, digest: bytes, *, today: date) -> int:
    """Put the release of figures into the log, and return its position.

    Args:
        session: of the transaction that publishes it.
        log: which.
        name: 2026-q3/v1.
        digest: SHA-256 of its manifest.
        today: the day.
    """
    return append(session, log, [Release(name, digest)], today=today).start


def _merge_through(session: Session, log: Log, through: date, *, today: date) -> MergedBatch:
    """Put the steps up to and with a day into the log, in an order that says nothing."""
    erased = _list_erasures(
        session, through
    )  # asked first: what it asks would write down all below
    chained = chain_steps(session, log.keyring, through)
    places = [*chained.made, *erased]
    _RANDOM.shuffle(places)
    name, trail = through.isoformat(), session.get(AuditHead, AUDIT_HEAD)
    closing = Announcement(BATCH, name, compute_trail_mark(log.keyring, trail) if trail else b"")
    added = append(session, log, [*(leaf for leaf, _ in places), closing], today=today)
    for position, (leaf, step) in zip(added, places, strict=False):
        if isinstance(leaf, Erasure):
            step.erasure = position
        else:
            step.position = position
    session.add(
        LogBatch(
            through=through,
            size=added.stop,
            reports=sum(step.type == REPORT for _, step in chained.made),
            trail=trail.number if trail else None,
            merged_on=today,
        )
    )
    session.flush()
    _forget_keys(session)
    return MergedBatch(through, len(places), tuple(chained.faults))


def _list_erasures(session: Session, through: date) -> list[Placed]:
    """Return an entry for each object that was destroyed and whose step the log has."""
    due = select(LogStep).where(
        LogStep.erased_on <= through, LogStep.erasure.is_(None), LogStep.position.is_not(None)
    )
    return [(Erasure(step.tag or b""), step) for step in session.scalars(due)]


def _forget_keys(session: Session) -> None:
    """Destroy the keys of cases that were erased and have nothing more to be put into the log."""
    waiting = select(LogStep.id).where(
        LogStep.case_id == Case.id,
        LogStep.position.is_(None) | (LogStep.erased_on.is_not(None) & LogStep.erasure.is_(None)),
    )
    session.execute(
        update(Case)
        .where(Case.second_half.is_(None), Case.log_key.is_not(None), ~waiting.exists())
        .values(log_key=None),
        execution_options={"synchronize_session": False},
    )


def _lock_head(session: Session, log: Log) -> LogHead:
    """Lock the log, and make sure that it has all that its key signed and published.

    Raises:
        Conflict: this database has a log of another name, or an older or another history.
    """
    head = lock_row(session, LogHead(id=HEAD, origin=log.origin, size=0))
    if head.origin != log.origin:
        raise Conflict(f"the log of this portal is called {head.origin}, for ever")
    check(session, log.states, derive_public_key(log.keyring, log.origin))
    return head


def _list_names(leaf: Leaf) -> list[tuple[str, str]]:
    match leaf:
        case Announcement():
            return [(leaf.kind, leaf.name)]
        case Release():
            return [(RELEASE, leaf.name)]
        case _:
            return []
