"""Recomputing a release outside the portal: what an auditor is given, what is checked."""

from portal.statistics.auditing.checking import CHECKS, Fault, Finding, check
from portal.statistics.auditing.contents import Contents, read_log
from portal.statistics.auditing.export import export
from portal.statistics.auditing.package import Package

__all__ = [
    "CHECKS",
    "Contents",
    "Fault",
    "Finding",
    "Package",
    "check",
    "export",
    "read_log",
]
