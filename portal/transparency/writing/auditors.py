"""Who may recompute releases: two public keys each, in a file of the folder `auditors`.

The log announces the same text, so that everybody sees whom the portal lets look.
"""

from dataclasses import dataclass
from pathlib import Path

from crypto import notes
from crypto.errors import FormatError
from crypto.keys import Recipient, parse_recipient
from crypto.log_entries import Announcement
from crypto.notes import VerifierKey
from portal.core.errors import Conflict, Invalid, NotFound
from witness.durable import replace_whole

FOLDER = "auditors"  # in the instance folder
KIND = "auditor"  # of what the log announces


@dataclass(frozen=True)
class Auditor:
    """Somebody outside the portal: what they sign with, and what is sealed to them."""

    key: VerifierKey
    recipient: Recipient

    @property
    def name(self) -> str:
        """Return how the auditor is called; letters, digits, points and hyphens."""
        return self.key.name

    @property
    def text(self) -> str:
        """The file: a line for each key."""
        return f"{self.key.text}\n{self.recipient.text}\n"

    @property
    def announcement(self) -> Announcement:
        """Return what the log says of the auditor."""
        return Announcement(KIND, self.name, self.text.encode())


def parse(text: str) -> Auditor:
    """Read the two lines that an auditor hands over.

    Raises:
        Invalid: something else.
    """
    lines = text.strip().split("\n")
    try:
        key, recipient = notes.parse_key(lines[0]), parse_recipient(lines[-1])
    except FormatError as error:
        raise Invalid(f"not the keys of an auditor: {error}") from error
    if len(lines) != 2 or key.kind != notes.ED25519 or not is_plain(key.name):
        raise Invalid("an auditor has a key to sign with, an age recipient, and a plain name")
    return Auditor(key, recipient)


def is_plain(name: str) -> bool:
    """Tell whether a name can be that of a file."""
    return (
        name.isascii() and name[:1].isalnum() and name.replace(".", "").replace("-", "").isalnum()
    )


def load(instance: Path, name: str) -> Auditor:
    """Return one auditor.

    Raises:
        NotFound: there is none of this name.
        Invalid: the file was altered.
    """
    try:
        text = (instance / FOLDER / f"{name}.txt").read_text("utf-8") if is_plain(name) else ""
    except FileNotFoundError:
        text = ""
    if not text:
        raise NotFound(f"no auditor is called {name}")
    return parse(text)


def list_auditors(instance: Path) -> list[Auditor]:
    """Return all auditors by name."""
    return [parse(path.read_text("utf-8")) for path in sorted((instance / FOLDER).glob("*.txt"))]


def save(instance: Path, auditor: Auditor) -> None:
    """Keep the keys of an auditor.

    Raises:
        Conflict: somebody of this name has other keys.
    """
    place = instance / FOLDER / f"{auditor.name}.txt"
    if place.exists() and place.read_text("utf-8") != auditor.text:
        raise Conflict(f"{auditor.name} has other keys; give the new ones another name")
    place.parent.mkdir(mode=0o700, exist_ok=True)
    replace_whole(place, auditor.text.encode())
