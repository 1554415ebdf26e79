"""Pages of a release, written once with it: they ask for no database, no session and no server."""

from portal.statistics.pages.making import files
from portal.statistics.pages.work import Press

__all__ = ["Press", "files"]
