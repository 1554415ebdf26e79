"""What the log says besides the steps of cases, gathered while its tree is built again."""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from crypto.notes import VerifierKey


class Claim(NamedTuple):
    """A state of the log that somebody holds: how many entries, which root."""

    what: str  # "the published checkpoint"
    size: int
    root: bytes


class ClosedBatch(NamedTuple):
    """A batch as the entries themselves have it."""

    through: date
    size: int  # of the log with the entry that closes it
    reports: int
    outcomes: int


@dataclass
class Contents:
    """What was found in the entries; `whole` unless one of them is missing."""

    key: VerifierKey
    witnesses: tuple[VerifierKey, ...] = ()
    whole: bool = True
    batches: list[ClosedBatch] = field(default_factory=list)
    announced: dict[tuple[str, str], list[bytes]] = field(default_factory=dict)
    releases: dict[str, list[bytes]] = field(default_factory=dict)
    reports: int = 0  # since the last batch was closed
    outcomes: int = 0

    def close(self, through: date, size: int) -> None:
        """Note that a batch was closed."""
        self.batches.append(ClosedBatch(through, size, self.reports, self.outcomes))
        self.reports = self.outcomes = 0

    def find_batch(self, position: int) -> ClosedBatch | None:
        """Return the batch that an entry belongs to; none: it was not closed."""
        number = bisect_right(self.batches, position, key=lambda batch: batch.size)
        return self.batches[number] if number < len(self.batches) else None

    @property
    def last(self) -> date | None:
        """The day up to which batches were closed."""
        return self.batches[-1].through if self.batches else None
