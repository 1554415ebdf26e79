"""Early warning: what differs from the rest, or from before, by more than chance and noise."""

from portal.statistics.warning.control import (
    BASELINE,
    LEAST_BASELINE,
    LEAST_MEAN,
    Run,
    Signal,
    discoveries,
    dispersion,
    signals,
)
from portal.statistics.warning.funnel import (
    WITHIN_95,
    WITHIN_998,
    Funnel,
    Pooled,
    Unit,
    funnel,
    pooled,
    winsorised,
)

__all__ = [
    "BASELINE",
    "LEAST_BASELINE",
    "LEAST_MEAN",
    "WITHIN_95",
    "WITHIN_998",
    "Funnel",
    "Pooled",
    "Run",
    "Signal",
    "Unit",
    "discoveries",
    "dispersion",
    "funnel",
    "pooled",
    "signals",
    "winsorised",
]
