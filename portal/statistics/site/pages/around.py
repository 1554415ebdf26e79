"""The pages around the releases: the calendar, what changed, methods, and how to use figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from portal.core.terms import Label
from portal.statistics.catalogue import release_days
from portal.statistics.catalogue import tables as catalogue
from portal.statistics.catalogue.codelists import NATION
from portal.statistics.catalogue.release_facts import Publisher
from portal.statistics.disclosure.noise import compute_cap, compute_usual_change
from portal.statistics.releases import archive, calendar, replies
from portal.statistics.releases.archive import Published
from portal.statistics.site import official
from portal.statistics.site.figures import texts
from portal.statistics.site.pages.frame import Outside

TEMPLATES = {
    "figures": "statistics/site/releases.html",
    "figures/calendar": "statistics/site/calendar.html",
    "figures/changes": "statistics/site/changes.html",
    "figures/replies": "statistics/site/replies.html",
    "figures/about": "statistics/site/about.html",
    "figures/official": "statistics/site/official.html",
    "figures/journalists": "statistics/site/journalists.html",
}


@dataclass(frozen=True)
class Out:
    """One version of one release among all of them."""

    quarter: str
    version: int
    announced: date  # by the rule, before any change
    published: date
    minutes: int | None  # after the announced one; None for one of which only the day is known
    digest: str
    place: int | None  # in the public log
    correction: Label | None
    audits: tuple[str, ...]  # paths of the words of auditors, below the folder of all releases

    @property
    def name(self) -> str:
        """Return the release as it is cited: 2026-q3/v1."""
        return f"{self.quarter}/v{self.version}"

    @property
    def late(self) -> bool:
        """Tell whether it came after its announced minute; a correction has no such minute."""
        return self.version == 1 and (self.published > self.announced or bool(self.minutes))


def values(frame: Outside, folder: Path, publisher: Publisher, today: date) -> Mapping[str, object]:
    """Return what every page around the releases may show.

    Args:
        frame: where the page stands.
        folder: of all releases.
        publisher: the portal.
        today: the day it is made.
    """
    known = catalogue.load()
    return {
        "frame": frame,
        "publisher": publisher,
        "releases": [_out(folder, one) for one in reversed(archive.chain(folder))],
        "upcoming": calendar.calendar(folder, today),
        "changes": calendar.changes(folder),
        "said": replies.by_place(replies.said(folder), _places(frame.language)),
        "hour": release_days.HOUR,
        "findings": known.dimensions["finding"],
        "measures": known.measures,
        "official": official.load(),
        "noise": _noise(archive.releases(folder)),
    }


def _places(language: str) -> dict[str, str]:
    """Return the nation, then every region by the alphabet, with their names."""
    named = {code: texts.titled(name) for code, name in texts.regions(language).items()}
    return {NATION: catalogue.get_word("nation").get(language)} | named


def _out(folder: Path, found: Published) -> Out:
    return Out(
        found.quarter,
        found.version,
        release_days.compute_release_day(found.quarter),
        found.published_on,
        found.minutes_late,
        found.digest,
        found.place,
        found.correction,
        tuple(archive.audits(folder, found)),
    )


def _noise(found: list[Published]) -> list[tuple[Label, int, int]]:
    """Return each table with how far chance changes one of its numbers: usually, and at most."""
    level = found[-1].manifest["level"] if found else catalogue.LEVELS[0]
    tables = catalogue.load().select_tables(catalogue.LAST_QUARTER, level)
    costs = [(table, catalogue.load().get_cost(table, level)) for table in tables]
    return [(table.label, compute_usual_change(cost), compute_cap(cost)) for table, cost in costs]
