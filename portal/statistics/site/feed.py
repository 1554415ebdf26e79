"""What the feed announces: releases, corrections, changed dates, and repeated signals."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from portal.core.terms import LANGUAGES, Label
from portal.statistics.catalogue import release_days
from portal.statistics.catalogue.tables import get_word
from portal.statistics.formats.atom import FeedEntry
from portal.statistics.releases import announcements, archive, replies
from portal.statistics.releases.archive import PublishedRelease
from portal.statistics.releases.replies import PublishedReply
from portal.statistics.site.figures import signal_charts, texts


def list_entries(folder: Path, root: str) -> list[FeedEntry]:
    """Return all news, the newest first.

    Args:
        folder: of all releases.
        root: the address of the portal.
    """
    news = [_announce_release(release, root) for release in archive.read_chain(folder)]
    news += [_announce_change(change, root) for change in announcements.read_changes(folder)]
    news += [_announce_reply(reply, root) for reply in replies.read_replies(folder)]
    if newest := archive.list_releases(folder):
        news += _list_signals(folder, newest[-1].digest, root)
    return sorted(news, key=lambda entry: (entry.updated, entry.id), reverse=True)


def _announce_release(release: PublishedRelease, root: str) -> FeedEntry:
    text_id = "feed_correction" if release.correction else "feed_release"
    return FeedEntry(
        id=f"figures/{release.name}",
        day=release.published_on,
        updated=release_days.get_release_instant(release.published_on),
        title=_fill_label(text_id, release=release.name),
        text=release.correction or get_word("feed_files"),
        address=f"{root}/figures/{release.name}/",
    )


def _announce_change(change: announcements.DateChange, root: str) -> FeedEntry:
    return FeedEntry(
        id=f"figures/dates/{change.quarter}/{change.day.isoformat()}",
        day=change.announced_on,
        updated=release_days.get_release_instant(change.announced_on),
        title=_fill_label(
            "feed_date",
            quarter=change.quarter,
            was=change.was.isoformat(),
            day=change.day.isoformat(),
        ),
        text=change.reason,
        address=f"{root}/figures/",
    )


def _announce_reply(reply: PublishedReply, root: str) -> FeedEntry:
    return FeedEntry(
        id=f"figures/replies/{reply.file}",
        day=reply.published_on,
        updated=release_days.get_release_instant(reply.published_on),
        title=_fill_label("feed_reply", release=reply.release),
        text=reply.name,
        address=f"{root}/figures/replies/#{reply.area}",
    )


@lru_cache(maxsize=1)
def _list_signals(folder: Path, digest: str, root: str) -> list[FeedEntry]:
    """Return the series of the newest release that were too high for the second quarter running.

    Args:
        folder: of all releases.
        digest: of the newest manifest; what it says cannot change.
        root: the address of the portal.
    """
    del digest
    return list(_announce_signals(archive.list_releases(folder), root))


def _announce_signals(releases: list[PublishedRelease], root: str) -> Iterator[FeedEntry]:
    newest = releases[-1]
    for signal in signal_charts.find_signals(
        [(each.quarter, each.read_documents()) for each in releases]
    ):
        if signal.repeated:
            names = {language: signal.series.get_label(language) for language in LANGUAGES}
            yield FeedEntry(
                id=f"figures/{newest.name}/signal-{signal.series.id}",
                day=newest.published_on,
                updated=release_days.get_release_instant(newest.published_on),
                title=Label(
                    **{
                        k: f"{texts.capitalise(v)}: {get_word('feed_signal').get(k)}"
                        for k, v in names.items()
                    }
                ),
                text=get_word("feed_signal_read"),
                address=f"{root}/figures/{newest.name}/",
            )


def _fill_label(name: str, **values: str) -> Label:
    label = get_word(name)
    return Label(**{language: label.get(language).format(**values) for language in LANGUAGES})
