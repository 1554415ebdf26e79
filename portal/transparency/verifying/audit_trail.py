"""The audit trail against what the log says of its end at each batch."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import log_entries
from crypto.errors import FormatError
from crypto.log_entries import BATCH, Announcement
from portal.cases.models import AuditEntry
from portal.core.keyring import Keyring
from portal.transparency.models import LogBatch, LogEntry, LogName
from portal.transparency.writing.log_keys import compute_trail_mark


def check(session: Session, keyring: Keyring) -> Iterator[str]:
    """Yield every batch whose trail is not the one that is here: it was written anew, or cut off.

    Args:
        session: to read with.
        keyring: of the portal.
    """
    numbers = dict(session.execute(select(LogBatch.through, LogBatch.trail)).all())
    closing = (
        select(LogName.name, LogEntry.entry)
        .join(LogEntry, LogEntry.position == LogName.position)
        .where(LogName.kind == BATCH)
        .order_by(LogName.position)
    )
    for name, entry in session.execute(closing):
        value = _read_value(entry)
        number = numbers.get(date.fromisoformat(name)) if value else None
        end = session.get(AuditEntry, number) if number else None
        if value and (end is None or compute_trail_mark(keyring, end) != value):
            yield (
                f"the audit trail up to the batch of {name} is not the one that the log knows:"
                " entries were removed or altered, and those after them written anew"
            )


def _read_value(entry: bytes) -> bytes:
    """Return what a batch closed with; what is no such entry is named elsewhere."""
    try:
        leaf = log_entries.parse(entry)
    except FormatError:
        return b""
    return leaf.value if isinstance(leaf, Announcement) else b""
