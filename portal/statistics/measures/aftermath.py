"""What followed a decision: verdicts of reporters, reviews, sanctions."""

from collections.abc import Iterator

from portal.statistics.catalogue.codes import NATION
from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.measure_row import Rate
from portal.statistics.disclosure.protected import Protected
from portal.statistics.measures.share import empty_row, share

FLOW, COHORT = "flow", "cohort"
_DECIDED = frozenset({"changed", "unchanged"})
_SAID = frozenset({"yes", "no"})


def ratings(found: Protected) -> Iterator[Rate]:
    """Yield K16, what reporters said of the reply, and K17, whether they were respected.

    K17 is of those who said yes or no; who said nothing of it is not in the denominator.
    """
    for area in found.areas():
        for code in load().dimensions["rating"].codes:
            row = empty_row(found, "K16", FLOW, area)._replace(outcome=code.id)
            yield share(found, row, {"rating": frozenset({code.id})}, {})
        row = empty_row(found, "K17", FLOW, area)._replace(outcome="yes")
        yield share(found, row, {"respect": frozenset({"yes"})}, {"respect": _SAID})


def reviews(found: Protected) -> Iterator[Rate]:
    """Yield K15: how many of the reviews that were decided changed the decision."""
    for area in found.areas():
        row = empty_row(found, "K15", COHORT, area)._replace(outcome="changed")
        yield share(found, row, {"review": frozenset({"changed"})}, {"review": _DECIDED})


def sanctions(found: Protected) -> Iterator[Rate]:
    """Yield K12: in how many confirmed cases anybody was sanctioned, and how.

    The table of steps tells it of the nation, the one by region of the regions: added up from
    there, the nation would have three times the noise.
    """
    if "sanctioned" in found.table.dimensions:
        for area in found.areas():
            if area != NATION:
                row = empty_row(found, "K12", COHORT, area)._replace(outcome="any")
                yield share(found, row, {"sanctioned": frozenset({"any"})}, {})
        return
    steps = load().dimensions["sanction"]
    penal = load().dimensions["sanctioned"].code_of
    anybody = frozenset(step.id for step in steps.codes if penal(step.members[0]) == "any")
    row = empty_row(found, "K12", COHORT)
    yield share(found, row._replace(outcome="any"), {"sanction": anybody}, {})
    for code in steps.codes:
        yield share(found, row._replace(outcome=code.id), {"sanction": frozenset({code.id})}, {})
