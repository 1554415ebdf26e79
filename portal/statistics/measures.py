"""What is computed of cells: the days that tables count, and rates. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from portal.core.calendar import quarter_bounds
from portal.statistics import schedule
from portal.statistics.catalogue import (
    NATION,
    REGION,
    TOTAL,
    Table,
    load,
)
from portal.statistics.disclosure import Cell, Part, least_denominator, rate_interval

# Ends of the bands of durations, in working days; fixed for ever, 15 is the limit of the law.
EDGES = (5, 10, 15, 20, 30, 60, 90)
STATUTORY = 15
# A conclusion without a coded outcome is taken for one that looked at nothing.
UNRECORDED = "insufficient_info"
CONFIRMED = frozenset({"confirmed"})
EXAMINED = frozenset({"confirmed", "not_confirmed", "undetermined"})
FINDINGS = EXAMINED | {"not_examined", "referred"}
QUARTERS_A_YEAR = 4
LOW = "u"  # too few cases for the rate to mean anything


class Span(NamedTuple):
    """The days a table counts, and how they are written in the files."""

    first: date
    last: date
    frequency: str
    period: str


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


@dataclass(frozen=True)
class Protected:
    """A table with its noise: what everything published is computed from."""

    table: Table
    span: Span
    cost: int
    values: Mapping[Cell, int]

    def part(self, **wanted: frozenset[str]) -> Part:
        """Return the sum of the cells whose codes are among the wanted ones."""
        checks = [wanted.get(name) for name in self.table.dimensions]
        found = [
            value
            for cell, value in self.values.items()
            if all(codes is None or code in codes for code, codes in zip(cell, checks, strict=True))
        ]
        return Part(sum(found), len(found))

    def areas(self) -> list[str]:
        """Return the areas it can be shown for: the nation, and regions if it has them."""
        if REGION not in self.table.dimensions:
            return [NATION]
        return [NATION, *(code.id for code in load().dimensions[REGION].codes)]


def span_of(table: Table, quarter: str) -> Span:
    """Return the days that a table counts in the release of a quarter."""
    last = schedule.back(quarter, table.lag)
    if table.period == "quarter":
        return quarter_span(last)
    first = quarter_bounds(schedule.back(last, QUARTERS_A_YEAR - 1))[0]
    end = quarter_bounds(last)[1]
    period = str(first.year) if first.year == end.year else f"{first.isoformat()}/P1Y"
    return Span(first, end, "A", period)


def quarter_span(quarter: str) -> Span:
    """Return the days of a quarter."""
    return Span(*quarter_bounds(quarter), "Q", quarter.upper())


def rates(found: Protected) -> Iterator[Rate]:
    """Yield the measures that a table gives."""
    if "duration" in found.table.dimensions:
        yield from _timeliness(found)
    elif found.table.event == "concluded":
        yield from _findings(found)


def exact_measures(received: int, concluded: int, span: Span) -> list[Rate]:
    """Return the measures of the exact totals: received, and concluded for each one."""
    made = Rate("K7", span, "flow", part=concluded, whole=received)
    made = made._replace(value=concluded / received) if received else made._replace(status=LOW)
    return [Rate("K1", span, "flow", part=received, value=received), made]


def _timeliness(found: Protected) -> Iterator[Rate]:
    """Yield K5: concluded within so many working days, of all that were received."""
    bands = [code.id for code in load().dimensions["duration"].codes]
    for area in found.areas():
        for rank, days in enumerate(EDGES, start=1):
            within = frozenset(bands[:rank])
            clock = f"{days} working days" + (", statutory" if days == STATUTORY else "")
            blank = Rate("K5", found.span, "cohort", area, clock=clock)
            yield _rate(found, blank, "duration", within, frozenset(bands))


def _findings(found: Protected) -> Iterator[Rate]:
    """Yield K9, K10 and K11: confirmed, examined, and the share of each finding."""
    name = "finding" if "finding" in found.table.dimensions else "outcome"
    dimension = load().dimensions[name]
    known = {group: _codes(name, frozenset({group})) for group in sorted(FINDINGS)}
    examined, whole = _codes(name, EXAMINED), _codes(name, FINDINGS)
    for area in found.areas():
        blank = Rate("K9", found.span, "flow", area)
        yield _rate(found, blank, name, known["confirmed"], examined)
        yield _rate(found, blank._replace(measure="K10"), name, examined, whole)
        for code in dimension.codes:
            if code.id in whole:
                one = blank._replace(measure="K11", outcome=code.id)
                yield _rate(found, one, name, frozenset({code.id}), whole)


def _rate(
    found: Protected, blank: Rate, dimension: str, wanted: frozenset[str], whole: frozenset[str]
) -> Rate:
    """Fill a rate in, or mark it as resting on too few cases."""
    area = {} if blank.area == NATION else {REGION: frozenset({blank.area})}
    part = found.part(**area, **{dimension: wanted})
    rest = found.part(**area, **{dimension: whole - wanted})
    both = part.value + rest.value
    if both < least_denominator(found.cost):
        return blank._replace(status=LOW)
    low, high = rate_interval(part, rest, found.cost)
    share = min(1.0, max(0.0, part.value / both))
    return blank._replace(part=part.value, whole=both, value=share, low=low, high=high)


def _codes(name: str, findings: frozenset[str]) -> frozenset[str]:
    """Return the codes of a dimension of outcomes that belong to these findings."""
    if name == "finding":
        return findings
    groups, outcomes = load().dimensions["finding"], load().dimensions[name]
    return frozenset(
        code.id for code in outcomes.codes if groups.code_of(code.members[0]) in findings
    )
