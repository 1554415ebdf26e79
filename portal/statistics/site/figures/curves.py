"""How long it took: the share concluded by so many working days."""

from collections.abc import Sequence

from portal.statistics.catalogue.codelists import EDGES, NATION, STATUTORY
from portal.statistics.catalogue.tables import get_word
from portal.statistics.dataset.history import (
    Documents,
    History,
    MeasureKey,
    find_newest,
    get_words,
    select_measure_rows,
)
from portal.statistics.dataset.measure_row import MeasureRow
from portal.statistics.site.charts.figure import Figure
from portal.statistics.site.charts.lines import Axis, Series
from portal.statistics.site.charts.lines import curve as draw_curve
from portal.statistics.site.figures.making import FINE, share_ticks, share_value
from portal.statistics.site.figures.texts import FULL, days_of, rate_cells, regions

DURATIONS = ("durations-region", "durations-year-region", "durations-year")
NAMED = 15  # days that are written below the curve: every so many


def curve(history: History, language: str, region: str = "") -> Figure | None:
    """Return the share concluded by so many working days, with the limit of the law as a line.

    Args:
        history: releases, the oldest first.
        language: of the texts.
        region: drawn besides the nation; empty for the nation alone.

    Returns:
        The figure, or None if the newest release with durations has too few cases.
    """
    found = find_newest(history, *DURATIONS)
    if found is None:
        return None
    documents = dict(history)[found.quarter]
    areas = [(region, regions(language)[region])] if region else []
    areas.append((NATION, get_word("nation").get(language)))
    rows = [(name, [_by(documents, area, day) for day in EDGES]) for area, name in areas]
    lines = [(name, known) for name, found_rows in rows if (known := _all(found_rows))]
    if not lines:
        return None
    return Figure(
        name=f"curve-{region}" if region else "curve",
        shape="lines",
        source=found.table,
        quarter=found.quarter,
        title=get_word("curve").get(language),
        summary=" ".join(get_words(language, "table_follows", "noise_included")),
        note=f"{days_of(found.document, language)}. {get_word('noise_included').get(language)}",
        header=(
            get_word("days").get(language),
            *(text for name, _ in lines for text in (name, get_word("likely").get(language))),
        ),
        rows=tuple(
            (str(day), *(text for _, known in lines for text in rate_cells(known[rank], language)))
            for rank, day in enumerate(EDGES)
        ),
        drawing=draw_curve(
            EDGES,
            [Series(name, tuple(share_value(row) for row in known)) for name, known in lines],
            Axis(FULL * FINE, share_ticks(FULL * FINE, language)),
            (STATUTORY, get_word("statutory").get(language)),
            NAMED,
        ),
    )


def _by(documents: Documents, area: str, day: int) -> MeasureRow | None:
    wanted = MeasureKey("K5", clock=f"{day} ")
    rows = (row for row in select_measure_rows(documents, wanted) if row.ref_area == area)
    return next((row for row in rows if row.value is not None), None)


def _all(rows: Sequence[MeasureRow | None]) -> list[MeasureRow]:
    """Return the rows if none is missing, otherwise none."""
    known = [row for row in rows if row is not None]
    return known if len(known) == len(rows) else []
