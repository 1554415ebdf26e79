"""What is told in the feed: releases, corrections, changed dates, and repeated signals."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from portal.core.terms import LANGUAGES, Label
from portal.statistics.catalogue import release_days
from portal.statistics.catalogue.tables import get_word
from portal.statistics.formats.atom import Entry
from portal.statistics.releases import archive, calendar, replies
from portal.statistics.releases.archive import Published
from portal.statistics.releases.replies import Said
from portal.statistics.site.figures import alarms, texts


def entries(folder: Path, root: str) -> list[Entry]:
    """Return all news, the newest first.

    Args:
        folder: of all releases.
        root: the address of the portal.
    """
    found = [_release(one, root) for one in archive.chain(folder)]
    found += [_change(one, root) for one in calendar.changes(folder)]
    found += [_reply(one, root) for one in replies.said(folder)]
    if newest := archive.releases(folder):
        found += _signals(folder, newest[-1].digest, root)
    return sorted(found, key=lambda one: (one.updated, one.id), reverse=True)


def _release(one: Published, root: str) -> Entry:
    told = "feed_correction" if one.correction else "feed_release"
    return Entry(
        id=f"figures/{one.name}",
        day=one.published_on,
        updated=release_days.get_release_instant(one.published_on),
        title=_filled(told, release=one.name),
        text=one.correction or get_word("feed_files"),
        address=f"{root}/figures/{one.name}/",
    )


def _change(one: calendar.Change, root: str) -> Entry:
    return Entry(
        id=f"figures/dates/{one.quarter}/{one.day.isoformat()}",
        day=one.announced_on,
        updated=release_days.get_release_instant(one.announced_on),
        title=_filled(
            "feed_date", quarter=one.quarter, was=one.was.isoformat(), day=one.day.isoformat()
        ),
        text=one.reason,
        address=f"{root}/figures/",
    )


def _reply(one: Said, root: str) -> Entry:
    return Entry(
        id=f"figures/replies/{one.file}",
        day=one.published_on,
        updated=release_days.get_release_instant(one.published_on),
        title=_filled("feed_reply", release=one.release),
        text=one.name,
        address=f"{root}/figures/replies/#{one.area}",
    )


@lru_cache(maxsize=1)
def _signals(folder: Path, digest: str, root: str) -> list[Entry]:
    """Return the series of the newest release that were too high for the second quarter running.

    Args:
        folder: of all releases.
        digest: of the newest manifest; what it says cannot change.
        root: the address of the portal.
    """
    del digest
    return list(_warned(archive.releases(folder), root))


def _warned(found: list[Published], root: str) -> Iterator[Entry]:
    newest = found[-1]
    for one in alarms.warned([(each.quarter, each.documents()) for each in found]):
        if one.repeated:
            names = {language: one.track.label(language) for language in LANGUAGES}
            yield Entry(
                id=f"figures/{newest.name}/signal-{one.track.id}",
                day=newest.published_on,
                updated=release_days.get_release_instant(newest.published_on),
                title=Label(
                    **{
                        k: f"{texts.titled(v)}: {get_word('feed_signal').get(k)}"
                        for k, v in names.items()
                    }
                ),
                text=get_word("feed_signal_read"),
                address=f"{root}/figures/{newest.name}/",
            )


def _filled(name: str, **values: str) -> Label:
    label = get_word(name)
    return Label(**{one: label.get(one).format(**values) for one in LANGUAGES})
