"""How far the trail had come, kept outside the database: a copy that lost its last acts shows.

Every act that is accepted, and so every report, appends to the trail. After each commit the number
and the hash of its last entry are noted in a small file, signed with a key of the server. The note
comes after the commit and is not forced to the disk: a process that is killed, or a machine that
loses power, leaves a mark that is a little behind, which raises no alarm; a mark is never ahead.
"""

import fcntl
import hmac
import logging
import os
import struct
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from portal.cases.models import AuditEntry, AuditHead
from portal.core.db import Sessions
from portal.core.errors import Conflict
from portal.core.keyring import Keyring
from witness.durable import replace_whole

FILE = "trail"
HEAD = 1  # the only row of the table of the head
APPENDED = "trail_appended"  # in the notes of a session: this transaction has appended
_REACHED = "trail_reached"
_START = bytes(32)
_RECORD = struct.Struct(">Q32s32s")  # number and hash of the last entry, HMAC-SHA-256 of both
_SLOTS = 2  # written in turn: a torn one leaves the other

logger = logging.getLogger(__name__)


@dataclass(frozen=True, order=True)
class TrailPosition:
    """How far a trail has come: the number of its last entry, and its hash."""

    number: int
    hash: bytes


@dataclass(frozen=True)
class TrailMark:
    """The file that says how far the trail had come at least."""

    folder: Path
    key: bytes = field(repr=False)

    @classmethod
    def from_folder(cls, folder: Path, keyring: Keyring) -> "TrailMark":
        """Return the mark in a folder, signed with a key that follows from the log's."""
        return cls(folder, hmac.digest(keyring.log, b"how far the trail had come", "sha256"))

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.folder / FILE

    def begin(self, reached: TrailPosition) -> None:
        """Write the file anew, durably."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_whole(self.path, self._encode(reached) * _SLOTS)

    def advance(self, reached: TrailPosition) -> None:
        """Note that the trail has come further. Whoever is behind changes nothing.

        Raises:
            OSError: the file is missing or cannot be written.
        """
        handle = os.open(self.path, os.O_RDWR)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            known = self._find_newest(os.pread(handle, _RECORD.size * _SLOTS, 0))
            if known is None or known.number < reached.number:
                place = reached.number % _SLOTS * _RECORD.size
                os.pwrite(handle, self._encode(reached), place)
        finally:
            os.close(handle)

    def read(self) -> TrailPosition:
        """Return how far the trail had come at least.

        Raises:
            Conflict: nobody knows: the file is missing, or another key signed it.
        """
        try:
            position = self._find_newest(self.path.read_bytes())
        except OSError:
            position = None
        if position is None:
            raise Conflict(
                f"{self.path} cannot be read, so nobody knows whether the database is the newest:"
                " bring it from where the portal ran, or see `state adopt --help`"
            )
        return position

    def _encode(self, reached: TrailPosition) -> bytes:
        said = struct.pack(">Q", reached.number) + reached.hash
        return _RECORD.pack(
            reached.number, reached.hash, hmac.digest(self.key, said, sha256().name)
        )

    def _find_newest(self, data: bytes) -> TrailPosition | None:
        newest = None
        for place in range(0, len(data) - _RECORD.size + 1, _RECORD.size):
            record = data[place : place + _RECORD.size]
            number, last, _ = _RECORD.unpack(record)
            here = TrailPosition(number, last)
            if hmac.compare_digest(record, self._encode(here)) and (not newest or newest < here):
                newest = here
        return newest


def watch_commits(sessions: Sessions, mark: TrailMark) -> None:
    """Note after every commit how far the trail has come."""
    event.listen(sessions, "before_commit", _look_up_position)
    event.listen(sessions, "after_commit", lambda session: _note_position(session, mark))
    event.listen(sessions, "after_rollback", lambda session: session.info.pop(_REACHED, None))


def _look_up_position(session: Session) -> None:
    if session.in_nested_transaction() or not session.info.pop(APPENDED, False):
        return
    session.info[_REACHED] = get_trail_position(session)


def _note_position(session: Session, mark: TrailMark) -> None:
    if session.in_nested_transaction():
        return
    reached: TrailPosition | None = session.info.pop(_REACHED, None)
    if reached is None:
        return
    try:
        mark.advance(reached)
    except OSError as error:  # what was accepted is accepted
        logger.error("how far the trail has come was not noted: %s", error)  # noqa: TRY400


def get_trail_position(session: Session) -> TrailPosition:
    """Return how far the trail of a database has come."""
    head = session.get(AuditHead, HEAD)
    return TrailPosition(head.number, head.hash) if head else TrailPosition(0, _START)


def describe_loss(sessions: Sessions, mark: TrailMark) -> str:
    """Return what the database has lost of what was accepted, in words; empty: nothing.

    The mark is read before the database, so that an act that is accepted meanwhile is no loss.
    """
    try:
        known = mark.read()
    except Conflict as error:
        return str(error)
    with sessions() as session:
        return _describe_difference(session, known) if known.number else ""


def _describe_difference(session: Session, known: TrailPosition) -> str:
    last = session.scalar(select(func.max(AuditEntry.number))) or 0
    if last < known.number:
        return (
            f"the database is older than what was accepted here: its trail ends with entry {last},"
            f" and had come to {known.number}. {known.number - last} acts are lost, and reports may"
            " be among them. Restore a newer copy (of SQLite with its -wal file)"
        )
    entry = session.get(AuditEntry, known.number)
    if entry is None or entry.hash != known.hash:
        return (
            f"entry {known.number} of the trail is another than the one that was accepted here:"
            " this is the database of another history, or its trail was rewritten"
        )
    return ""
