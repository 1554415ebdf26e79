"""A proof that an entry stands in the log: one text file that is checked without the server."""

import re
from dataclasses import dataclass

from crypto.cosignature import Policy, WitnessedCheckpoint
from crypto.errors import FormatError
from crypto.merkle import HASH_BYTES, MAX_SIZE, hash_leaf, verify_inclusion
from crypto.notes import MAX_NOTE_BYTES
from crypto.text import from_base64, to_base64

INTRO = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63
_TOP = re.compile(
    rf"{re.escape(INTRO)}\n(?:extra (.+)\n)?index (0|[1-9][0-9]{{0,18}})"
    rf"((?:\n.+){{0,{MAX_HASHES}}})"
)


@dataclass(frozen=True)
class Proof:
    """Where an entry stands and why; checkpoint is the whole signed note, extra not signed."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.index < MAX_SIZE or len(self.hashes) > MAX_HASHES or self.extra == b"":
            raise FormatError("not a proof")

    @property
    def data(self) -> bytes:
        """The proof as a file; its name ends in ".tlog-proof".

        Source: c2sp.org/tlog-proof, "Format".
        """
        extra = [] if self.extra is None else [f"extra {to_base64(self.extra)}"]
        lines = [INTRO, *extra, f"index {self.index}", *map(to_base64, self.hashes), "", ""]
        return "\n".join(lines).encode("ascii") + self.checkpoint


def parse(data: bytes) -> Proof:
    """Read a proof. Nothing in it is to be believed before `verify`.

    Args:
        data: The file.

    Returns:
        Its parts.

    Raises:
        FormatError: anything that `data` would not have written.

    Source: c2sp.org/tlog-proof, "Format".
    """
    if len(data) > 2 * MAX_NOTE_BYTES:
        raise FormatError("the proof is too long")
    top, blank, checkpoint = data.partition(b"\n\n")
    try:
        match = _TOP.fullmatch(top.decode("ascii"))
    except UnicodeDecodeError as error:
        raise FormatError("not a proof") from error
    if match is None or not blank:
        raise FormatError("not a proof")
    return Proof(
        index=int(match[2]),
        hashes=tuple(from_base64(line, HASH_BYTES) for line in match[3].split("\n")[1:]),
        checkpoint=checkpoint,
        extra=None if match[1] is None else from_base64(match[1]),
    )


def verify(proof: Proof, entry: bytes, policy: Policy) -> WitnessedCheckpoint:
    """Make sure that an entry stands in a log that enough witnesses watch.

    Args:
        proof: The proof.
        entry: The bytes of the entry, which follow from what the checker knows himself.
        policy: Whom to believe.

    Returns:
        The checkpoint that contains it, and who vouches for that.

    Raises:
        FormatError: what it has for a checkpoint is none.
        OpenError: it does not stand there, or not in that log, or too few witnesses saw it.

    Source: c2sp.org/tlog-proof, "Verifying a tlog proof".
    """
    seen = policy.check(proof.checkpoint)
    tree = seen.checkpoint
    verify_inclusion(hash_leaf(entry), proof.index, tree.size, proof.hashes, tree.root)
    return seen
