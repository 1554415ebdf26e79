"""What followed a decision: verdicts of reporters, reviews, sanctions."""

from collections.abc import Iterator

from portal.statistics.catalogue.codelists import NATION
from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.measure_row import Rate
from portal.statistics.disclosure.protected_table import ProtectedTable
from portal.statistics.measures.share import fill_share, make_row

FLOW, COHORT = "flow", "cohort"
_DECIDED = frozenset({"changed", "unchanged"})
_SAID = frozenset({"yes", "no"})


def compute_ratings(protected: ProtectedTable) -> Iterator[Rate]:
    """Yield K16, what reporters said of the reply, and K17, whether they were respected.

    K17 is of those who said yes or no; who said nothing of it is not in the denominator.
    """
    for area in protected.list_areas():
        for code in load().dimensions["rating"].codes:
            row = make_row(protected, "K16", FLOW, area)._replace(outcome=code.id)
            yield fill_share(protected, row, {"rating": frozenset({code.id})}, {})
        row = make_row(protected, "K17", FLOW, area)._replace(outcome="yes")
        yield fill_share(protected, row, {"respect": frozenset({"yes"})}, {"respect": _SAID})


def compute_reviews(protected: ProtectedTable) -> Iterator[Rate]:
    """Yield K15: how many of the reviews that were decided changed the decision."""
    for area in protected.list_areas():
        row = make_row(protected, "K15", COHORT, area)._replace(outcome="changed")
        yield fill_share(protected, row, {"review": frozenset({"changed"})}, {"review": _DECIDED})


def compute_sanctions(protected: ProtectedTable) -> Iterator[Rate]:
    """Yield K12: in how many confirmed cases anybody was sanctioned, and how.

    The table of steps tells it of the nation, the one by region of the regions: added up from
    there, the nation would have three times the noise.
    """
    if "sanctioned" in protected.table.dimensions:
        for area in protected.list_areas():
            if area != NATION:
                row = make_row(protected, "K12", COHORT, area)._replace(outcome="any")
                yield fill_share(protected, row, {"sanctioned": frozenset({"any"})}, {})
        return
    steps = load().dimensions["sanction"]
    penal = load().dimensions["sanctioned"].get_code
    anybody = frozenset(step.id for step in steps.codes if penal(step.members[0]) == "any")
    row = make_row(protected, "K12", COHORT)
    yield fill_share(protected, row._replace(outcome="any"), {"sanction": anybody}, {})
    for code in steps.codes:
        yield fill_share(
            protected, row._replace(outcome=code.id), {"sanction": frozenset({code.id})}, {}
        )
