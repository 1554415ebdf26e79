"""What is read of the log: nodes, entries, checkpoints with their witnesses, proofs."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from crypto import merkle
from crypto.cosignature import Policy
from crypto.merkle import Node
from crypto.tlogproof import Proof
from portal.cases.models import LogStep
from portal.core.errors import NotFound
from portal.transparency.models import (
    HEAD,
    LEVEL_BITS,
    LogBatch,
    LogCheckpoint,
    LogCosignature,
    LogEntry,
    LogHead,
    LogName,
    LogNode,
)

_MANY = 1000  # rows asked for at once


def compute_place(node: Node) -> int:
    """Return the number under which a node is stored."""
    return node.level << LEVEL_BITS | node.number


def make_reader(session: Session) -> merkle.Reader:
    """Return what reads nodes of the tree."""

    def read(nodes: Sequence[Node]) -> list[bytes]:
        places = [compute_place(node) for node in nodes]
        hashes: dict[int, bytes] = {}
        for start in range(0, len(places), _MANY):
            wanted = select(LogNode.place, LogNode.hash).where(
                LogNode.place.in_(places[start : start + _MANY])
            )
            hashes.update(dict(session.execute(wanted).all()))
        return [hashes[place] for place in places]

    return read


def count_entries(session: Session) -> int:
    """Return how many entries the log has."""
    head = session.get(LogHead, HEAD)
    return head.size if head else 0


def find_latest(session: Session) -> LogCheckpoint | None:
    """Return the newest state that the log signed."""
    signed = select(LogCheckpoint).where(LogCheckpoint.note.is_not(None))
    return session.scalars(signed.order_by(LogCheckpoint.size.desc()).limit(1)).first()


def list_unsigned(session: Session) -> Sequence[LogCheckpoint]:
    """Return the states that the log has not signed yet, the smallest first."""
    waiting = select(LogCheckpoint).where(LogCheckpoint.note.is_(None))
    return session.scalars(waiting.order_by(LogCheckpoint.size)).all()


def find_witnessed(session: Session, policy: Policy) -> LogCheckpoint | None:
    """Return the newest state that as many witnesses have seen as a policy asks for."""
    if not policy.needed:
        return find_latest(session)
    keys = [(key.name, key.id) for key in policy.witnesses]
    seen = (
        select(LogCosignature.size)
        .where(tuple_(LogCosignature.witness, LogCosignature.key_id).in_(keys))
        .group_by(LogCosignature.size)
        .having(func.count(LogCosignature.witness.distinct()) >= policy.needed)
        .order_by(LogCosignature.size.desc())
        .limit(1)
    )
    size = session.scalar(seen)
    return None if size is None else session.get_one(LogCheckpoint, size)


def format_checkpoint(session: Session, checkpoint: LogCheckpoint) -> bytes:
    """Return a checkpoint as it is served, with the lines of all witnesses who have seen it."""
    lines = session.scalars(
        select(LogCosignature.line)
        .where(LogCosignature.size == checkpoint.size)
        .order_by(LogCosignature.witness, LogCosignature.key_id)
    )
    return checkpoint.note + "".join(lines).encode()


def read_entries(session: Session, first: int, end: int) -> list[bytes]:
    """Return the entries from one position up to but without another."""
    wanted = (
        select(LogEntry.entry)
        .where(LogEntry.position >= first, LogEntry.position < end)
        .order_by(LogEntry.position)
    )
    return list(session.scalars(wanted))


def build_proof(session: Session, position: int, checkpoint: LogCheckpoint) -> Proof:
    """Return the proof that an entry stands in the log.

    Raises:
        NotFound: the checkpoint is older than the entry.
    """
    if position >= checkpoint.size:
        raise NotFound("not under this checkpoint")
    hashes = merkle.prove_inclusion(position, checkpoint.size, make_reader(session))
    return Proof(position, tuple(hashes), format_checkpoint(session, checkpoint))


def list_steps(session: Session, case_id: str) -> Sequence[LogStep]:
    """Return the steps of a case in their order, also those that wait for the next batch."""
    steps = select(LogStep).where(LogStep.case_id == case_id)
    return session.scalars(steps.order_by(LogStep.id)).all()


def find_newest_position(session: Session, kind: str, name: str) -> int | None:
    """Return where the newest entry stands that names something; none: there is none."""
    return session.scalar(
        select(func.max(LogName.position)).where(LogName.kind == kind, LogName.name == name)
    )


def find_first_position(session: Session, kind: str, name: str) -> int | None:
    """Return where something was named for the first time; none: it never was."""
    return session.scalar(
        select(func.min(LogName.position)).where(LogName.kind == kind, LogName.name == name)
    )


def find_log_day(session: Session, position: int) -> date | None:
    """Return the day on which an entry was put into the log; none: there is no such entry."""
    first = select(LogCheckpoint.made_on).where(LogCheckpoint.size > position)
    return session.scalar(first.order_by(LogCheckpoint.size).limit(1))


def find_last_batch(session: Session) -> LogBatch | None:
    """Return the newest batch."""
    return session.scalars(select(LogBatch).order_by(LogBatch.through.desc()).limit(1)).first()


def map_batch_days(session: Session, positions: Sequence[int]) -> dict[int, date]:
    """Return the day at whose end the batch closed that brought each of these entries."""
    first = min(positions, default=0)
    query = select(LogBatch).where(LogBatch.size > first).order_by(LogBatch.size)
    batches = session.scalars(query).all() if positions else []
    sizes = [batch.size for batch in batches]
    places = {position: bisect_right(sizes, position) for position in positions}
    return {
        position: batches[place].through
        for position, place in places.items()
        if place < len(batches)
    }


def count_reports(session: Session, first: date, last: date) -> int:
    """Return how many reports the batches had that closed from one day to another."""
    query = select(func.coalesce(func.sum(LogBatch.reports), 0)).where(
        LogBatch.through >= first, LogBatch.through <= last
    )
    return session.scalar(query) or 0


def find_first_waiting_day(session: Session, before: date) -> date | None:
    """Return the day of the oldest step before another day that is not in the log yet."""
    return session.scalar(
        select(func.min(LogStep.made_on)).where(
            LogStep.position.is_(None), LogStep.made_on < before
        )
    )


def count_reports_of_week(session: Session, today: date) -> int:
    """Return how many reports the batches of the last seven days had."""
    return count_reports(session, today - timedelta(days=7), today)


def list_batches(session: Session, count: int) -> Sequence[LogBatch]:
    """Return the newest batches, the newest first."""
    return session.scalars(select(LogBatch).order_by(LogBatch.through.desc()).limit(count)).all()


def list_names(session: Session, kind: str) -> Sequence[tuple[str, int]]:
    """Return every name of a kind with the position of its newest entry, by name."""
    query = select(LogName.name, func.max(LogName.position)).where(LogName.kind == kind)
    rows = session.execute(query.group_by(LogName.name).order_by(LogName.name)).all()
    return [(name, position) for name, position in rows]


def list_witnesses(session: Session, of_size: int) -> Sequence[str]:
    """Return the names of the witnesses who have seen a checkpoint."""
    names = select(LogCosignature.witness).where(LogCosignature.size == of_size).distinct()
    return session.scalars(names.order_by(LogCosignature.witness)).all()
