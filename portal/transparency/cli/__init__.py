"""Commands of the public log, a module for each kind of work."""

from portal.transparency.cli import adopt, auditor, cosign, merge, policy, verify_log
from portal.transparency.cli.blueprint import commands

__all__ = ["adopt", "auditor", "commands", "cosign", "merge", "policy", "verify_log"]
