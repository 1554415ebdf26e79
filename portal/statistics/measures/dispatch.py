"""Which measures follow from which tables: of one, of two together, of releases so far."""

from collections.abc import Iterator, Sequence

from portal.core.calendar import Quarter
from portal.statistics.catalogue.codelists import REGION
from portal.statistics.dataset.history import Documents, History
from portal.statistics.dataset.measure_row import Rate
from portal.statistics.dataset.table import TOTALS, read_observations
from portal.statistics.disclosure.protected_table import ProtectedTable
from portal.statistics.measures import (
    aftermath,
    balance,
    flows,
    key_coverage,
    outcomes,
    procedure,
    timeliness,
)
from portal.statistics.measures.noisy_counts import PublishedReleases


def compute_rates(protected: ProtectedTable) -> Iterator[Rate]:
    """Yield the measures that one table gives."""
    match protected.table.event:
        case "received" if REGION in protected.table.dimensions and _is_headline(protected):
            yield from outcomes.compute_completeness(protected)
        case "concluded":
            yield from outcomes.compute_rates(protected)
        case "cohort" if protected.table.family == "durations":
            yield from timeliness.compute_rates(protected)
        case "cohort":
            yield from procedure.compute_rates(protected)
        case "rated":
            yield from aftermath.compute_ratings(protected)
        case "reopened":
            yield from aftermath.compute_reviews(protected)
        case "sanctioned":
            yield from aftermath.compute_sanctions(protected)


def compute_joint_rates(tables: Sequence[ProtectedTable]) -> Iterator[Rate]:
    """Yield the measures that two tables of one release give: K20."""
    cohorts = {table.table.family: table for table in tables if table.table.event == "cohort"}
    if len(cohorts) > 1:
        yield from timeliness.compute_over_deadline(cohorts["durations"], cohorts["procedure"])


def derive_rates(history: History, documents: Documents) -> list[Rate]:
    """Return the measures that follow from published numbers alone.

    Args:
        history: earlier releases with their documents, the oldest first.
        documents: of the release at hand: its tables, totals and series.
    """
    quarter = Quarter.from_period(next(read_observations(documents[TOTALS])).time_period)
    releases = PublishedReleases([*history, (quarter, documents)])
    return [
        *balance.compute_year_balance(releases),
        *flows.compute_reports_per_people(releases),
        *flows.compute_reviews(releases),
        *flows.compute_responses(releases),
        *balance.compute_backlog(releases),
        *balance.compute_aged(releases),
        *key_coverage.compute_coverage(releases),
    ]


def _is_headline(protected: ProtectedTable) -> bool:
    """Tell whether this is the first of a level's tables by region: not the year by kind too."""
    return protected.table.period == "quarter" or len(protected.table.dimensions) == 1
