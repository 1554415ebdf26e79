"""The pages around the releases: the calendar, what changed, methods, and how to use figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.statistics import catalogue, schedule
from portal.statistics.archive import Published
from portal.statistics.disclosure import cap, usual_change
from portal.statistics.facts import Publisher
from portal.statistics.pages.frame import Outside

A_YEAR = timedelta(days=366)
QUARTERS = 5  # at most so many days of release are within a year
TEMPLATES = {
    "figures": "statistics/site/releases.html",
    "figures/calendar": "statistics/site/calendar.html",
    "figures/changes": "statistics/site/changes.html",
    "figures/about": "statistics/site/about.html",
    "figures/journalists": "statistics/site/journalists.html",
}


@dataclass(frozen=True)
class Out:
    """One release among all of them."""

    quarter: str
    name: str  # 2026-q3/v1
    announced: date
    published: date
    digest: str

    @property
    def punctual(self) -> bool:
        """Tell whether it came on the day that was announced."""
        return self.published == self.announced


def values(
    frame: Outside, found: Sequence[Published], publisher: Publisher, today: date
) -> Mapping[str, object]:
    """Return what every page around the releases may show.

    Args:
        frame: where the page stands.
        found: all releases, the oldest first.
        publisher: the portal.
        today: the day it is made.
    """
    known = catalogue.load()
    return {
        "frame": frame,
        "publisher": publisher,
        "releases": [_out(one) for one in reversed(found)],
        "upcoming": _within_a_year(today),
        "hour": schedule.HOUR,
        "findings": known.dimensions["finding"],
        "measures": known.measures,
        "changes": _changes(found),
    }


def _out(found: Published) -> Out:
    return Out(
        found.quarter,
        f"{found.quarter}/v{found.version}",
        schedule.release_day(found.quarter),
        date.fromisoformat(found.manifest["published_on"]),
        found.digest,
    )


def _within_a_year(today: date) -> list[tuple[date, str]]:
    days = schedule.upcoming(today, QUARTERS)
    return [(day, quarter) for day, quarter in days if day - today <= A_YEAR]


def _changes(found: Sequence[Published]) -> list[tuple[catalogue.Table, int, int]]:
    """Return every table with how far chance changes one of its numbers: usually, and at most."""
    level = found[-1].manifest["level"] if found else catalogue.LEVELS[0]
    tables = catalogue.load().tables_of(catalogue.LAST_QUARTER, level)
    costs = [(table, catalogue.load().cost(table, level)) for table in tables]
    return [(table, usual_change(cost), cap(cost)) for table, cost in costs]
