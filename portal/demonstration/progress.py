"""How far the making of a demonstration has come: in the terminal, and for the pages meanwhile."""

import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

import click

from witness.durable import replace_whole


class Task(StrEnum):
    """A task of the whole work, as the terminal calls it."""

    PEOPLE = "Accounts and their keys"
    ACTS = "Acts in cases"
    CASES = "Cases"
    LATE = "Notices about late cases"
    QUARTERS = "Published quarters"


# Of all the work, in percent: where a part begins and ends. About what each takes.
SHARES: Mapping[Task, tuple[int, int]] = {
    Task.PEOPLE: (0, 6),
    Task.ACTS: (6, 54),
    Task.CASES: (6, 54),
    Task.LATE: (54, 55),
    Task.QUARTERS: (55, 99),
}


class PreparationProgress:
    """Tells of one part of the work after another: one line that changes, or plain lines."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file  # where other processes read the percentage
        self._percent = -1
        self._moves = sys.stdout.isatty()
        self._open = False

    def tell(self, part: Task, done: int = 0, total: int = 0) -> None:
        """Say which part is under way, and how much of it is done."""
        self._note(part, done, total)
        text = f"{part}: {done:,} of {total:,}" if total else part
        if self._moves:
            click.echo(f"\r\x1b[K  {self._percent} %  {text}", nl=False)
            self._open = True
        elif done in {0, total}:
            click.echo(f"  {text}")

    def end(self) -> None:
        """Close the line."""
        if self._open:
            click.echo("\r\x1b[K", nl=False)
            self._open = False

    def _note(self, part: Task, done: int, total: int) -> None:
        first, last = SHARES[part]
        percent = first + (last - first) * done // max(total, 1)
        if percent != self._percent and self._file is not None:
            replace_whole(self._file, str(percent).encode())
        self._percent = percent
