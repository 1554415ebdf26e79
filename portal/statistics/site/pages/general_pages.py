"""The pages around the releases: the calendar, what changed, methods, and how to use figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from portal.core.calendar import Quarter
from portal.core.terms import Label
from portal.statistics.catalogue import release_days
from portal.statistics.catalogue import tables as catalogue
from portal.statistics.catalogue.codelists import NATION
from portal.statistics.catalogue.release_facts import Publisher, ReleaseName
from portal.statistics.disclosure.noise import compute_cap, compute_usual_change
from portal.statistics.releases import announcements, archive, replies
from portal.statistics.releases.archive import PublishedRelease
from portal.statistics.site import official
from portal.statistics.site.figures import texts
from portal.statistics.site.pages.page_links import SitePageLinks

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
class ReleaseListing:
    """One version of one release among all of them."""

    quarter: Quarter
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
        return str(ReleaseName(self.quarter, self.version))

    @property
    def late(self) -> bool:
        """Tell whether it came after its announced minute; a correction has no such minute."""
        return self.version == 1 and (self.published > self.announced or bool(self.minutes))


def collect_values(
    frame: SitePageLinks, folder: Path, publisher: Publisher, today: date
) -> Mapping[str, object]:
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
        "releases": [
            _describe_release(folder, release) for release in reversed(archive.read_chain(folder))
        ],
        "upcoming": announcements.list_announced(folder, today),
        "changes": announcements.read_changes(folder),
        "said": replies.group_by_place(replies.read_replies(folder), _list_places(frame.language)),
        "hour": release_days.HOUR,
        "findings": known.dimensions["finding"],
        "measures": known.measures,
        "official": official.load(),
        "noise": _list_noise(archive.list_releases(folder)),
    }


def _list_places(language: str) -> dict[str, str]:
    """Return the nation, then every region by the alphabet, with their names."""
    named = {code: texts.capitalise(name) for code, name in texts.list_regions(language).items()}
    return {NATION: catalogue.get_word("nation").get(language)} | named


def _describe_release(folder: Path, release: PublishedRelease) -> ReleaseListing:
    return ReleaseListing(
        release.quarter,
        release.version,
        release_days.compute_release_day(release.quarter),
        release.published_on,
        release.minutes_late,
        release.digest,
        release.place,
        release.correction,
        tuple(archive.list_audits(folder, release)),
    )


def _list_noise(releases: list[PublishedRelease]) -> list[tuple[Label, int, int]]:
    """Return each table with how far chance changes one of its numbers: usually, and at most."""
    level = releases[-1].manifest["level"] if releases else catalogue.LEVELS[0]
    tables = catalogue.load().select_level_tables(level, whole_year=True)
    costs = [(table, catalogue.load().get_cost(table, level)) for table in tables]
    return [(table.label, compute_usual_change(cost), compute_cap(cost)) for table, cost in costs]
