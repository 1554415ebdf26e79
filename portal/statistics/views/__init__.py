"""Published figures: pages around the releases, files of releases, and what programs ask for."""

from portal.statistics.views import api, counting, drafts, feeds, files, outside, replies
from portal.statistics.views.blueprint import pages

__all__ = ["api", "counting", "drafts", "feeds", "files", "outside", "pages", "replies"]
