"""Frozen values that the forms of review yield."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.cases.service import SealedFile
from portal.core.errors import Invalid

_CURSOR = re.compile(r"([1-4])\.([0-9-]{10})?\.([0-9a-f]{32})")


class QueueScope(StrEnum):
    """Which cases of a body the queue shows."""

    OPEN = "open"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    OVERDUE = "overdue"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a person wants to see of the queue; empty texts mean everything."""

    which: QueueScope = QueueScope.OPEN
    status: str = ""
    category: str = ""
    region: str = ""
    reference: str = ""  # beginning of a case's number, hexadecimal digits only


@dataclass(frozen=True)
class Cursor:
    """The last row of a page: the next page begins after it."""

    priority: int
    due_on: date | None
    case_id: str

    @property
    def text(self) -> str:
        """Return the cursor as it stands in an address."""
        return f"{self.priority}.{self.due_on or ''}.{self.case_id}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Read what `text` gave.

        Raises:
            Invalid: it is something else.
        """
        match = _CURSOR.fullmatch(text)
        if match is None:
            raise Invalid("not a place in the queue")
        priority, due, case_id = match.groups()
        try:
            urgency = {"1": 1, "2": 2, "3": 3, "4": 4}[priority]
            return cls(urgency, date.fromisoformat(due) if due else None, case_id)
        except (KeyError, ValueError) as error:
            raise Invalid("not a day in the queue") from error


@dataclass(frozen=True)
class SealedWriting:
    """What a person wrote, sealed and signed in their browser, with the files beside it."""

    seq: int
    body: bytes
    files: Sequence[SealedFile] = ()


@dataclass(frozen=True)
class Ruling:
    """Coded outcome of every allegation of a case, and what followed."""

    outcomes: Mapping[int, str]  # by position of the allegation
    sanctions: Mapping[int, Sequence[str]]
    stage: str = ""  # of the criminal track, if one was reached
