"""Published figures: pages around the releases, files of releases, and what programs ask for."""

from portal.statistics.views import (
    api,
    counting,
    drafts,
    feeds,
    general_pages,
    release_files,
    replies,
)
from portal.statistics.views.blueprint import pages

__all__ = [
    "api",
    "counting",
    "drafts",
    "feeds",
    "general_pages",
    "pages",
    "release_files",
    "replies",
]
