"""The promise: the log's word, given at once, that a step will stand in the log by a day.

Steps are appended in shuffled batches, so no proof can be given when a report is filed. The
promise is what its reporter holds until then. If the day is past and a checkpoint does not
contain the step, the promise itself proves that the log broke its word.
"""

import re
from dataclasses import dataclass
from datetime import date

from crypto import log_entries, notes
from crypto.errors import FormatError
from crypto.log_entries import Step
from crypto.notes import Note, VerifierKey
from crypto.signing import SigningKey
from crypto.text import from_base64, to_base64

INTRO = "pmp/v1/promise"
_LINES = re.compile(
    rf"{INTRO}\n(.+)\n([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})\n(.+)\n",
)


@dataclass(frozen=True)
class Promise:
    """What is promised: in which log, by which day (inclusive), which step."""

    origin: str
    merge_by: date
    step: Step

    def __post_init__(self) -> None:
        if not notes.is_name(self.origin):
            raise FormatError("a log has a name without spaces")

    @property
    def text(self) -> str:
        """What is signed. No checkpoint reads like it: there the second line is a number.

        Source: docs/crypto-spec.md, "Promise".
        """
        return f"{INTRO}\n{self.origin}\n{self.merge_by}\n{to_base64(self.step.entry)}\n"


def sign_promise(promise: Promise, key: SigningKey) -> bytes:
    """Sign a promise as the log.

    Args:
        promise: What is promised.
        key: The log's private key, as for checkpoints.

    Returns:
        A signed note.

    Source: docs/crypto-spec.md, "Promise"; c2sp.org/signed-note.
    """
    return Note(promise.text, (notes.sign(promise.text, promise.origin, key),)).data


def verify_promise(data: bytes, key: VerifierKey) -> Promise:
    """Make sure that a log promised something.

    Args:
        data: What `sign_promise` gave.
        key: The log's key.

    Returns:
        What it promised.

    Raises:
        FormatError: not a promise.
        OpenError: not this log's, or altered.

    Source: docs/crypto-spec.md, "Promise".
    """
    note = notes.parse(data)
    notes.verify(note, key)
    match = _LINES.fullmatch(note.text)
    if match is None:
        raise FormatError("not a promise")
    try:
        day = date.fromisoformat(match[2])
    except ValueError as error:
        raise FormatError("not a day") from error
    step = log_entries.parse(from_base64(match[3]))
    if match[1] != key.name or not isinstance(step, Step):
        raise FormatError("not a promise of this log")
    return Promise(match[1], day, step)
