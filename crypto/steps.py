"""Steps of a case in the public log: found by a tag, opened by a key, chained to each other.

Tag and commitment follow from the case's blinding key. Whoever has it - the reporter by the
receipt, the body responsible by the report - finds every step and checks that it says what was
told to the reporter. To everyone else two steps of a case look like steps of two cases.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from crypto.errors import FormatError, OpenError
from crypto.log_entries import (
    COMMITMENT_BYTES,
    REPORT,
    STEP,
    STEPS,
    TAG_BYTES,
    VERSION,
    WITH_FACTS,
    Step,
    check_digest,
    check_name,
    join_fields,
)
from crypto.secretbox import mac

BLIND_BYTES = 32
KEY_BYTES = 32
FACTS = "facts"  # what a step says that commits to coded facts and to nothing else
_WITH_FACTS = {REPORT: 3, STEP: 6}  # how many values a step of the second version commits to


@dataclass(frozen=True)
class Opening:
    """What opens one commitment and no other.

    key is of this step alone; link stands for the steps before without naming them; payload is
    what happened. An auditor who gets openings of outcomes cannot find the other steps of a case.
    """

    key: bytes = field(repr=False)
    link: bytes
    payload: bytes

    def __post_init__(self) -> None:
        # HMAC pads short keys and hashes long ones: two keys could then open one commitment.
        if len(self.key) != KEY_BYTES or len(self.link) != KEY_BYTES:
            raise FormatError("not an opening")

    def check(self, step: Step) -> None:
        """Make sure that this is what a step commits to.

        Args:
            step: The step, as the log has it.

        Raises:
            OpenError: it commits to something else.

        Source: docs/crypto-spec.md, "Entries".
        """
        if _compute_commitment(self, step.type) != step.commitment:
            raise OpenError("the log says something else")


def derive_tag(blinding_key: bytes, kind: str, number: int) -> bytes:
    """Say under which tag a step of a case stands in the log.

    Args:
        blinding_key: The case's blinding key, 32 bytes.
        kind: R, S or O.
        number: Which step of the case: 0 is its report, and each later one counts, of any type.

    Returns:
        16 bytes.

    Raises:
        FormatError: a key of another length, another type, or a number that is none.

    Source: docs/crypto-spec.md, "Entries".
    """
    return mac(blinding_key, b"pmp1/tag", *_encode_place(blinding_key, kind, number))[:TAG_BYTES]


def derive_opening(
    blinding_key: bytes, kind: str, number: int, previous: bytes, payload: bytes
) -> Opening:
    """Make what opens a step of a case.

    Args:
        blinding_key: The case's blinding key, 32 bytes.
        kind: R, S or O.
        number: Which step of the case, from 0.
        previous: The commitment of the step before, 32 bytes; empty for the report.
        payload: What happened: `encode_report`, `encode_step` or `encode_outcome`.

    Returns:
        The opening.

    Raises:
        FormatError: as `derive_tag`; or a report that is not the first step, or the reverse.

    Source: docs/crypto-spec.md, "Entries".
    """
    place = _encode_place(blinding_key, kind, number)
    if len(previous) != (COMMITMENT_BYTES if number else 0):
        raise FormatError("every step but the first follows another")
    key = mac(blinding_key, b"pmp1/key", *place)
    return Opening(key, mac(blinding_key, b"pmp1/link", *place, previous), payload)


def commit(blinding_key: bytes, kind: str, number: int, previous: bytes, payload: bytes) -> Step:
    """Make the entry of a step of a case.

    Args:
        blinding_key: The case's blinding key, 32 bytes.
        kind: R, S or O.
        number: Which step of the case, from 0.
        previous: The commitment of the step before, 32 bytes; empty for the report.
        payload: What happened.

    Returns:
        The step.

    Raises:
        FormatError: as `derive_opening`.

    Source: docs/crypto-spec.md, "Entries".
    """
    made = derive_opening(blinding_key, kind, number, previous, payload)
    version = determine_version(kind, payload)
    return Step(
        kind, derive_tag(blinding_key, kind, number), _compute_commitment(made, kind), version
    )


def commit_chain(blinding_key: bytes, steps: Iterable[tuple[str, bytes]]) -> list[Step]:
    """Make all entries of a case, as its reporter does to compare them with the log.

    Args:
        blinding_key: The case's blinding key, 32 bytes.
        steps: Type and payload of each step, from the report on.

    Returns:
        What the log must have. The first that is missing or another tells what was changed.

    Raises:
        FormatError: the first is no report, or a later one is.

    Source: docs/crypto-spec.md, "Entries".
    """
    made: list[Step] = []
    for number, (kind, payload) in enumerate(steps):
        previous = made[-1].commitment if made else b""
        made.append(commit(blinding_key, kind, number, previous, payload))
    return made


def determine_version(kind: str, payload: bytes) -> int:
    """Say which version the entry of a step has: one of the first commits to no coded facts.

    Args:
        kind: R, S or O.
        payload: What happened.

    Returns:
        1, or 2 of a report or later step that commits to coded facts.

    Source: docs/crypto-spec.md, "Entries".
    """
    return WITH_FACTS if _WITH_FACTS.get(kind) == _count_fields(payload) else VERSION


def encode_report(digest: bytes, facts: bytes = b"", inside: bytes = b"") -> bytes:
    """Say that a report came.

    Args:
        digest: The SHA-256 of the sealed report.
        facts: The coded facts that its reporter knows, JSON to the byte.
        inside: The SHA-256 of the coded facts that only the portal knows; none: version 1.

    Returns:
        The payload of a step of type R.

    Raises:
        FormatError: a digest that is not 32 bytes, or facts without it.

    Source: docs/crypto-spec.md, "Entries".
    """
    return join_fields(check_digest(digest), *_check_facts(facts, inside))


def compute_access_digest(lookup: bytes, half: bytes) -> str:
    """Say which receipt opens a case, and with which second half.

    Args:
        lookup: What the case is found by, 32 bytes; follows from the receipt.
        half: The second half of the reporter's key, 32 bytes.

    Returns:
        SHA-256, hexadecimal. The reporter alone has both; without the half nothing can be tried.

    Source: docs/crypto-spec.md, "Entries".
    """
    return sha256(join_fields(b"pmp2/access", lookup, half)).hexdigest()


def encode_step(
    what: str,
    day: date,
    digest: bytes = b"",
    record: bytes = b"",
    facts: bytes = b"",
    inside: bytes = b"",
) -> bytes:
    """Say what happened on a day.

    Args:
        what: A code: the status that the case got, or the kind of an object that was added; or
            FACTS.
        day: In Kazakhstan.
        digest: The SHA-256 of the sealed object that says so, if any.
        record: The record of an outcome that replaces an earlier one, if this does.
        facts: The coded facts that changed and that the reporter knows, JSON to the byte.
        inside: The SHA-256 of those that only the portal knows; none: version 1.

    Returns:
        The payload of a step of type S.

    Raises:
        FormatError: not a code, or a digest that is not 32 bytes.

    Source: docs/crypto-spec.md, "Entries".
    """
    told = check_name(what), _encode_day(day), _check_optional_digest(digest), record
    return join_fields(*told, *_check_facts(facts, inside))


def encode_outcome(record: bytes, day: date, digest: bytes = b"") -> bytes:
    """Say how a case ended.

    Args:
        record: To the byte, as `crypto.outcome` makes it.
        day: In Kazakhstan.
        digest: The SHA-256 of the sealed decision, if there is one.

    Returns:
        The payload of a step of type O.

    Raises:
        FormatError: a digest that is not 32 bytes.

    Source: docs/crypto-spec.md, "Entries".
    """
    return join_fields(record, _encode_day(day), _check_optional_digest(digest))


def _encode_day(day: date) -> bytes:
    return day.isoformat().encode("ascii")


def _check_optional_digest(digest: bytes) -> bytes:
    return check_digest(digest) if digest else b""


def _check_facts(facts: bytes, inside: bytes) -> tuple[bytes, ...]:
    return (facts, check_digest(inside)) if facts or inside else ()


def _count_fields(payload: bytes) -> int:
    """Count joined values."""
    number = position = 0
    while position < len(payload):
        position += 4 + int.from_bytes(payload[position : position + 4], "big")
        number += 1
    return number


def _compute_commitment(made: Opening, kind: str) -> bytes:
    return mac(made.key, b"pmp1/com", kind.encode("ascii"), made.link, made.payload)


def _encode_place(blinding_key: bytes, kind: str, number: int) -> tuple[bytes, bytes]:
    if len(blinding_key) != BLIND_BYTES or kind not in STEPS or not 0 <= number < 1 << 32:
        raise FormatError("not the place of a step")
    if (kind == REPORT) != (number == 0):
        raise FormatError("a case begins with its report, and only once")
    return kind.encode("ascii"), number.to_bytes(4, "big")
