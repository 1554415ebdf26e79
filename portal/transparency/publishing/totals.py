"""How many reports and outcomes the log has of each quarter, counted between its batch markers."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from crypto import log_entries
from crypto.log_entries import BATCH, KEYS, OUTCOME, REPORT, Announcement
from portal.core.calendar import Quarter
from portal.transparency import queries

FILE = "totals.json"  # among the files of the log
_PART = 1 << 14  # entries in memory at once
_MARKER, _REPORT, _OUTCOME = (ord(kind) for kind in (KEYS, REPORT, OUTCOME))


@dataclass(frozen=True)
class Count:
    """Reports received and cases concluded."""

    reports: int = 0
    outcomes: int = 0


@dataclass
class Totals:
    """What was counted up to an entry; `waiting` are those after the last marker."""

    size: int = 0
    first: date | None = None  # day of the first marker
    through: date | None = None  # day of the last one
    waiting: Count = Count()
    quarters: dict[str, Count] = field(default_factory=dict)

    def find_quarter(self, quarter: Quarter) -> Count | None:
        """Return the numbers of a quarter; none: the log does not have all of it."""
        whole = self.through is not None and self.through >= quarter.last
        return self.quarters.get(quarter) if whole else None

    def add(self, entries: Iterable[bytes]) -> None:
        """Count the entries that follow.

        Raises:
            FormatError: a marker that is none.
        """
        reports, outcomes = self.waiting.reports, self.waiting.outcomes
        for entry in entries:
            self.size += 1
            kind = entry[1]
            reports += kind == _REPORT
            outcomes += kind == _OUTCOME
            if kind == _MARKER and (through := parse_marker(entry)):
                quarter = Quarter.from_day(through)
                known = self.quarters.get(quarter, Count())
                self.quarters[quarter] = Count(known.reports + reports, known.outcomes + outcomes)
                self.first, self.through = self.first or through, through
                reports = outcomes = 0
        self.waiting = Count(reports, outcomes)

    @property
    def data(self) -> bytes:
        """The numbers as they are kept beside the files of the log."""
        told = {
            "size": self.size,
            "first": self.first and self.first.isoformat(),
            "through": self.through and self.through.isoformat(),
            "waiting": _to_pair(self.waiting),
            "quarters": {name: _to_pair(count) for name, count in self.quarters.items()},
        }
        return json.dumps(told, indent=1).encode() + b"\n"


def parse_marker(entry: bytes) -> date | None:
    """Return the day that an entry closes; none: it closes no batch.

    Raises:
        FormatError: no entry of the log.
    """
    leaf = log_entries.parse(entry)
    if isinstance(leaf, Announcement) and leaf.kind == BATCH:
        return date.fromisoformat(leaf.name)
    return None


def read_totals(folder: Path) -> Totals:
    """Return what is kept beside the files of the log; nothing counted if nothing is."""
    try:
        told = json.loads((folder / FILE).read_bytes())
    except FileNotFoundError:
        return Totals()
    return Totals(
        told["size"],
        _parse_day(told["first"]),
        _parse_day(told["through"]),
        Count(*told["waiting"]),
        {name: Count(*pair) for name, pair in told["quarters"].items()},
    )


def update_totals(session: Session, folder: Path, size: int) -> Totals:
    """Return the numbers of the first entries of the log; goes on from what is kept.

    Args:
        session: to read with.
        folder: of the files of the log.
        size: of the log.
    """
    totals = read_totals(folder)
    if totals.size > size:
        totals = Totals()
    for first in range(totals.size, size, _PART):
        totals.add(queries.read_entries(session, first, min(first + _PART, size)))
    return totals


def _parse_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _to_pair(count: Count) -> list[int]:
    return [count.reports, count.outcomes]
