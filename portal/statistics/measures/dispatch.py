"""Which measures follow from which tables: of one, of two together, of releases so far."""

from collections.abc import Iterator, Sequence

from portal.statistics.catalogue.codes import REGION
from portal.statistics.dataset.history import Documents, History
from portal.statistics.dataset.measure_row import Rate
from portal.statistics.dataset.table import TOTALS, read_observations
from portal.statistics.disclosure.protected import Protected
from portal.statistics.measures import (
    aftermath,
    balance,
    findings,
    flows,
    procedure,
    readiness,
    timeliness,
)
from portal.statistics.measures.published import Published


def compute_rates(found: Protected) -> Iterator[Rate]:
    """Yield the measures that one table gives."""
    match found.table.event:
        case "received" if REGION in found.table.dimensions and _is_headline(found):
            yield from findings.compute_completeness(found)
        case "concluded":
            yield from findings.compute_rates(found)
        case "cohort" if found.table.family == "durations":
            yield from timeliness.compute_rates(found)
        case "cohort":
            yield from procedure.compute_rates(found)
        case "rated":
            yield from aftermath.compute_ratings(found)
        case "reopened":
            yield from aftermath.compute_reviews(found)
        case "sanctioned":
            yield from aftermath.compute_sanctions(found)


def compute_joint_rates(tables: Sequence[Protected]) -> Iterator[Rate]:
    """Yield the measures that two tables of one release give: K20."""
    cohorts = {one.table.family: one for one in tables if one.table.event == "cohort"}
    if len(cohorts) > 1:
        yield from timeliness.compute_over_deadline(cohorts["durations"], cohorts["procedure"])


def derive_rates(history: History, documents: Documents) -> list[Rate]:
    """Return the measures that follow from published numbers alone.

    Args:
        history: earlier releases with their documents, the oldest first.
        documents: of the release at hand: its tables, totals and series.
    """
    quarter = next(read_observations(documents[TOTALS])).time_period.lower()
    found = Published([*history, (quarter, documents)])
    return [
        *balance.compute_year_balance(found),
        *flows.compute_reports_per_people(found),
        *flows.compute_reviews(found),
        *flows.compute_responses(found),
        *balance.compute_backlog(found),
        *balance.compute_aged(found),
        *readiness.compute_coverage(found),
    ]


def _is_headline(found: Protected) -> bool:
    """Tell whether this is the first of a level's tables by region: not the year by kind too."""
    return found.table.period == "quarter" or len(found.table.dimensions) == 1
