"""The bundle: everything that lets a reporter check a case in the log without this server.

It holds no receipt and no key. Who reads it learns what the reporter was told and when, in codes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from crypto import merkle
from crypto.cosignature import Policy
from crypto.merkle import Node
from crypto.text import to_base64, to_json
from portal.cases.models import LogStep
from portal.transparency import queries
from portal.transparency.models import LogCheckpoint
from portal.transparency.writing import announcing
from portal.transparency.writing.chaining import hash_inside
from portal.transparency.writing.log_keys import derive_public_key
from portal.transparency.writing.promising import find_promise
from portal.transparency.writing.schedule import compute_promised_day
from portal.transparency.writing.service import Log

VERSION = 2  # of files: the first had no facts


@dataclass(frozen=True)
class BundleStep:
    """A step as the portal states it; index None: it waits for its batch."""

    type: str
    what: str
    day: date
    digest: str
    record: str
    facts: str  # coded facts that it commits to and that the reporter knows, JSON or ""
    inside: str  # SHA-256 of those that only the portal knows, hexadecimal or ""
    index: int | None
    proof: tuple[bytes, ...]
    erased: bool

    @property
    def content(self) -> dict[str, object]:
        """The step as it stands in the file."""
        return {
            "type": self.type,
            "what": self.what,
            "day": self.day.isoformat(),
            "digest": self.digest,
            "record": self.record,
            "facts": self.facts,
            "inside": self.inside,
            "index": self.index,
            "proof": [to_base64(proof_hash) for proof_hash in self.proof],
            "erased": self.erased,
        }


@dataclass(frozen=True)
class CaseBundle:
    """What the portal states of a case, and proofs for what of it stands in the log."""

    origin: str
    policy: Policy
    promise: bytes  # a signed note, or nothing: none was given
    checkpoint: bytes  # with the lines of witnesses, or nothing: the log is empty
    steps: tuple[BundleStep, ...]

    @property
    def text(self) -> str:
        """The bundle as a file.

        Source: docs/crypto-spec.md, "Bundle".
        """
        content = {
            "v": VERSION,
            "origin": self.origin,
            "log_key": self.policy.log[0].text,
            "policy": {
                "witnesses": [key.text for key in self.policy.witnesses],
                "needed": self.policy.needed,
            },
            "promise": self.promise.decode(),
            "checkpoint": self.checkpoint.decode(),
            "steps": [step.content for step in self.steps],
        }
        return to_json(content)


def build_bundle(session: Session, log: Log, case_id: str) -> CaseBundle:
    """Make the bundle of a case, with all proofs from one reading of the tree.

    Args:
        session: to read with.
        log: which.
        case_id: the case.
    """
    # The checkpoint first: a batch that comes in between is then not seen at all.
    policy, newest = read_policy(session, log), queries.find_latest(session)
    seen = queries.find_witnessed(session, policy) if policy.needed else newest
    steps = queries.list_steps(session, case_id)
    if seen and newest and not _is_outdated(seen, steps, today=newest.made_on):
        newest = seen
    size = newest.size if newest else 0
    places = [_find_position(step, size) for step in steps]
    proofs = _prove_all(session, [place for place in places if place is not None], size)
    return CaseBundle(
        origin=log.origin,
        policy=policy,
        promise=(find_promise(log, steps[0]) if steps else None) or b"",
        checkpoint=queries.format_checkpoint(session, newest) if newest else b"",
        steps=tuple(_build_step(step, size, proofs) for step in steps),
    )


def read_policy(session: Session, log: Log) -> Policy:
    """Return whom a reporter of this portal may believe about the log: what it announced last."""
    return announcing.read_announced(session, derive_public_key(log.keyring, log.origin)).policy


def _build_step(step: LogStep, size: int, proofs: dict[int, tuple[bytes, ...]]) -> BundleStep:
    place = _find_position(step, size)
    return BundleStep(
        type=step.type,
        what=step.what,
        day=step.made_on,
        digest=step.digest,
        record=step.record,
        facts=step.facts or "",
        inside=hash_inside(step).hex(),
        index=place,
        proof=() if place is None else proofs[place],
        erased=step.erased_on is not None,
    )


def _is_outdated(state: LogCheckpoint, steps: Sequence[LogStep], *, today: date) -> bool:
    """Tell whether a state is too old for a step that the log does have in time.

    Witnesses who stay away do not make the log break its word.
    """
    return any(
        step.position is not None
        and step.position >= state.size
        and compute_promised_day(step.made_on) <= today
        for step in steps
    )


def _find_position(step: LogStep, size: int) -> int | None:
    """Return where a step stands in the log as its checkpoint has it."""
    return step.position if step.position is not None and step.position < size else None


def _prove_all(session: Session, places: Sequence[int], size: int) -> dict[int, tuple[bytes, ...]]:
    """Return a proof for each place. They share most of their upper nodes."""
    wanted: dict[Node, bytes] = {}

    def note(nodes: Sequence[Node]) -> list[bytes]:
        wanted.update(dict.fromkeys(nodes, b""))
        return [b""] * len(nodes)

    for place in places:
        merkle.prove_inclusion(place, size, note)
    nodes = list(wanted)
    wanted.update(zip(nodes, queries.make_reader(session)(nodes), strict=True))
    return {
        place: tuple(merkle.prove_inclusion(place, size, lambda asked: [wanted[n] for n in asked]))
        for place in places
    }
