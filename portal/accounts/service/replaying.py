"""Rosters, checked: every entry follows from signatures, and the public log says the same."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import acts
from crypto.acts import Signed, Statement
from crypto.errors import CryptoError
from crypto.log_entries import Announcement
from crypto.text import from_json
from portal.accounts import queries
from portal.accounts.models import RosterAct, RosterEntry, RosterMove
from portal.accounts.queries import SEASON_DAYS
from portal.accounts.service import roster
from portal.accounts.service.admitting import BOTH_WITHIN
from portal.cases.bodies import PORTAL_BOARD
from portal.core.errors import PortalError

KIND = "roster"


class LogAnnouncements(Protocol):
    """What the log said of keys and rosters, by kind and name, the oldest first."""

    announced: dict[tuple[str, str], list[bytes]]

    @property
    def last(self) -> date | None:
        """The day up to which the log has everything."""


@dataclass
class Replay:
    """Rosters as the statements make them, one after another."""

    entries: dict[str, list[RosterEntry]] = field(default_factory=lambda: defaultdict(list))
    digests: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    rows: dict[tuple[str, str], list[RosterAct]] = field(default_factory=lambda: defaultdict(list))

    def find_standing(self, body: str, account: str) -> RosterEntry | None:
        """Return what stands of an account on a roster."""
        own = (entry for entry in self.entries[body] if entry.account_id == account)
        return next((entry for entry in own if entry.until is None), None)

    def apply(self, row: RosterAct) -> None:
        """Let one act happen.

        Raises:
            PortalError, CryptoError: it could not have happened so.
        """
        body, before = row.body_code, self.rows[row.body_code, row.account_id]
        if row.act == RosterMove.FOUND:
            if any(not entry.founder for entry in self.entries[body]):
                raise PortalError("the ceremony comes first, and once")
            self._enter(row, founder=True)
            self.digests[body].clear()  # the log never said less than the whole ceremony
        elif row.act == RosterMove.LEAVE:
            self._end(row)
        elif self._is_enough(row, before):
            self._end(row) if row.act == RosterMove.REMOVE else self._enter(row, founder=False)
        before.append(row)
        self.digests[body].add(roster.hash_roster(self.entries[body]))

    def _is_enough(self, row: RosterAct, before: list[RosterAct]) -> bool:
        said = self._check_statement(row)
        own_body = said.body == row.body_code
        pair = not own_body or (row.act == RosterMove.ADMIT and row.body_code == PORTAL_BOARD)
        if not pair:
            return True
        if said.body != PORTAL_BOARD:
            raise PortalError("signed by a member of another body")
        signers = {said.signer} if self._is_seasoned(said, row.done_on) else set()
        for act in reversed(before):
            late = act.done_on + BOTH_WITHIN < row.done_on
            if (act.act, act.signing) != (row.act, row.signing) or late:
                break
            other = acts.read(str(act.statement))
            if self._is_seasoned(other, row.done_on):
                signers.add(other.signer)
        return len(signers) > 1

    def _is_seasoned(self, said: Statement, day: date) -> bool:
        entry = self.find_standing(PORTAL_BOARD, said.signer)
        if entry is None or entry.signing != said.key:
            return False
        return entry.founder or entry.since + timedelta(days=SEASON_DAYS) <= day

    def _check_statement(self, row: RosterAct) -> Statement:
        """Return the statement of an act, made by a key that stood on a roster."""
        line = str(row.statement)
        origin = from_json(line)["origin"]  # type: ignore[index]  # of any log
        said = acts.check(Signed(line, row.signature or b"", str(origin)))
        entry = self.find_standing(said.body, said.signer)
        told = (said.act, said.subject, said.fields.get("signing"))
        if told != (row.act, row.account_id, row.signing.hex()):
            raise PortalError("something else was signed")
        if entry is None or entry.signing != said.key:
            raise PortalError("signed by a key that was on no roster")
        return said

    def _enter(self, row: RosterAct, *, founder: bool) -> None:
        if self.find_standing(row.body_code, row.account_id) is None:
            entry = RosterEntry(
                body_code=row.body_code,
                account_id=row.account_id,
                signing=row.signing,
                since=row.done_on,
                founder=founder,
                until=None,
            )
            self.entries[row.body_code].append(entry)

    def _end(self, row: RosterAct) -> None:
        entry = self.find_standing(row.body_code, row.account_id)
        if entry is not None:
            entry.until = row.done_on


def list_announcements(session: Session) -> list[Announcement]:
    """Return what the log has to say of the roster of each body."""
    return [
        Announcement(KIND, body, roster.hash_roster(queries.list_roster_entries(session, body)))
        for body in _list_bodies(session)
    ]


def check(session: Session, contents: LogAnnouncements, _today: date) -> Iterator[str]:
    """Yield every roster that does not follow from signatures, or that the log says otherwise.

    Args:
        session: to read with.
        contents: what the log said.
    """
    replay = Replay()
    changed: dict[str, date] = {}
    for row in session.scalars(select(RosterAct).order_by(RosterAct.number)):
        changed[row.body_code] = row.done_on
        try:
            replay.apply(row)
        except (PortalError, CryptoError) as error:
            yield f"act {row.number} on the roster of {row.body_code} does not hold: {error}"
    for body in sorted(_list_bodies(session) | replay.entries.keys()):
        stored = roster.hash_roster(queries.list_roster_entries(session, body))
        if stored != roster.hash_roster(replay.entries[body]):
            yield f"the roster of {body} does not follow from what was signed"
        yield from _compare_with_log(body, stored, replay.digests[body], contents, changed)


def _compare_with_log(
    body: str,
    stored: bytes,
    ever: set[bytes],
    contents: LogAnnouncements,
    changed: Mapping[str, date],
) -> Iterator[str]:
    said = contents.announced.get((KIND, body), [])
    if not set(said) <= ever:
        yield f"the log announced a roster of {body} that the database never had"
    merged = contents.last is not None and changed.get(body, date.min) <= contents.last
    if merged and stored not in said[-1:]:
        yield f"the roster of {body} is not what was announced last; `log merge` announces it"


def _list_bodies(session: Session) -> set[str]:
    return set(session.scalars(select(RosterEntry.body_code).distinct()))
