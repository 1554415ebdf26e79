"""The log against itself: its tree is built again from the entries, a part at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto import checkpoint, cosignature, merkle, notes
from crypto.checkpoint import Checkpoint
from crypto.errors import CryptoError
from crypto.merkle import Node, hash_leaf
from portal.transparency import queries
from portal.transparency.models import (
    LogCheckpoint,
    LogCosignature,
    LogEntry,
    LogNode,
)
from portal.transparency.verifying import rows
from portal.transparency.verifying.contents import Claim, Contents

PART = 1 << 14  # entries in memory at once

Edge = dict[Node, bytes]


def check(
    session: Session,
    contents: Contents,
    claims: Sequence[Claim],
    tell: Callable[[int, int], None],
) -> Iterator[str]:
    """Yield what is wrong with entries, nodes, checkpoints and the rows that point at entries.

    Args:
        session: to read with.
        contents: filled on the way.
        claims: states of the log that others hold.
        tell: hears how many entries of how many are done.
    """
    size = queries.count_entries(session)
    edge: Edge = {}
    wrong = RootFaults()
    for first in range(0, size, PART):
        end = min(first + PART, size)
        entries = queries.read_entries(session, first, end)
        if len(entries) != end - first:
            contents.whole = False
            yield f"entries between {first} and {end} are missing: the tree cannot be built again"
            return
        yield from _grow(session, edge, first, entries, claims, wrong)
        yield from rows.check(session, first, entries, contents)
        yield from _check_signatures(session, first, end, contents)
        tell(end, size)
    yield from wrong.summarise()
    yield from _check_end(session, size, claims)


class RootFaults:
    """Roots that differ: the first is named, the others are counted."""

    def __init__(self) -> None:
        self.others = 0
        self.first = ""

    def add(self, size: int, text: str) -> Iterator[str]:
        """Yield the first one."""
        if self.first:
            self.others += 1
            return
        self.first = text
        yield (
            f"{text} of {size} entries has another root than the entries: one of them was altered,"
            " moved or left out after it was signed"
        )

    def summarise(self) -> Iterator[str]:
        """Yield how many followed."""
        if self.others:
            yield f"{self.others} later states have another root, too"


def _grow(
    session: Session,
    edge: Edge,
    first: int,
    entries: Sequence[bytes],
    claims: Sequence[Claim],
    wrong: RootFaults,
) -> Iterator[str]:
    """Add a part to the tree; compare its nodes, and the roots that were signed meanwhile."""
    end = first + len(entries)
    signed = _list_claims(session, first, end, claims)
    made: list[tuple[Node, bytes]] = []
    at = first
    for size in sorted({*signed, end}):
        leaves = [hash_leaf(entry) for entry in entries[at - first : size - first]]
        grown = merkle.append(at, leaves, lambda asked: [edge[node] for node in asked])
        made += grown
        edge.update(grown)
        _forget(edge, size)
        root = merkle.compute_root(size, lambda asked: [edge[node] for node in asked])
        for claim in signed.get(size, ()):
            if claim.root != root:
                yield from wrong.add(size, claim.what)
        at = size
    yield from _check_nodes(session, made)


def _list_claims(
    session: Session, first: int, end: int, claims: Sequence[Claim]
) -> dict[int, list[Claim]]:
    """Return all states of the log whose last entry is in a part, by their size."""
    rows = session.execute(
        select(LogCheckpoint.size, LogCheckpoint.root, LogCheckpoint.made_on).where(
            LogCheckpoint.size > first, LogCheckpoint.size <= end
        )
    )
    own = [Claim(f"the checkpoint of {day}", size, root) for size, root, day in rows]
    by_size: dict[int, list[Claim]] = {}
    for claim in (*own, *claims):
        if first < claim.size <= end:
            by_size.setdefault(claim.size, []).append(claim)
    return by_size


def _forget(edge: Edge, size: int) -> None:
    """Keep only the full subtrees that the tree is made of."""
    kept = {Node(level, (size >> level) - 1) for level in range(64) if size >> level & 1}
    for node in edge.keys() - kept:
        del edge[node]


def _check_nodes(session: Session, made: Sequence[tuple[Node, bytes]]) -> Iterator[str]:
    """Compare nodes with those that are stored; what follows from a wrong one is not named."""
    ordered = sorted(made)
    for level, group in groupby(ordered, key=lambda pair: pair[0].level):
        nodes = dict(group)
        places = [queries.compute_place(node) for node in nodes]
        stored: dict[int, bytes] = dict(
            session.execute(
                select(LogNode.place, LogNode.hash).where(
                    LogNode.place >= places[0], LogNode.place <= places[-1]
                )
            ).all()
        )
        faults = [node for node in nodes if stored.get(queries.compute_place(node)) != nodes[node]]
        for node in faults:
            what = f"entry {node.number}" if not level else f"node {node.level}/{node.number}"
            yield f"{what}: the hash that the tree has stored is not the one that follows from it"
        if faults:
            return


def _check_signatures(session: Session, first: int, end: int, contents: Contents) -> Iterator[str]:
    """Check the signatures under the checkpoints of a part, and what witnesses said of them."""
    states = session.execute(
        select(LogCheckpoint.size, LogCheckpoint.root, LogCheckpoint.note)
        .where(LogCheckpoint.size > first, LogCheckpoint.size <= end)
        .where(LogCheckpoint.note.is_not(None))
        .order_by(LogCheckpoint.size)
    )
    known: dict[int, tuple[Checkpoint, bytes]] = {}
    for size, root, note in states:
        said = Checkpoint(contents.key.name, size, root)
        known[size] = said, note
        try:
            if checkpoint.verify(notes.parse(note), [contents.key]) != said:
                yield f"the checkpoint of {size} entries: its note says something else"
        except CryptoError as error:
            yield f"the checkpoint of {size} entries is not signed by this log: {error}"
    yield from _check_cosignatures(session, first, end, known, contents)


def _check_cosignatures(
    session: Session,
    first: int,
    end: int,
    known: Mapping[int, tuple[Checkpoint, bytes]],
    contents: Contents,
) -> Iterator[str]:
    keys = {(key.name, key.id): key for key in contents.witnesses}
    lines = session.execute(
        select(
            LogCosignature.size, LogCosignature.witness, LogCosignature.key_id, LogCosignature.line
        ).where(LogCosignature.size > first, LogCosignature.size <= end)
    )
    for size, witness, key_id, line in lines:
        if size not in known:
            yield f"{witness} cosigned a checkpoint of {size} entries that is gone"
        elif key := keys.get((witness, key_id)):
            said, note = known[size]
            try:
                for signature in notes.parse(note + line.encode()).find_signatures(key):
                    cosignature.verify(said, signature, key)
            except CryptoError as error:
                yield f"{witness} did not cosign the checkpoint of {size} entries: {error}"


def _check_end(session: Session, size: int, claims: Sequence[Claim]) -> Iterator[str]:
    """Yield what there is more of than the log has entries."""
    entries = session.scalar(select(func.count()).where(LogEntry.position >= size))
    if entries:
        yield f"{entries} entries stand behind the end of the log"
    nodes = session.scalar(select(func.count()).select_from(LogNode)) or 0
    expected = sum(size >> level for level in range(64))
    if nodes != expected:
        yield f"the tree has {nodes} nodes stored where {expected} follow from its entries"
    if waiting := len(queries.list_unsigned(session)):
        yield f"{waiting} states of the log are not signed yet: the next `log merge` signs them"
    newest = session.scalar(select(func.max(LogCheckpoint.size))) or 0
    if newest != size:
        yield f"the log has {size} entries, and signed a checkpoint of {newest}"
    for claim in claims:
        if claim.size > size:
            yield (
                f"{claim.what} has {claim.size} entries, the database only {size}:"
                " it has lost a part of the log, or was set back to a copy"
            )
