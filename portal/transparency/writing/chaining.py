"""Entries of steps: each follows the one before in its case, with the case's own key."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import steps
from crypto.errors import CryptoError
from crypto.log_entries import OUTCOME, REPORT, VERSION, WITH_FACTS, Leaf, Step
from portal.cases.models import Case, LogStep
from portal.core.errors import Conflict
from portal.core.keyring import Keyring
from portal.transparency.writing.log_keys import BlindingKeys

_MANY = 500  # cases whose rows are asked for at once

Placed = tuple[Leaf, LogStep]


@dataclass
class ChainedSteps:
    """Entries with their steps, and why some steps have none."""

    made: list[Placed] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def chain_steps(session: Session, keyring: Keyring, through: date) -> ChainedSteps:
    """Return the entries of all steps that wait, up to and with a day.

    Number, tag and commitment of each step are written down.

    Args:
        session: of a transaction that writes.
        keyring: opens the keys of cases.
        through: the day.
    """
    waiting = (
        select(LogStep)
        .where(LogStep.position.is_(None), LogStep.made_on <= through)
        .order_by(LogStep.case_id, LogStep.id)
    )
    by_case: dict[str, list[LogStep]] = {}
    for step in session.scalars(waiting):
        by_case.setdefault(step.case_id, []).append(step)
    chained, blinds = ChainedSteps(), BlindingKeys(keyring)
    with session.no_autoflush:  # each question would write down all steps before it
        for ids in _split_ids(by_case):
            known = _ChainEnds(session, ids)
            for case_id in ids:
                try:
                    chained.made += known.extend_chain(blinds, case_id, by_case[case_id])
                except (CryptoError, Conflict) as error:
                    chained.faults.append(f"case {case_id}: {error}")
    return chained


def encode_payload(step: LogStep) -> bytes:
    """Return what a step commits to, from what the database says of it."""
    digest = bytes.fromhex(step.digest)
    facts, inside = (step.facts or "").encode(), hash_inside(step)
    if step.type == REPORT:
        return steps.encode_report(digest, facts, inside)
    if step.type == OUTCOME:
        return steps.encode_outcome(step.record.encode("ascii"), step.made_on, digest)
    record = step.record.encode("ascii")
    return steps.encode_step(step.what, step.made_on, digest, record, facts, inside)


def hash_inside(step: LogStep) -> bytes:
    """Return the SHA-256 of the facts of a step that only the portal knows; none: it has none."""
    return sha256(step.inside.encode()).digest() if step.inside else b""


class _ChainEnds:
    """Keys of some cases, and the end of what the log has of each."""

    def __init__(self, session: Session, ids: Sequence[str]) -> None:
        keys = session.execute(select(Case.id, Case.log_key).where(Case.id.in_(ids)))
        self.keys: dict[str, bytes | None] = dict(keys.all())
        merged = (
            select(LogStep.case_id, LogStep.number, LogStep.commitment)
            .where(LogStep.case_id.in_(ids), LogStep.position.is_not(None))
            .order_by(LogStep.case_id, LogStep.number)
        )
        self.ends: dict[str, tuple[int | None, bytes | None]] = {
            case_id: (number, commitment) for case_id, number, commitment in session.execute(merged)
        }

    def extend_chain(
        self, blinds: BlindingKeys, case_id: str, waiting: Sequence[LogStep]
    ) -> list[Placed]:
        """Return the entries of the next steps of a case, and write down what they commit to.

        Raises:
            CryptoError: its key was altered.
            Conflict: its key is gone, or the log does not have its report.
        """
        first, made, rest = waiting[0], list[Placed](), waiting
        locked_key = self.keys.get(case_id)
        if first.type == REPORT and first.tag and first.commitment:
            version = WITH_FACTS if first.inside else VERSION
            made.append((Step(first.type, first.tag, first.commitment, version), first))
            number, previous, rest = 0, first.commitment, waiting[1:]
        else:
            if locked_key is None and case_id not in self.ends:
                return []  # it is older than the log, which has nothing to continue
            number, previous = self._get_end(case_id)
        if not rest:
            return made
        if locked_key is None:
            raise Conflict("its key is gone")
        blinding_key = blinds.decrypt_key(case_id, locked_key)
        for step in rest:
            number += 1
            entry = steps.commit(blinding_key, step.type, number, previous, encode_payload(step))
            step.number, step.tag, step.commitment = number, entry.tag, entry.commitment
            previous = entry.commitment
            made.append((entry, step))
        return made

    def _get_end(self, case_id: str) -> tuple[int, bytes]:
        """Return number and commitment of the last step of a case that the log has."""
        number, commitment = self.ends.get(case_id, (None, None))
        if number is None or commitment is None:
            raise Conflict("its report is not in the log")
        return number, commitment


def _split_ids(by_case: Mapping[str, object]) -> Iterator[list[str]]:
    ids = iter(by_case)
    while some := list(islice(ids, _MANY)):
        yield some
