"""Whether the procedure was kept: acknowledged, redirected and extended, each in its time."""

from collections.abc import Iterator

from portal.statistics.dataset.measure_row import MISSING, Rate
from portal.statistics.disclosure.protected_table import ProtectedTable
from portal.statistics.measures.share import Codes, fill_share, make_row

COHORT = "cohort"
THREE_DAYS = "3 working days"
THREE_DAYS_BY_LAW = "3 working days, statutory"
ONE_DAY = "1 working days"
IN_TIME = "in_time"
TOLD = "told_in_time"

_REDIRECTED = frozenset({"redirected_in_time", "redirected_late"})
_EXTENDED = frozenset({TOLD, "told_late"})


def compute_rates(protected: ProtectedTable) -> Iterator[Rate]:
    """Yield K3, K4 and K8 of a cohort; the table does not tell one working day from three."""
    yield make_row(protected, "K3", COHORT)._replace(outcome=IN_TIME, clock=ONE_DAY, status=MISSING)
    for area in protected.list_areas():
        for measure, outcome, clock, part, whole in _RULES:
            row = make_row(protected, measure, COHORT, area)._replace(outcome=outcome, clock=clock)
            yield fill_share(protected, row, part, whole)


_RULES: tuple[tuple[str, str, str, Codes, Codes], ...] = (
    ("K3", IN_TIME, THREE_DAYS, {"acknowledgement": frozenset({IN_TIME})}, {}),
    (
        "K4",
        IN_TIME,
        THREE_DAYS_BY_LAW,
        {"procedure": frozenset({"redirected_in_time"})},
        {"procedure": _REDIRECTED},
    ),
    ("K8", "extended", "", {"procedure": _EXTENDED}, {}),
    ("K8", TOLD, THREE_DAYS_BY_LAW, {"procedure": frozenset({TOLD})}, {"procedure": _EXTENDED}),
)
