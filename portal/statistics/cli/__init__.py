"""Commands of published figures, a module for each kind of work."""

from portal.statistics.cli import check, corrections, release, site
from portal.statistics.cli.blueprint import commands

__all__ = ["check", "commands", "corrections", "release", "site"]
