"""The word of an auditor: a release says what the log says, and follows from what was counted."""

import re
from dataclasses import dataclass

from crypto import notes
from crypto.checkpoint import Checkpoint
from crypto.errors import FormatError
from crypto.log_entries import Release
from crypto.merkle import HASH_BYTES
from crypto.notes import Note, VerifierKey
from crypto.signing import SigningKey
from crypto.text import from_base64, to_base64

INTRO = "pmp/v1/audited"
_LINES = re.compile(rf"{INTRO}\n(.+)\n(.+)\n([0-9a-f]{{64}})\n(0|[1-9][0-9]{{0,18}})\n(.+)\n")


@dataclass(frozen=True)
class Audited:
    """What was compared: a release, and the state of the log that it was compared with."""

    release: Release
    state: Checkpoint

    @property
    def text(self) -> str:
        """What is signed. No checkpoint reads like it: there the second line is a number.

        Source: docs/crypto-spec.md, "Word of an auditor".
        """
        root = to_base64(self.state.root)
        lines = self.state.origin, self.release.name, self.release.digest.hex(), self.state.size
        return "\n".join([INTRO, *map(str, lines), root, ""])


def sign(audited: Audited, name: str, key: SigningKey) -> bytes:
    """Give one's word as an auditor.

    Args:
        audited: What was compared.
        name: The auditor's name.
        key: The auditor's private key.

    Returns:
        A signed note.

    Raises:
        FormatError: the name cannot be one.

    Source: docs/crypto-spec.md, "Word of an auditor"; c2sp.org/signed-note.
    """
    return Note(audited.text, (notes.sign(audited.text, name, key),)).data


def verify(data: bytes, key: VerifierKey) -> Audited:
    """Make sure that an auditor gave their word.

    Args:
        data: What `sign` gave.
        key: The auditor's key.

    Returns:
        What was compared.

    Raises:
        FormatError: not the word of an auditor.
        OpenError: not this auditor's, or altered.

    Source: docs/crypto-spec.md, "Word of an auditor".
    """
    note = notes.parse(data)
    notes.verify(note, key)
    match = _LINES.fullmatch(note.text)
    if match is None:
        raise FormatError("not the word of an auditor")
    root = from_base64(match[5], HASH_BYTES)
    release = Release(match[2], bytes.fromhex(match[3]))
    return Audited(release, Checkpoint(match[1], int(match[4]), root))
