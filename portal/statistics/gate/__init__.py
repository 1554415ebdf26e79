"""The gate before a release: attacks on published figures, each shown to have teeth."""

from portal.statistics.gate.releases import check_release
from portal.statistics.gate.result import Result

__all__ = ["Result", "check_release"]
