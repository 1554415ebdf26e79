"""What is told in the feed: releases, corrections, changed dates, and repeated signals."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from portal.core.terms import LANGUAGES, Label
from portal.statistics.catalogue import schedule
from portal.statistics.catalogue.tables import word
from portal.statistics.formats.atom import Entry
from portal.statistics.releases import archive, calendar, replies
from portal.statistics.releases.archive import Published
from portal.statistics.releases.replies import Said
from portal.statistics.site.figures import alarms, texts


def list_entries(folder: Path, root: str) -> list[Entry]:
    """Return all news, the newest first.

    Args:
        folder: of all releases.
        root: the address of the portal.
    """
    found = [_announce_release(one, root) for one in archive.read_chain(folder)]
    found += [_announce_change(one, root) for one in calendar.read_changes(folder)]
    found += [_announce_reply(one, root) for one in replies.read_replies(folder)]
    if newest := archive.list_releases(folder):
        found += _list_signals(folder, newest[-1].digest, root)
    return sorted(found, key=lambda one: (one.updated, one.id), reverse=True)


def _announce_release(one: Published, root: str) -> Entry:
    told = "feed_correction" if one.correction else "feed_release"
    return Entry(
        id=f"figures/{one.name}",
        day=one.published_on,
        updated=schedule.moment(one.published_on),
        title=_fill_label(told, release=one.name),
        text=one.correction or word("feed_files"),
        address=f"{root}/figures/{one.name}/",
    )


def _announce_change(one: calendar.Change, root: str) -> Entry:
    return Entry(
        id=f"figures/dates/{one.quarter}/{one.day.isoformat()}",
        day=one.announced_on,
        updated=schedule.moment(one.announced_on),
        title=_fill_label(
            "feed_date", quarter=one.quarter, was=one.was.isoformat(), day=one.day.isoformat()
        ),
        text=one.reason,
        address=f"{root}/figures/",
    )


def _announce_reply(one: Said, root: str) -> Entry:
    return Entry(
        id=f"figures/replies/{one.file}",
        day=one.published_on,
        updated=schedule.moment(one.published_on),
        title=_fill_label("feed_reply", release=one.release),
        text=one.name,
        address=f"{root}/figures/replies/#{one.area}",
    )


@lru_cache(maxsize=1)
def _list_signals(folder: Path, digest: str, root: str) -> list[Entry]:
    """Return the series of the newest release that were too high for the second quarter running.

    Args:
        folder: of all releases.
        digest: of the newest manifest; what it says cannot change.
        root: the address of the portal.
    """
    del digest
    return list(_announce_signals(archive.list_releases(folder), root))


def _announce_signals(found: list[Published], root: str) -> Iterator[Entry]:
    newest = found[-1]
    for one in alarms.find_signals([(each.quarter, each.read_documents()) for each in found]):
        if one.repeated:
            names = {language: one.track.get_label(language) for language in LANGUAGES}
            yield Entry(
                id=f"figures/{newest.name}/signal-{one.track.id}",
                day=newest.published_on,
                updated=schedule.moment(newest.published_on),
                title=Label(
                    **{
                        k: f"{texts.capitalise(v)}: {word('feed_signal').get(k)}"
                        for k, v in names.items()
                    }
                ),
                text=word("feed_signal_read"),
                address=f"{root}/figures/{newest.name}/",
            )


def _fill_label(name: str, **values: str) -> Label:
    label = word(name)
    return Label(**{one: label.get(one).format(**values) for one in LANGUAGES})
