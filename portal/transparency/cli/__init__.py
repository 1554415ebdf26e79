"""Commands of the public log, a module for each kind of work."""

from portal.transparency.cli import auditor, cosign, merge, policy, verify
from portal.transparency.cli.blueprint import commands

__all__ = ["auditor", "commands", "cosign", "merge", "policy", "verify"]
