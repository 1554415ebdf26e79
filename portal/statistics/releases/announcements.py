"""The calendar of releases as announced: the days that follow from the rule, and every change.

releases/dates.json holds the changes, the oldest first. It lies beside the releases, so that a
mirror has it, too; nothing in it is ever altered, only added to.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from portal.core.calendar import Quarter, add_months
from portal.core.errors import Conflict, Invalid
from portal.core.terms import Label
from portal.statistics.catalogue import release_days
from witness.durable import replace_whole

DATES = "dates.json"
MONTHS_AHEAD = 12
LONGEST_REASON = 1000


@dataclass(frozen=True)
class DateChange:
    """A day that was changed, and why."""

    quarter: Quarter
    day: date  # the new one
    was: date
    announced_on: date
    reason: Label


def read_changes(folder: Path) -> tuple[DateChange, ...]:
    """Return every change, the oldest first.

    Args:
        folder: of all releases.
    """
    return tuple(_parse_change(row) for row in _list_changes(folder))


def get_day(folder: Path, quarter: Quarter) -> date:
    """Return the day for which a quarter is announced now."""
    changed = [change.day for change in read_changes(folder) if change.quarter == quarter]
    return changed[-1] if changed else release_days.compute_release_day(quarter)


def announce(
    folder: Path, quarter: Quarter, day: date, reason: Label, *, today: date
) -> DateChange:
    """Announce another day for a quarter, durably; it stays in the calendar for good.

    Raises:
        Invalid: the reason is too long.
        Conflict: the day is the announced one, in the past, or too early for the quarter.
    """
    was, earliest = get_day(folder, quarter), release_days.compute_earliest_day(quarter)
    if max(map(len, reason.texts.values())) > LONGEST_REASON:
        raise Invalid(f"a reason has at most {LONGEST_REASON} characters")
    if day == was:
        raise Conflict(f"{quarter} is announced for {day} already")
    if day < max(earliest, today):
        raise Conflict(f"{quarter} cannot be published before {max(earliest, today)}")
    change = DateChange(quarter, day, was, today, reason)
    folder.mkdir(parents=True, exist_ok=True)
    _write_changes(folder, [*_list_changes(folder), _encode_change(change)])
    return change


def list_announced(folder: Path, today: date) -> list[tuple[date, Quarter]]:
    """Return the announced days of the next twelve months, today included, each with its quarter.

    Args:
        folder: of all releases.
        today: the day.
    """
    quarter, last = Quarter.from_day(today).get_earlier(4), add_months(today, MONTHS_AHEAD)
    days = []
    while release_days.compute_earliest_day(quarter) <= last:
        if today <= (day := get_day(folder, quarter)) <= last:
            days.append((day, quarter))
        quarter = quarter.following
    return sorted(days)


def _list_changes(folder: Path) -> list[dict[str, str]]:
    """Return the changes as they were written, in the languages of their time."""
    try:
        listed: list[dict[str, str]] = json.loads((folder / DATES).read_bytes())
    except FileNotFoundError:
        return []
    return listed


def _parse_change(row: dict[str, str]) -> DateChange:
    return DateChange(
        Quarter(row["quarter"]),
        date.fromisoformat(row["day"]),
        date.fromisoformat(row["was"]),
        date.fromisoformat(row["announced_on"]),
        Label.from_file(row),
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
    text = json.dumps(listed, ensure_ascii=False, indent=1) + "\n"
    replace_whole(folder / DATES, text.encode(), dated=True)
