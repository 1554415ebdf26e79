"""Whether what stands on the trail was signed by those who are said to have done it."""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from crypto import acts as signing
from crypto.acts import Signed, Statement
from crypto.errors import FormatError, OpenError
from portal.accounts.models import RosterEntry
from portal.accounts.service.act_checks import DAYS_APART
from portal.cases.audit import REPORTER, SYSTEM
from portal.cases.codes import AuditAct, SignedAct
from portal.cases.models import AuditEntry
from portal.cases.signed_acts import (
    ALSO_WITHOUT_PEOPLE,
    NEEDS_SIGNATURE,
    RULES,
    TRAIL,
    TrailEntry,
    is_entry_covered,
)

_BATCH = 1000
_HASH = 32
_KNOWN = frozenset(act for act, _ in RULES)
# What was asked for happens when a second person confirms.
_LATER = (SignedAct.PROPOSE, AuditAct.STATUS_DECIDED)


class _Reader:
    """What has been read of the trail so far: one hash and one number for each entry."""

    def __init__(self, session: Session, origin: str) -> None:
        self._origin = origin
        self._hashes = bytearray()
        self._ids: set[str] = set()
        self._last = ""
        self._rosters: dict[tuple[str, str, bytes], list[tuple[date, date | None]]] = {}
        for entry in session.scalars(select(RosterEntry)):
            key = (entry.account_id, entry.body_code, entry.signing)
            self._rosters.setdefault(key, []).append((entry.since, entry.until))

    def find_faults(self, entry: AuditEntry, *, due: bool) -> Iterator[str]:
        """Yield what is wrong with the signature of an entry; `due`: it must have one."""
        if entry.statement is not None:
            yield from self._check_signature(entry)
        elif due:
            yield "nobody signed it"
        elif entry.act in NEEDS_SIGNATURE - ALSO_WITHOUT_PEOPLE and entry.actor in {
            SYSTEM,
            REPORTER,
        }:
            yield "only people do this, and no person is named"
        self._hashes += entry.hash

    def _check_signature(self, entry: AuditEntry) -> Iterator[str]:
        try:
            said = signing.check(Signed(str(entry.statement), entry.signature or b"", self._origin))
        except (FormatError, OpenError):
            yield "its signature does not fit"
            return
        told = TrailEntry(entry.act, entry.actor, entry.case_id, entry.detail, entry.done_on)
        if (said.act in _KNOWN or entry.act in NEEDS_SIGNATURE) and not is_entry_covered(
            said, told
        ):
            yield "what was signed is something else"
        if said.signer != entry.actor or not self._is_on_roster(said, entry.done_on):
            yield "its key was not on the roster"
        if not self._has_entry(said):
            yield "its signer saw another trail before it: entries were altered or removed"
        if not self._is_new(said, entry):
            yield "its statement stands elsewhere too"

    def _is_on_roster(self, said: Statement, day: date) -> bool:
        spans = self._rosters.get((said.signer, said.body, said.key), [])
        return any(since <= day and (until is None or day <= until) for since, until in spans)

    def _has_entry(self, said: Statement) -> bool:
        number, _, digest = str(said.fields.get(TRAIL, "")).partition(":")
        plain = number.isascii() and number.isdecimal()
        if not plain or len(number) > len(str(len(self._hashes))):
            return False
        end = int(number) * _HASH
        if end == 0:
            return not self._hashes and digest == bytes(_HASH).hex()
        return self._hashes[end - _HASH : end].hex() == digest

    def _is_new(self, said: Statement, entry: AuditEntry) -> bool:
        """Tell whether a statement is used once: by entries of one transaction, side by side."""
        if (said.act, entry.act) == _LATER:
            return said.id in self._ids
        apart = timedelta(days=DAYS_APART)
        same, self._last = self._last == said.id, said.id
        fresh = said.id not in self._ids and abs(said.day - entry.done_on) <= apart
        self._ids.add(said.id)
        return same or fresh


def find_faults(session: Session, origin: str) -> Iterator[str]:
    """Yield every act of a person on the trail that this person did not sign, in their order.

    The trail is read as a stream. Its own chain is `cases.audit.verify`'s to check: whoever has the
    database can compute that anew, but no signature.

    Args:
        session: the database.
        origin: name of the public log, which every statement names.
    """
    reader, since = _Reader(session, origin), _find_first_signed(session)
    if since is None and session.scalar(select(exists().where(RosterEntry.id.is_not(None)))):
        since = 0  # the entry of the ceremony is gone, and nothing that was signed is left
    entries = select(AuditEntry).order_by(AuditEntry.number).execution_options(yield_per=_BATCH)
    for entry in session.scalars(entries):
        persons = entry.act in NEEDS_SIGNATURE and entry.actor not in {SYSTEM, REPORTER}
        due = persons and since is not None and entry.number > since
        about = f" of case {entry.case_id}" if entry.case_id else ""
        for fault in reader.find_faults(entry, due=due):
            yield f"entry {entry.number} ({entry.act}{about}): {fault}"


def _find_first_signed(session: Session) -> int | None:
    """Return the number of the entry from which on acts of people are signed."""
    # From the first ceremony on, acts of people are signed.
    begins = or_(AuditEntry.act == AuditAct.FOUNDED, AuditEntry.statement.is_not(None))
    return session.scalar(
        select(AuditEntry.number).where(begins).order_by(AuditEntry.number).limit(1)
    )
