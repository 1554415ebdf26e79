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
from portal.core.calendar import add_months, compute_quarter
from portal.core.errors import Conflict, Invalid
from portal.core.terms import LANGUAGES, Label
from portal.statistics.catalogue import schedule

DATES = "dates.json"
MONTHS_AHEAD = 12
LONGEST_REASON = 1000


@dataclass(frozen=True)
class Change:
    """A day that was changed, and why."""

    quarter: str
    day: date  # the new one
    was: date
    announced_on: date
    reason: Label


def changes(folder: Path) -> tuple[Change, ...]:
    """Return every change, the oldest first.

    Args:
        folder: of all releases.
    """
    try:
        listed = json.loads((folder / DATES).read_bytes())
    except FileNotFoundError:
        return ()
    return tuple(_read(one) for one in listed)


def day_of(folder: Path, quarter: str) -> date:
    """Return the day for which a quarter is announced now.

    Raises:
        ValueError: this is no quarter.
    """
    changed = [one.day for one in changes(folder) if one.quarter == quarter]
    return changed[-1] if changed else schedule.release_day(quarter)


def announce(folder: Path, quarter: str, day: date, reason: Label, *, today: date) -> Change:
    """Announce another day for a quarter, durably; it stays in the calendar for good.

    Raises:
        Invalid: this is no quarter, or the reason is too long.
        Conflict: the day is the announced one, in the past, or too early for the quarter.
    """
    try:
        was, earliest = day_of(folder, quarter), schedule.earliest_day(quarter)
    except ValueError as error:
        raise Invalid("a quarter looks like 2026-q3") from error
    if max(map(len, reason.texts.values())) > LONGEST_REASON:
        raise Invalid(f"a reason has at most {LONGEST_REASON} characters")
    if day == was:
        raise Conflict(f"{quarter} is announced for {day} already")
    if day < max(earliest, today):
        raise Conflict(f"{quarter} cannot be published before {max(earliest, today)}")
    change = Change(quarter, day, was, today, reason)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder, [_written(one) for one in (*changes(folder), change)])
    return change


def calendar(folder: Path, today: date) -> list[tuple[date, str]]:
    """Return the announced days of the next twelve months, today included, each with its quarter.

    Args:
        folder: of all releases.
        today: the day.
    """
    quarter, last = schedule.back(compute_quarter(today), 4), add_months(today, MONTHS_AHEAD)
    found = []
    while schedule.earliest_day(quarter) <= last:
        if today <= (day := day_of(folder, quarter)) <= last:
            found.append((day, quarter))
        quarter = schedule.after(quarter)
    return sorted(found)


def _read(one: dict[str, str]) -> Change:
    return Change(
        one["quarter"],
        date.fromisoformat(one["day"]),
        date.fromisoformat(one["was"]),
        date.fromisoformat(one["announced_on"]),
        Label(**{language: one[language] for language in LANGUAGES}),
    )


def _written(change: Change) -> dict[str, str]:
    days = {"day": change.day, "was": change.was, "announced_on": change.announced_on}
    return {
        "quarter": change.quarter,
        **{name: day.isoformat() for name, day in days.items()},
        **change.reason.texts,
    }


def _write(folder: Path, listed: list[dict[str, str]]) -> None:
    """Put the file in its place at one instant."""
    waiting = folder / f".{DATES}"
    with waiting.open("w", encoding="utf-8") as file:
        json.dump(listed, file, ensure_ascii=False, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    waiting.rename(folder / DATES)
    sync_folder(folder)
