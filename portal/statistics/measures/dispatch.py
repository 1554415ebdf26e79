"""Which measures follow from which tables: of one, of two together, of releases so far."""

from collections.abc import Iterator, Sequence

from portal.core.calendar import Quarter
from portal.statistics.catalogue.codes import REGION
from portal.statistics.dataset.history import Documents, History
from portal.statistics.dataset.measure_row import Rate
from portal.statistics.dataset.table import TOTALS, observations
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


def rates(found: Protected) -> Iterator[Rate]:
    """Yield the measures that one table gives."""
    match found.table.event:
        case "received" if REGION in found.table.dimensions and _is_headline(found):
            yield from findings.completeness(found)
        case "concluded":
            yield from findings.rates(found)
        case "cohort" if found.table.family == "durations":
            yield from timeliness.rates(found)
        case "cohort":
            yield from procedure.rates(found)
        case "rated":
            yield from aftermath.ratings(found)
        case "reopened":
            yield from aftermath.reviews(found)
        case "sanctioned":
            yield from aftermath.sanctions(found)


def together(tables: Sequence[Protected]) -> Iterator[Rate]:
    """Yield the measures that two tables of one release give: K20."""
    cohorts = {one.table.family: one for one in tables if one.table.event == "cohort"}
    if len(cohorts) > 1:
        yield from timeliness.over_deadline(cohorts["durations"], cohorts["procedure"])


def derived(history: History, documents: Documents) -> list[Rate]:
    """Return the measures that follow from published numbers alone.

    Args:
        history: earlier releases with their documents, the oldest first.
        documents: of the release at hand: its tables, totals and series.
    """
    quarter = Quarter.of_period(next(observations(documents[TOTALS])).time_period)
    found = Published([*history, (quarter, documents)])
    return [
        *balance.of_year(found),
        *flows.per_people(found),
        *flows.reviews(found),
        *flows.responses(found),
        *balance.backlog(found),
        *balance.aged(found),
        *readiness.coverage(found),
    ]


def _is_headline(found: Protected) -> bool:
    """Tell whether this is the first of a level's tables by region: not the year by kind too."""
    return found.table.period == "quarter" or len(found.table.dimensions) == 1
