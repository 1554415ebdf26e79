"""The calendar of releases as announced: the days that follow from the rule, and every change.

releases/dates.json holds the changes, the oldest first. It lies beside the releases, so that a
mirror has it, too; nothing in it is ever altered, only added to.
"""

import json
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from portal.core.blobs import sync_folder
from portal.core.calendar import add_months, quarter_of
from portal.core.errors import Conflict, Invalid
from portal.core.terms import LANGUAGES, Label
from portal.statistics.catalogue import schedule

DATES = "dates.json"
MONTHS_AHEAD = 12
LONGEST_REASON = 1000


@dataclass(frozen=True)
class DateChange:
    """A day that was changed, and why."""

    quarter: str
    day: date  # the new one
    was: date
    announced_on: date
    reason: Label


def read_changes(folder: Path) -> tuple[DateChange, ...]:
    """Return every change, the oldest first.

    Args:
        folder: of all releases.
    """
    try:
        listed = json.loads((folder / DATES).read_bytes())
    except FileNotFoundError:
        return ()
    return tuple(_parse_change(row) for row in listed)


def get_day(folder: Path, quarter: str) -> date:
    """Return the day for which a quarter is announced now.

    Raises:
        ValueError: this is no quarter.
    """
    changed = [change.day for change in read_changes(folder) if change.quarter == quarter]
    return changed[-1] if changed else schedule.release_day(quarter)


def announce(folder: Path, quarter: str, day: date, reason: Label, *, today: date) -> DateChange:
    """Announce another day for a quarter, durably; it stays in the calendar for good.

    Raises:
        Invalid: this is no quarter, or the reason is too long.
        Conflict: the day is the announced one, in the past, or too early for the quarter.
    """
    try:
        was, earliest = get_day(folder, quarter), schedule.earliest_day(quarter)
    except ValueError as error:
        raise Invalid("a quarter looks like 2026-q3") from error
    if max(map(len, reason.texts.values())) > LONGEST_REASON:
        raise Invalid(f"a reason has at most {LONGEST_REASON} characters")
    if day == was:
        raise Conflict(f"{quarter} is announced for {day} already")
    if day < max(earliest, today):
        raise Conflict(f"{quarter} cannot be published before {max(earliest, today)}")
    change = DateChange(quarter, day, was, today, reason)
    folder.mkdir(parents=True, exist_ok=True)
    _write_changes(folder, [_encode_change(change) for change in (*read_changes(folder), change)])
    return change


def list_announced(folder: Path, today: date) -> list[tuple[date, str]]:
    """Return the announced days of the next twelve months, today included, each with its quarter.

    Args:
        folder: of all releases.
        today: the day.
    """
    quarter, last = schedule.back(quarter_of(today), 4), add_months(today, MONTHS_AHEAD)
    days = []
    while schedule.earliest_day(quarter) <= last:
        if today <= (day := get_day(folder, quarter)) <= last:
            days.append((day, quarter))
        quarter = schedule.after(quarter)
    return sorted(days)


def _parse_change(row: dict[str, str]) -> DateChange:
    return DateChange(
        row["quarter"],
        date.fromisoformat(row["day"]),
        date.fromisoformat(row["was"]),
        date.fromisoformat(row["announced_on"]),
        Label(**{language: row[language] for language in LANGUAGES}),
    )


def _encode_change(change: DateChange) -> dict[str, str]:
    days = {"day": change.day, "was": change.was, "announced_on": change.announced_on}
    return {
        "quarter": change.quarter,
        **{name: day.isoformat() for name, day in days.items()},
        **change.reason.texts,
    }


def _write_changes(folder: Path, listed: list[dict[str, str]]) -> None:
    """Put the file in its place at one instant."""
    waiting = folder / f".{DATES}"
    with waiting.open("w", encoding="utf-8") as file:
        json.dump(listed, file, ensure_ascii=False, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    waiting.rename(folder / DATES)
    sync_folder(folder)
