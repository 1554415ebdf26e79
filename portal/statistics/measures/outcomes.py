"""How cases ended: confirmed, examined, the share of each finding, what is left unknown."""

from collections.abc import Iterator

from portal.statistics.catalogue.codelists import (
    BODY,
    CONFIRMED,
    EXAMINED,
    REGION,
    TAKEN_UP,
    UNKNOWN,
)
from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.measure_row import Rate
from portal.statistics.disclosure.protected_table import ProtectedTable
from portal.statistics.measures.share import Codes, fill_share, make_row, select_area

FLOW = "flow"


def compute_rates(protected: ProtectedTable) -> Iterator[Rate]:
    """Yield K9, K10 and K11 of a table of conclusions; K9 and K10 of each body, if it has them."""
    for area in protected.list_areas():
        yield from _compute_confirmed(protected, make_row(protected, "K9", FLOW, area), {})
        yield from _compute_shares(protected, area)
    if BODY in protected.table.dimensions:
        for body in load().dimensions[BODY].codes:
            row = make_row(protected, "K9", FLOW)._replace(outcome=f"{BODY}:{body.id}")
            yield from _compute_confirmed(protected, row, {BODY: frozenset({body.id})})


def compute_completeness(protected: ProtectedTable) -> Iterator[Rate]:
    """Yield K21: for how many reports the region is known."""
    regions = frozenset(code.id for code in load().dimensions[REGION].codes)
    row = make_row(protected, "K21", FLOW)._replace(outcome=REGION)
    yield fill_share(protected, row, {REGION: regions - {UNKNOWN}}, select_area(row.area))


def select_codes(name: str, findings: frozenset[str]) -> frozenset[str]:
    """Return the codes of a dimension of outcomes that belong to these findings."""
    if name == "finding":
        return findings
    groups, outcomes = load().dimensions["finding"], load().dimensions[name]
    return frozenset(
        code.id for code in outcomes.codes if groups.get_code(code.members[0]) in findings
    )


def _compute_confirmed(protected: ProtectedTable, row: Rate, only: Codes) -> Iterator[Rate]:
    name = _get_dimension(protected)
    confirmed, examined, whole = (
        {**only, name: select_codes(name, findings)} for findings in (CONFIRMED, EXAMINED, TAKEN_UP)
    )
    yield fill_share(protected, row, confirmed, examined)
    yield fill_share(protected, row._replace(measure="K10"), examined, whole)


def _compute_shares(protected: ProtectedTable, area: str) -> Iterator[Rate]:
    name = _get_dimension(protected)
    whole = select_codes(name, TAKEN_UP)
    for code in load().dimensions[name].codes:
        if code.id in whole:
            row = make_row(protected, "K11", FLOW, area)._replace(outcome=code.id)
            yield fill_share(protected, row, {name: frozenset({code.id})}, {name: whole})


def _get_dimension(protected: ProtectedTable) -> str:
    return "finding" if "finding" in protected.table.dimensions else "outcome"
