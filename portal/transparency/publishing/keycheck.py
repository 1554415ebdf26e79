"""What the log says of the keys that a report is sealed to, and what a browser checks it by.

Keys of an epoch never change, so the first entry that names them counts: whoever alters a key in
the database and has the altered one announced after it still differs from the first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from crypto import merkle
from crypto.cosignature import Policy
from crypto.log_entries import Announcement
from crypto.text import to_base64
from portal.cases.models import UnitKey
from portal.transparency import queries
from portal.transparency.models import LogCheckpoint, LogEntry
from portal.transparency.publishing.bundle import read_policy
from portal.transparency.writing.announcing import announce_key
from portal.transparency.writing.service import Log


class KeyStatus(StrEnum):
    """What the log says of keys, taken together."""

    LOGGED = "logged"
    NEW = "new"  # of one of them it does not say anything yet
    OTHER = "other"  # one of them is not the one that it says


@dataclass(frozen=True)
class KeyInLog:
    """A key as it is used now; index None: below this checkpoint the log says nothing of it."""

    name: str
    index: int | None
    proof: tuple[bytes, ...]
    is_other: bool  # the log says something else

    @property
    def content(self) -> dict[str, object]:
        """What the browser of a reporter gets."""
        return {
            "name": self.name,
            "index": self.index,
            "proof": [to_base64(proof_hash) for proof_hash in self.proof],
        }


@dataclass(frozen=True)
class KeyCheck:
    """What the log says of some keys, below one checkpoint."""

    policy: Policy
    checkpoint: bytes  # with the lines of witnesses, or nothing: the log is empty
    keys: tuple[KeyInLog, ...]
    since: date | None  # when the last of them was put into the log

    @property
    def standing(self) -> KeyStatus:
        """The worst of what the log says of the keys."""
        if any(key.is_other for key in self.keys):
            return KeyStatus.OTHER
        return KeyStatus.NEW if any(key.index is None for key in self.keys) else KeyStatus.LOGGED

    @property
    def entries(self) -> list[int]:
        """The numbers of the entries, from the first in the log."""
        return sorted(key.index for key in self.keys if key.index is not None)

    @property
    def content(self) -> dict[str, object]:
        """What the browser of a reporter gets; nothing of it is secret."""
        return {
            "key": self.policy.log[0].text,
            "witnesses": [key.text for key in self.policy.witnesses],
            "needed": self.policy.needed,
            "checkpoint": self.checkpoint.decode(),
            "keys": [key.content for key in self.keys],
        }


def check_keys(session: Session, log: Log, keys: Sequence[UnitKey]) -> KeyCheck:
    """Look up keys in the log, with proofs below the newest state that enough witnesses saw.

    Args:
        session: to read with.
        log: which.
        keys: of bodies, and of recovery.
    """
    policy = read_policy(session, log)
    newest = queries.find_witnessed(session, policy) or queries.find_latest(session)
    used = [announcement for key in keys for announcement in announce_key(key)]
    looked_up = tuple(_look_up(session, announcement, newest) for announcement in used)
    places = [key.index for key in looked_up if key.index is not None]
    return KeyCheck(
        policy=policy,
        checkpoint=queries.format_checkpoint(session, newest) if newest else b"",
        keys=looked_up,
        since=queries.find_log_day(session, max(places)) if places else None,
    )


def is_contradicted(session: Session, keys: Sequence[UnitKey]) -> bool:
    """Tell whether the log says something else of one of these keys."""
    used = [announcement for key in keys for announcement in announce_key(key)]
    return any(_look_up(session, announcement, None).is_other for announcement in used)


def _look_up(
    session: Session, announcement: Announcement, newest: LogCheckpoint | None
) -> KeyInLog:
    """Return what the log says of a key, with the proof below a checkpoint."""
    place = queries.find_first_position(session, announcement.kind, announcement.name)
    if place is None:
        return KeyInLog(announcement.name, None, (), is_other=False)
    is_other = session.get_one(LogEntry, place).entry != announcement.entry
    if newest is None or place >= newest.size:
        return KeyInLog(announcement.name, None, (), is_other)
    proof = merkle.prove_inclusion(place, newest.size, queries.make_reader(session))
    return KeyInLog(announcement.name, place, tuple(proof), is_other)
