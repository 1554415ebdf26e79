"""Commands of published figures, a module for each kind of work."""

from portal.statistics.cli import auditing, check, corrections, release, site
from portal.statistics.cli.blueprint import commands

__all__ = ["auditing", "check", "commands", "corrections", "release", "site"]
