"""What a witness is asked and what it decides: cosign a checkpoint, or say why not.

A witness keeps the last checkpoint of each log that it cosigned. It cosigns another only if that
one contains it. Storing it before the cosignature is given, and letting nobody in between, is
up to the caller.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crypto import checkpoint, notes
from crypto.checkpoint import Checkpoint
from crypto.errors import CryptoError, FormatError, OpenError
from crypto.merkle import EMPTY_ROOT, HASH_BYTES, MAX_SIZE, verify_consistency
from crypto.notes import MAX_NOTE_BYTES, VerifierKey
from crypto.text import from_base64, to_base64

MAX_HASHES = 63
_TOP = re.compile(rf"old (0|[1-9][0-9]{{0,18}})((?:\n.+){{0,{MAX_HASHES}}})")


class Refusal(CryptoError):
    """The witness does not cosign; status is the number that HTTP has for the reason."""

    status = 400


class UnknownLog(Refusal):
    """The witness does not watch this log."""

    status = 404


class NotSigned(Refusal):
    """The log did not sign this."""

    status = 403


class OtherSize(Refusal):
    """The last checkpoint that the witness cosigned is of another size: ask again from there."""

    status = 409

    def __init__(self, size: int) -> None:
        super().__init__(f"the last checkpoint has size {size}")
        self.size = size


class Forked(Refusal):
    """The log signed two trees of one size: proof that it lies. Keep both checkpoints."""

    status = 409


class Inconsistent(Refusal):
    """The proof does not show that the log was only added to."""

    status = 422


@dataclass(frozen=True)
class Request:
    """A checkpoint to be cosigned, and a proof that it contains the one of size `old`."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: bytes

    def __post_init__(self) -> None:
        if not 0 <= self.old <= MAX_SIZE or len(self.proof) > MAX_HASHES:
            raise FormatError("not a request to a witness")

    @property
    def data(self) -> bytes:
        """The request as it is sent to "add-checkpoint".

        Source: c2sp.org/tlog-witness, "add-checkpoint".
        """
        lines = [f"old {self.old}", *map(to_base64, self.proof), "", ""]
        return "\n".join(lines).encode("ascii") + self.checkpoint


def parse(data: bytes) -> Request:
    """Read a request.

    Args:
        data: What was sent.

    Returns:
        Its parts; nothing is verified.

    Raises:
        FormatError: anything that `data` of the result would not have written.

    Source: c2sp.org/tlog-witness, "add-checkpoint".
    """
    if len(data) > 2 * MAX_NOTE_BYTES:
        raise FormatError("the request is too long")
    top, blank, rest = data.partition(b"\n\n")
    try:
        match = _TOP.fullmatch(top.decode("ascii"))
    except UnicodeDecodeError as error:
        raise FormatError("not a request to a witness") from error
    if match is None or not blank:
        raise FormatError("not a request to a witness")
    hashes = (from_base64(line, HASH_BYTES) for line in match[2].split("\n")[1:])
    return Request(int(match[1]), tuple(hashes), rest)


def examine(
    request: Request,
    keys: Sequence[VerifierKey],
    latest: Callable[[str], Checkpoint | None],
) -> Checkpoint:
    """Decide whether to cosign.

    Args:
        request: What was asked.
        keys: The keys of all logs that the witness watches.
        latest: Gives the last checkpoint that it cosigned of a log, by origin.

    Returns:
        The checkpoint to store, and then to cosign.

    Raises:
        FormatError: not a checkpoint, or smaller than the one it is said to contain.
        Refusal: why not, by its class.

    Source: c2sp.org/tlog-witness, "add-checkpoint".
    """
    note = notes.parse(request.checkpoint)
    origin = checkpoint.parse(note.text).origin
    if all(key.name != origin for key in keys):
        raise UnknownLog("the witness does not watch this log")
    try:
        state = checkpoint.verify(note, keys)
    except OpenError as error:
        raise NotSigned("the log did not sign this") from error
    if request.old > state.size:
        raise FormatError("a log does not shrink")
    before = latest(origin) or Checkpoint(origin, 0, EMPTY_ROOT)
    if request.old != before.size:
        raise OtherSize(before.size)
    if state.size == before.size and state.root != before.root:
        raise Forked("the log signed two trees of one size")
    try:
        verify_consistency(before.size, state.size, request.proof, before.root, state.root)
    except OpenError as error:
        raise Inconsistent("the log was not only added to") from error
    return state
