"""What the pages of a release show: documents become pictures with the same numbers in a table.

Everything comes from the documents of releases, never from cases.
"""

from portal.statistics.figures.alarms import Warned, warned
from portal.statistics.figures.overview import of_release
from portal.statistics.figures.places import of_category, of_region, share_card
from portal.statistics.figures.reading import Documents, History
from portal.statistics.figures.subjects import compare, outcomes, timeliness, verdicts, warnings
from portal.statistics.figures.texts import regions, share, titled, whole

__all__ = [
    "Documents",
    "History",
    "Warned",
    "compare",
    "of_category",
    "of_region",
    "of_release",
    "outcomes",
    "regions",
    "share",
    "share_card",
    "timeliness",
    "titled",
    "verdicts",
    "warned",
    "warnings",
    "whole",
]
