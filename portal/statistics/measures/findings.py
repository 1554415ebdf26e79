"""How cases ended: confirmed, examined, the share of each finding, what is left unknown."""

from collections.abc import Iterator

from portal.statistics.catalogue.codes import BODY, CONFIRMED, EXAMINED, REGION, TAKEN_UP, UNKNOWN
from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.measure_row import Rate
from portal.statistics.disclosure.protected import Protected
from portal.statistics.measures.share import Codes, empty_row, in_area, share

FLOW = "flow"


def rates(found: Protected) -> Iterator[Rate]:
    """Yield K9, K10 and K11 of a table of conclusions; K9 and K10 of each body, if it has them."""
    for area in found.areas():
        yield from _confirmed(found, empty_row(found, "K9", FLOW, area), {})
        yield from _shares(found, area)
    if BODY in found.table.dimensions:
        for body in load().dimensions[BODY].codes:
            row = empty_row(found, "K9", FLOW)._replace(outcome=f"{BODY}:{body.id}")
            yield from _confirmed(found, row, {BODY: frozenset({body.id})})


def completeness(found: Protected) -> Iterator[Rate]:
    """Yield K21: for how many reports the region is known."""
    regions = frozenset(code.id for code in load().dimensions[REGION].codes)
    row = empty_row(found, "K21", FLOW)._replace(outcome=REGION)
    yield share(found, row, {REGION: regions - {UNKNOWN}}, in_area(row.area))


def codes_of(name: str, findings: frozenset[str]) -> frozenset[str]:
    """Return the codes of a dimension of outcomes that belong to these findings."""
    if name == "finding":
        return findings
    groups, outcomes = load().dimensions["finding"], load().dimensions[name]
    return frozenset(
        code.id for code in outcomes.codes if groups.code_of(code.members[0]) in findings
    )


def _confirmed(found: Protected, row: Rate, only: Codes) -> Iterator[Rate]:
    name = _dimension(found)
    confirmed, examined, whole = (
        {**only, name: codes_of(name, one)} for one in (CONFIRMED, EXAMINED, TAKEN_UP)
    )
    yield share(found, row, confirmed, examined)
    yield share(found, row._replace(measure="K10"), examined, whole)


def _shares(found: Protected, area: str) -> Iterator[Rate]:
    name = _dimension(found)
    whole = codes_of(name, TAKEN_UP)
    for code in load().dimensions[name].codes:
        if code.id in whole:
            row = empty_row(found, "K11", FLOW, area)._replace(outcome=code.id)
            yield share(found, row, {name: frozenset({code.id})}, {name: whole})


def _dimension(found: Protected) -> str:
    return "finding" if "finding" in found.table.dimensions else "outcome"
