"""Measures without noise: exact totals, punctuality, and what there are no figures for."""

from collections.abc import Sequence

from portal.statistics.catalogue.periods import Span
from portal.statistics.dataset.measure_row import COUNT, LOW, MISSING, RATIO, Rate

FLOW = "flow"
TOTALS = "totals"
CATALOGUE = "catalogue"
# Strength of the police is not published; what was recommended is no coded fact.
UNAVAILABLE = ("K2b", "K13")


def compute_exact_measures(received: int, concluded: int, span: Span) -> list[Rate]:
    """Return the measures of the exact totals: K1, received, and K7, concluded for each one."""
    first = Rate("K1", span, FLOW, part=received, value=received, unit=COUNT, source=TOTALS)
    second = Rate("K7", span, FLOW, part=concluded, whole=received, unit=RATIO, source=TOTALS)
    second = (
        second._replace(value=concluded / received) if received else second._replace(status=LOW)
    )
    return [first, second]


def compute_punctuality(punctual: Sequence[bool], span: Span) -> Rate:
    """Return K23: how many releases came out at the minute that was announced.

    Args:
        punctual: of every release before this one, whether it did.
        span: the quarter of this one.
    """
    part, whole = sum(punctual), len(punctual)
    row = Rate("K23", span, FLOW, part=part, whole=whole, unit=RATIO, source=CATALOGUE)
    return row._replace(value=part / whole) if punctual else row._replace(status=LOW)


def list_unavailable(span: Span) -> list[Rate]:
    """Return a row for each measure that nobody has figures for; its caveat says why."""
    return [
        Rate(name, span, FLOW, status=MISSING, unit=RATIO, source=CATALOGUE) for name in UNAVAILABLE
    ]
