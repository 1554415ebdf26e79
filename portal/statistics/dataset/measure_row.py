"""One row of the measures."""

from typing import NamedTuple

from portal.statistics.catalogue.codes import NATION, TOTAL
from portal.statistics.catalogue.periods import Span

LOW = "u"  # too few cases for the rate to mean anything
HIDDEN = "c"  # its numerator is too small to show
MISSING = "x"  # not available; the caveat of the measure says why
BEYOND = ">"  # longer than the last band of durations
COUNT, SHARE, RATIO = "count", "share", "ratio"
PER_100_000, WORKING_DAYS = "per_100000", "working_days"


class Rate(NamedTuple):
    """One measure of one area; numbers that are not shown are None."""

    measure: str
    span: Span
    basis: str
    area: str = NATION
    outcome: str = TOTAL
    clock: str = ""
    part: int | None = None
    whole: int | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    status: str = ""
    unit: str = SHARE
    source: str = ""
