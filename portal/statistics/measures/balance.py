"""What is open, and the balance of a year: everything received is dealt with or open."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from math import ceil, floor
from typing import NamedTuple

from portal.core.taxonomy import load as load_taxonomy
from portal.statistics.catalogue.codelists import REGION
from portal.statistics.catalogue.periods import make_quarter_span, make_year_span
from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.history import Documents
from portal.statistics.dataset.measure_row import COUNT, HIDDEN, MISSING, Rate
from portal.statistics.dataset.table import TOTALS, Document, get_total
from portal.statistics.disclosure.fitting import fit_to_total
from portal.statistics.disclosure.intervals import BAND, Z95
from portal.statistics.measures.flows import (
    CONCLUDED_BY_REGION,
    CONCLUDED_OF_YEAR,
    RECEIVED_BY_REGION,
    RECEIVED_OF_YEAR,
)
from portal.statistics.measures.noisy_counts import (
    CONCLUDED,
    RECEIVED,
    NoisyCount,
    NotPublished,
    PublishedReleases,
    add_numbers,
    check_consecutive,
    estimate_number,
    get_bounds,
    list_codes,
    read_series,
)

STOCK, FLOW = "stock", "flow"
NINETY = "90 working days"
SLOW = "91+"
COHORTS = ("durations-region", "durations-year-region", "durations-year")
CONCLUSIONS = ("concluded-finding", CONCLUDED_BY_REGION)


def compute_backlog(releases: PublishedReleases) -> Iterator[Rate]:
    """Yield K18: cases open at the end of the quarter; exact, and by region from published flows.

    Regions only if nothing was open when the first published quarter began.
    """
    row = Rate("K18", make_quarter_span(releases.quarter), STOCK, unit=COUNT, source="series")
    try:
        open_now = read_series(releases.documents, "open")
    except NotPublished:
        return
    yield row._replace(part=open_now, value=open_now)
    if _find_open_at_start(releases) == 0:
        yield from _compute_backlog_by_region(releases, row, open_now)


def compute_aged(releases: PublishedReleases) -> Iterator[Rate]:
    """Yield K19: cases open longer than 90 working days, as far as published cohorts reach.

    Cohorts not concluded in time, less all late conclusions. Late conclusions of cases that are
    too young for a published cohort are taken off already, so it is rather too low.
    """
    if not any(name in releases.documents for name in COHORTS):
        return
    row = Rate("K19", make_quarter_span(releases.quarter), STOCK, clock=NINETY, unit=COUNT)
    start = releases.releases[0][0].first
    cohorts = [cohort for cohort in releases.select_tables(*COHORTS) if cohort.days[1] >= start]
    conclusions = list(releases.select_tables(*CONCLUSIONS))
    source = "+".join(dict.fromkeys(table.table for table in (*cohorts, *conclusions)))
    row = row._replace(source=source)
    try:
        _check_nothing_before(releases)
        check_consecutive(cohorts, cohorts[-1].days[1] if cohorts else start)
        check_consecutive(conclusions, releases.quarter.last)
    except NotPublished:
        yield row._replace(status=MISSING)
        return
    slow = add_numbers(estimate_number(cohort, duration=SLOW) for cohort in cohorts)
    left = add_numbers(estimate_number(conclusion, pace=SLOW) for conclusion in conclusions)
    yield _fill_stock(row, NoisyCount(slow.value - left.value, slow.noise + left.noise))


def compute_year_balance(releases: PublishedReleases) -> Iterator[Rate]:
    """Yield K1B, the balance of a calendar year, in the release of its fourth quarter.

    Open at the start and received are as many as dealt with, by kind, and open at the end. Kinds
    have noise; those that a reader cannot add up, as a number in them is hidden, are the nearest
    with which the exact number of conclusions comes out.
    """
    if not releases.quarter.ends_year:
        return
    try:
        four = releases.get_last_four()
        open_end = read_series(releases.documents, "open")
    except NotPublished:
        return
    span = make_year_span(releases.quarter)
    received = sum(get_total(documents[TOTALS], RECEIVED) for _, documents in four)
    concluded = sum(get_total(documents[TOTALS], CONCLUDED) for _, documents in four)
    stock = Rate("K1B", span, STOCK, unit=COUNT, source="totals+series")
    flow = stock._replace(basis=FLOW)
    open_start = open_end + concluded - received
    yield stock._replace(outcome="open_start", part=open_start, value=open_start)
    yield flow._replace(outcome="received", part=received, value=received)
    yield from _compute_kinds(flow, [documents for _, documents in four], concluded)
    yield stock._replace(outcome="open_end", part=open_end, value=open_end)


class _EndedKind(NamedTuple):
    """How many cases of a year ended in one way: about, between what, where it was published."""

    about: NoisyCount
    low: int
    high: int
    source: str


def _compute_kinds(row: Rate, year: Sequence[Documents], concluded: int) -> Iterator[Rate]:
    codes = list_codes("finding")
    kinds = [_read_kind(year, code) for code in codes]
    bounds = [(kind.low, min(kind.high, concluded)) for kind in kinds]
    values = fit_to_total([kind.about.value for kind in kinds], bounds, concluded)
    for code, kind, value in zip(codes, kinds, values, strict=True):
        kind_row = row._replace(outcome=code, source=kind.source)
        yield _fill_stock(kind_row, kind.about, value)


def _read_kind(year: Sequence[Documents], finding: str) -> _EndedKind:
    """Return what was published of one kind: by its quarters, or by the year if one is hidden."""
    tables = [documents[name] for documents in year for name in CONCLUSIONS if name in documents]
    parts = [(table, codes) for table in tables for codes in _select_codes(table, finding)]
    quarters = _sum_kind(parts)
    if quarters.low < quarters.high and CONCLUDED_OF_YEAR in year[-1]:
        return _sum_kind([(year[-1][CONCLUDED_OF_YEAR], {"finding": finding})])
    return quarters


def _sum_kind(parts: Sequence[tuple[Document, Mapping[str, str]]]) -> _EndedKind:
    source = "+".join(dict.fromkeys(table.table for table, _ in parts))
    between = [get_bounds(table, **codes) for table, codes in parts]
    low, high = (sum(ends[end] for ends in between) for end in (0, 1))
    return _EndedKind(
        add_numbers(estimate_number(table, **codes) for table, codes in parts), low, high, source
    )


def _select_codes(table: Document, finding: str) -> Iterator[Mapping[str, str]]:
    """Yield the codes of the numbers of a table that make up a finding."""
    if table.table == CONCLUSIONS[0]:
        yield {"finding": finding}
        return
    groups = load().dimensions["finding"]
    for outcome in load().dimensions["outcome"].codes:
        if groups.get_code(outcome.members[0]) == finding:
            yield {"outcome": outcome.id}


def _compute_backlog_by_region(
    releases: PublishedReleases, row: Rate, open_now: int
) -> Iterator[Rate]:
    end = releases.quarter.last
    received = list(releases.select_tables(*RECEIVED_BY_REGION, RECEIVED_OF_YEAR))
    concluded = list(releases.select_tables(CONCLUDED_BY_REGION, CONCLUDED_OF_YEAR))
    try:
        check_consecutive(received, end)
        check_consecutive(concluded, end)
        _check_same_start(received, concluded, releases.releases[0][0].first)
    except NotPublished:
        return
    source = "+".join(dict.fromkeys(table.table for table in (*received, *concluded)))
    left = {region: _estimate_open(received, concluded, region) for region in list_codes(REGION)}
    values = fit_to_total(
        [number.value for number in left.values()], [(0, open_now)] * len(left), open_now
    )
    for (region, estimate), value in zip(left.items(), values, strict=True):
        if region in load_taxonomy().regions:
            yield _fill_stock(row._replace(area=region, source=source), estimate, value)


def _estimate_open(
    received: Sequence[Document], concluded: Sequence[Document], region: str
) -> NoisyCount:
    """Return how many cases of a region came and did not go, before regions were made to agree."""
    came = add_numbers(estimate_number(table, region=region) for table in received)
    went = add_numbers(estimate_number(table, region=region) for table in concluded)
    return NoisyCount(came.value - went.value, came.noise + went.noise)


def _check_same_start(received: Sequence[Document], two: Sequence[Document], start: date) -> None:
    if not (received[0].days[0] == two[0].days[0] == start):
        raise NotPublished("flows of other days")


def _check_nothing_before(releases: PublishedReleases) -> None:
    if _find_open_at_start(releases) != 0:
        raise NotPublished("cases of before the first release")


def _find_open_at_start(releases: PublishedReleases) -> int | None:
    """Return how many cases were open before the first published quarter, if that is known."""
    first = releases.releases[0][1]
    try:
        return (
            read_series(first, "open")
            + get_total(first[TOTALS], CONCLUDED)
            - get_total(first[TOTALS], RECEIVED)
        )
    except NotPublished:
        return None


def _fill_stock(row: Rate, number: NoisyCount, agreed: int | None = None) -> Rate:
    """Fill in a number with noise and its range, which holds the number that agrees with others.

    It is hidden as a small number if its whole range is.
    """
    spread_of = Z95 * number.noise**0.5
    value = max(0, number.value) if agreed is None else agreed
    low = min(value, max(0, floor(number.value - spread_of)))
    high = max(value, ceil(number.value + spread_of))
    if high < BAND:
        return row._replace(status=HIDDEN)
    return row._replace(part=value, value=value, low=low, high=high)
