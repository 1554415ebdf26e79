"""Measures over several releases and tables: per 100,000 people, reviews and ratings per case."""

from collections.abc import Callable, Iterator, Sequence

from portal.core.taxonomy import load as load_taxonomy
from portal.statistics.catalogue.codelists import NATION, REGION
from portal.statistics.catalogue.periods import Span, make_year_span
from portal.statistics.dataset.measure_row import HIDDEN, LOW, MISSING, PER_100_000, Rate
from portal.statistics.dataset.table import TOTALS, Document, get_total, read_observations
from portal.statistics.disclosure.intervals import Z95, compute_least_denominator
from portal.statistics.measures.noisy_counts import (
    CONCLUDED,
    RECEIVED,
    NoisyCount,
    NotPublished,
    PublishedReleases,
    read_number,
    sum_parts,
)
from portal.statistics.measures.ratio import fill_ratio

PEOPLE = 100_000
NINETY_DAYS = "90 days"
# Tables by region, of a quarter or of a year, the finest first.
RECEIVED_BY_REGION = ("received-region", "received-region-category")
RECEIVED_OF_YEAR = "received-year-region"
CONCLUDED_BY_REGION = "concluded-region-outcome"
CONCLUDED_OF_YEAR = "concluded-year-region-finding"
REOPENED = ("reopened-region", "reopened-year-region", "reopened-year")
RATED = ("rated-region", "rated-year-region", "rated-year")


def compute_reports_per_people(releases: PublishedReleases) -> Iterator[Rate]:
    """Yield K2: reports of four quarters for every 100,000 people, of the nation and of regions.

    The population is the one of `regions.csv`, the average of a year.
    """
    try:
        four = releases.get_last_four()
    except NotPublished:
        return
    span = make_year_span(releases.quarter)
    people = {code: region.population for code, region in load_taxonomy().regions.items()}
    reports = sum(get_total(documents[TOTALS], RECEIVED) for _, documents in four)
    row = Rate("K2", span, "flow", unit=PER_100_000, source="totals")
    yield _fill_per_100_000(row, NoisyCount(reports, 0), sum(people.values()))
    documents = _select_received_by_region(releases)
    for region, population in people.items():
        if documents:
            yield _fill_region(row._replace(area=region), documents, population)


def compute_reviews(releases: PublishedReleases) -> Iterator[Rate]:
    """Yield K14: of the cases concluded, how many were reviewed or reopened within 90 days.

    By region only where the same quarter's conclusions were published by region.
    """
    table = _find_first(releases, REOPENED)
    if table is None:
        return
    name, span = table.table, _read_span(table)
    row = Rate("K14", span, "cohort", clock=NINETY_DAYS, source=f"{name}+totals")
    yield _divide_by_exact(releases, row, table, span)
    if span.frequency == "Q":
        for region in load_taxonomy().regions:
            region_row = row._replace(area=region, source=f"{name}+{CONCLUDED_BY_REGION}")
            for concluded in _select_same_days(releases, CONCLUDED_BY_REGION, table):
                yield _divide_by_table(region_row, table, concluded)


def compute_responses(releases: PublishedReleases) -> Iterator[Rate]:
    """Yield the response rate of K16: ratings for each conclusion of the same months."""
    table = _find_first(releases, RATED)
    if table is None:
        return
    name, span = table.table, _read_span(table)
    row = Rate("K16", span, "flow", outcome="response", source=f"{name}+totals")
    yield _divide_by_exact(releases, row, table, span)
    by_region = CONCLUDED_BY_REGION if span.frequency == "Q" else CONCLUDED_OF_YEAR
    if name != RATED[-1]:
        for concluded in _select_same_days(releases, by_region, table):
            for region in load_taxonomy().regions:
                region_row = row._replace(area=region, source=f"{name}+{by_region}")
                yield _divide_by_table(region_row, table, concluded)


def _select_received_by_region(releases: PublishedReleases) -> Sequence[Document]:
    """Return the tables that together hold the reports of four quarters by region, if any do."""
    if RECEIVED_OF_YEAR in releases.documents:
        return [releases.documents[RECEIVED_OF_YEAR]]
    tables = [
        documents[name]
        for _, documents in releases.get_last_four()
        for name in RECEIVED_BY_REGION
        if name in documents
    ]
    return tables if len(tables) == len(releases.get_last_four()) else []


def _fill_region(row: Rate, documents: Sequence[Document], population: int) -> Rate:
    source = "+".join(dict.fromkeys(document.table for document in documents))
    row = row._replace(source=source)
    row = row._replace(whole=population)
    try:
        reports = sum_parts([(document, {REGION: row.area}) for document in documents])
    except NotPublished:  # of several quarters together nobody can say that it is fewer than 10
        return row._replace(status=HIDDEN if len(documents) == 1 else LOW)
    return _fill_per_100_000(row, reports, population)


def _fill_per_100_000(row: Rate, reports: NoisyCount, population: int) -> Rate:
    value = PEOPLE * reports.value / population
    spread = PEOPLE * Z95 * (reports.value + reports.noise) ** 0.5 / population
    row = row._replace(part=reports.value, whole=population, value=value)
    return row._replace(low=max(0.0, value - spread), high=value + spread)


def _find_first(releases: PublishedReleases, names: Sequence[str]) -> Document | None:
    """Return the first of these tables that the release at hand has."""
    return next((releases.documents[name] for name in names if name in releases.documents), None)


def _select_same_days(
    releases: PublishedReleases, name: str, table: Document
) -> Iterator[Document]:
    return (other for other in releases.select_tables(name) if other.days == table.days)


def _divide_by_exact(releases: PublishedReleases, row: Rate, table: Document, span: Span) -> Rate:
    try:
        whole = releases.sum_exact(CONCLUDED, span.first, span.last)
    except NotPublished:
        return row._replace(status=MISSING)
    return _fill_ratio(row, table, lambda: read_number(table), NoisyCount(whole, 0))


def _divide_by_table(row: Rate, table: Document, concluded: Document) -> Rate:
    try:
        whole = read_number(concluded, region=row.area)
    except NotPublished:
        return row._replace(status=LOW)
    return _fill_ratio(row, table, lambda: read_number(table, region=row.area), whole)


def _fill_ratio(
    row: Rate, table: Document, numerator: Callable[[], NoisyCount], whole: NoisyCount
) -> Rate:
    added = _count_areas(table) if row.area == NATION else 1
    least = compute_least_denominator(table.cost, added)
    try:
        part: NoisyCount | None = numerator()
    except NotPublished:
        part = None
    return fill_ratio(
        row,
        part.value if part else None,
        whole.value,
        part_noise=part.noise if part else 0.0,
        whole_noise=whole.noise,
        least=least,
    )


def _count_areas(table: Document) -> int:
    """Return from how many areas the nation is added up in a table."""
    regions = [dimension for dimension in table.dimensions if dimension.id == REGION]
    return len(regions[0].codes) - 1 if regions else 1


def _read_span(table: Document) -> Span:
    first = next(read_observations(table))
    return Span(*table.days, first.freq, first.time_period)
