"""How many of the bodies that may get reports can read them."""

from collections.abc import Iterator

from portal.statistics.catalogue.periods import make_quarter_span
from portal.statistics.dataset.measure_row import RATIO, Rate
from portal.statistics.measures.noisy_counts import NotPublished, PublishedReleases, read_series


def compute_coverage(releases: PublishedReleases) -> Iterator[Rate]:
    """Yield K22: bodies with a key of their own, of all that the routing names; exact.

    Which of them had work is not published: that would tell of single cases.
    """
    try:
        ready, due = (
            read_series(releases.documents, measure) for measure in ("bodies_ready", "bodies_due")
        )
    except NotPublished:
        return
    row = Rate("K22", make_quarter_span(releases.quarter), "stock", unit=RATIO, source="series")
    yield row._replace(part=ready, whole=due, value=ready / due)
