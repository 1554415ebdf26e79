"""Checkpoints: what the log signs about its tree, in three lines: who, how many, which root."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crypto import notes
from crypto.errors import FormatError, OpenError
from crypto.merkle import EMPTY_ROOT, HASH_BYTES, MAX_SIZE
from crypto.notes import Note, VerifierKey
from crypto.signing import SigningKey
from crypto.text import from_base64, to_base64

MAX_ORIGIN_BYTES = 255
_LINES = re.compile(r"(.+)\n(0|[1-9][0-9]{0,18})\n(.+)\n")


@dataclass(frozen=True)
class Checkpoint:
    """The state of a log.

    origin is the log's name, which is also that of its key, at most 255 bytes; size the number of
    leaves; root 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not notes.is_name(self.origin) or len(self.origin.encode()) > MAX_ORIGIN_BYTES:
            raise FormatError("a log has a name of 1 to 255 bytes without spaces")
        if not 0 <= self.size <= MAX_SIZE or len(self.root) != HASH_BYTES:
            raise FormatError("not the state of a log")
        if not self.size and self.root != EMPTY_ROOT:
            raise FormatError("an empty tree has one root only")

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"


def issue(checkpoint: Checkpoint, key: SigningKey) -> Note:
    """Sign a checkpoint as the log.

    Args:
        checkpoint: The state. A log never signs two of which neither grew out of the other.
        key: The log's private key.

    Returns:
        The checkpoint with one signature; cosignatures are put below it.

    Source: c2sp.org/tlog-checkpoint.
    """
    return Note(checkpoint.text, (notes.sign(checkpoint.text, checkpoint.origin, key),))


def parse(text: str) -> Checkpoint:
    """Read the text of a checkpoint, strict to the byte.

    Args:
        text: The text of a note.

    Returns:
        The checkpoint.

    Raises:
        FormatError: anything but three lines as `text` gives them. Further lines are refused
            too: no witness speaks for them.

    Source: c2sp.org/tlog-checkpoint, "Note text".
    """
    match = _LINES.fullmatch(text)
    if match is None:
        raise FormatError("not a checkpoint")
    return Checkpoint(match[1], int(match[2]), from_base64(match[3], HASH_BYTES))


def verify(note: Note, keys: Sequence[VerifierKey]) -> Checkpoint:
    """Make sure that a log signed a checkpoint.

    Args:
        note: The checkpoint with its signatures.
        keys: The log's keys of kind 0x01: several while a new one takes over.

    Returns:
        The checkpoint.

    Raises:
        FormatError: not a checkpoint.
        OpenError: another log's, or none of the keys signed it, or one of them did so wrongly.

    Source: c2sp.org/tlog-checkpoint, "Signatures"; c2sp.org/signed-note, "Signatures".
    """
    state = parse(note.text)
    signers = [key for key in keys if key.name == state.origin and note.find_signatures(key)]
    if not signers:
        raise OpenError("not signed by this log")
    for key in signers:
        notes.verify(note, key)
    return state
