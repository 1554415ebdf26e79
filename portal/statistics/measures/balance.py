"""What is open, and the balance of a year: everything received is dealt with or open."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from math import ceil, floor
from typing import NamedTuple

from portal.core.calendar import compute_quarter_bounds
from portal.core.taxonomy import load as load_taxonomy
from portal.statistics.catalogue.codes import REGION
from portal.statistics.catalogue.periods import quarter_span, year_span
from portal.statistics.catalogue.tables import LAST_QUARTER, load
from portal.statistics.dataset.history import Documents
from portal.statistics.dataset.measure_row import COUNT, HIDDEN, MISSING, Rate
from portal.statistics.dataset.table import TOTALS, Document, total_of
from portal.statistics.disclosure.fitting import spread
from portal.statistics.disclosure.intervals import BAND, Z95
from portal.statistics.measures.flows import (
    CONCLUDED_BY_REGION,
    CONCLUDED_OF_YEAR,
    RECEIVED_BY_REGION,
    RECEIVED_OF_YEAR,
)
from portal.statistics.measures.published import (
    CONCLUDED,
    RECEIVED,
    Gap,
    Number,
    Published,
    about,
    added_up,
    check_follow,
    ends,
    in_series,
    known_codes,
)

STOCK, FLOW = "stock", "flow"
NINETY = "90 working days"
SLOW = "91+"
COHORTS = ("durations-region", "durations-year-region", "durations-year")
CONCLUSIONS = ("concluded-finding", CONCLUDED_BY_REGION)


def backlog(found: Published) -> Iterator[Rate]:
    """Yield K18: cases open at the end of the quarter; exact, and by region from published flows.

    Regions only if nothing was open when the first published quarter began.
    """
    row = Rate("K18", quarter_span(found.quarter), STOCK, unit=COUNT, source="series")
    try:
        open_now = in_series(found.documents, "open")
    except Gap:
        return
    yield row._replace(part=open_now, value=open_now)
    if _open_at_start(found) == 0:
        yield from _by_region(found, row, open_now)


def aged(found: Published) -> Iterator[Rate]:
    """Yield K19: cases open longer than 90 working days, as far as published cohorts reach.

    Cohorts not concluded in time, less all late conclusions. Late conclusions of cases that are
    too young for a published cohort are taken off already, so it is rather too low.
    """
    if not any(name in found.documents for name in COHORTS):
        return
    row = Rate("K19", quarter_span(found.quarter), STOCK, clock=NINETY, unit=COUNT)
    start = compute_quarter_bounds(found.releases[0][0])[0]
    cohorts = [one for one in found.of_tables(*COHORTS) if one.days[1] >= start]
    conclusions = list(found.of_tables(*CONCLUSIONS))
    source = "+".join(dict.fromkeys(one.table for one in (*cohorts, *conclusions)))
    row = row._replace(source=source)
    try:
        _check_nothing_before(found)
        check_follow(cohorts, cohorts[-1].days[1] if cohorts else start)
        check_follow(conclusions, compute_quarter_bounds(found.quarter)[1])
    except Gap:
        yield row._replace(status=MISSING)
        return
    slow = added_up(about(one, duration=SLOW) for one in cohorts)
    left = added_up(about(one, pace=SLOW) for one in conclusions)
    yield _stock(row, Number(slow.value - left.value, slow.noise + left.noise))


def of_year(found: Published) -> Iterator[Rate]:
    """Yield K1B, the balance of a calendar year, in the release of its fourth quarter.

    Open at the start and received are as many as dealt with, by kind, and open at the end. Kinds
    have noise; those that a reader cannot add up, as a number in them is hidden, are the nearest
    with which the exact number of conclusions comes out.
    """
    if not found.quarter.endswith(LAST_QUARTER):
        return
    try:
        four = found.last_four()
        open_end = in_series(found.documents, "open")
    except Gap:
        return
    span = year_span(found.quarter)
    received = sum(total_of(documents[TOTALS], RECEIVED) for _, documents in four)
    concluded = sum(total_of(documents[TOTALS], CONCLUDED) for _, documents in four)
    stock = Rate("K1B", span, STOCK, unit=COUNT, source="totals+series")
    flow = stock._replace(basis=FLOW)
    open_start = open_end + concluded - received
    yield stock._replace(outcome="open_start", part=open_start, value=open_start)
    yield flow._replace(outcome="received", part=received, value=received)
    yield from _kinds(flow, [one for _, one in four], concluded)
    yield stock._replace(outcome="open_end", part=open_end, value=open_end)


class _Kind(NamedTuple):
    """How many cases of a year ended in one way: about, between what, where it was published."""

    about: Number
    low: int
    high: int
    source: str


def _kinds(row: Rate, year: Sequence[Documents], concluded: int) -> Iterator[Rate]:
    codes = known_codes("finding")
    kinds = [_kind(year, code) for code in codes]
    bounds = [(one.low, min(one.high, concluded)) for one in kinds]
    values = spread([one.about.value for one in kinds], bounds, concluded)
    for code, kind, value in zip(codes, kinds, values, strict=True):
        one = row._replace(outcome=code, source=kind.source)
        yield _stock(one, kind.about, value)


def _kind(year: Sequence[Documents], finding: str) -> _Kind:
    """Return what was published of one kind: by its quarters, or by the year if one is hidden."""
    tables = [documents[name] for documents in year for name in CONCLUSIONS if name in documents]
    parts = [(table, codes) for table in tables for codes in _ended(table, finding)]
    quarters = _of_parts(parts)
    if quarters.low < quarters.high and CONCLUDED_OF_YEAR in year[-1]:
        return _of_parts([(year[-1][CONCLUDED_OF_YEAR], {"finding": finding})])
    return quarters


def _of_parts(parts: Sequence[tuple[Document, Mapping[str, str]]]) -> _Kind:
    source = "+".join(dict.fromkeys(table.table for table, _ in parts))
    between = [ends(table, **codes) for table, codes in parts]
    low, high = (sum(one[end] for one in between) for end in (0, 1))
    return _Kind(added_up(about(table, **codes) for table, codes in parts), low, high, source)


def _ended(table: Document, finding: str) -> Iterator[Mapping[str, str]]:
    """Yield the codes of the numbers of a table that make up a finding."""
    if table.table == CONCLUSIONS[0]:
        yield {"finding": finding}
        return
    groups = load().dimensions["finding"]
    for outcome in load().dimensions["outcome"].codes:
        if groups.code_of(outcome.members[0]) == finding:
            yield {"outcome": outcome.id}


def _by_region(found: Published, row: Rate, open_now: int) -> Iterator[Rate]:
    end = compute_quarter_bounds(found.quarter)[1]
    received = list(found.of_tables(*RECEIVED_BY_REGION, RECEIVED_OF_YEAR))
    concluded = list(found.of_tables(CONCLUDED_BY_REGION, CONCLUDED_OF_YEAR))
    try:
        check_follow(received, end)
        check_follow(concluded, end)
        _check_same_start(received, concluded, compute_quarter_bounds(found.releases[0][0])[0])
    except Gap:
        return
    source = "+".join(dict.fromkeys(one.table for one in (*received, *concluded)))
    left = {region: _left(received, concluded, region) for region in known_codes(REGION)}
    values = spread([one.value for one in left.values()], [(0, open_now)] * len(left), open_now)
    for (region, about_so_many), value in zip(left.items(), values, strict=True):
        if region in load_taxonomy().regions:
            yield _stock(row._replace(area=region, source=source), about_so_many, value)


def _left(received: Sequence[Document], concluded: Sequence[Document], region: str) -> Number:
    """Return how many cases of a region came and did not go, before regions were made to agree."""
    came = added_up(about(table, region=region) for table in received)
    went = added_up(about(table, region=region) for table in concluded)
    return Number(came.value - went.value, came.noise + went.noise)


def _check_same_start(one: Sequence[Document], two: Sequence[Document], start: date) -> None:
    if not (one[0].days[0] == two[0].days[0] == start):
        raise Gap("flows of other days")


def _check_nothing_before(found: Published) -> None:
    if _open_at_start(found) != 0:
        raise Gap("cases of before the first release")


def _open_at_start(found: Published) -> int | None:
    """Return how many cases were open before the first published quarter, if that is known."""
    first = found.releases[0][1]
    try:
        return (
            in_series(first, "open")
            + total_of(first[TOTALS], CONCLUDED)
            - total_of(first[TOTALS], RECEIVED)
        )
    except Gap:
        return None


def _stock(row: Rate, found: Number, agreed: int | None = None) -> Rate:
    """Fill in a number with noise and its range, which holds the number that agrees with others.

    It is hidden as a small number if its whole range is.
    """
    spread_of = Z95 * found.noise**0.5
    value = max(0, found.value) if agreed is None else agreed
    low = min(value, max(0, floor(found.value - spread_of)))
    high = max(value, ceil(found.value + spread_of))
    if high < BAND:
        return row._replace(status=HIDDEN)
    return row._replace(part=value, value=value, low=low, high=high)
