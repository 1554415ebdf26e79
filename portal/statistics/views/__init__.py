"""Published figures: pages around the releases, files of releases, and what programs ask for."""

from portal.statistics.views import api, files, outside
from portal.statistics.views.blueprint import pages

__all__ = ["api", "files", "outside", "pages"]
