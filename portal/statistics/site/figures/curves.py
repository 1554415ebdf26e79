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
from portal.statistics.site.charts.figure import ChartFigure
from portal.statistics.site.charts.lines import Axis, Series, draw_curve
from portal.statistics.site.figures.builders import FINE, label_share_ticks, to_share_value
from portal.statistics.site.figures.texts import FULL, format_days, format_rate_cells, list_regions

DURATIONS = ("durations-region", "durations-year-region", "durations-year")
NAMED = 15  # days that are written below the curve: every so many


def draw_duration_curve(history: History, language: str, region: str = "") -> ChartFigure | None:
    """Return the share concluded by so many working days, with the limit of the law as a line.

    Args:
        history: releases, the oldest first.
        language: of the texts.
        region: drawn besides the nation; empty for the nation alone.

    Returns:
        The figure, or None if the newest release with durations has too few cases.
    """
    source = find_newest(history, *DURATIONS)
    if source is None:
        return None
    documents = dict(history)[source.quarter]
    areas = [(region, list_regions(language)[region])] if region else []
    areas.append((NATION, get_word("nation").get(language)))
    rows = [(name, [_find_row(documents, area, day) for day in EDGES]) for area, name in areas]
    lines = [(name, known) for name, found_rows in rows if (known := _keep_complete(found_rows))]
    if not lines:
        return None
    return ChartFigure(
        name=f"curve-{region}" if region else "curve",
        shape="lines",
        source=source.table,
        quarter=source.quarter,
        title=get_word("curve").get(language),
        summary=" ".join(get_words(language, "table_follows", "noise_included")),
        note=". ".join(
            (format_days(source.document, language), get_word("noise_included").get(language))
        ),
        header=(
            get_word("days").get(language),
            *(text for name, _ in lines for text in (name, get_word("likely").get(language))),
        ),
        rows=tuple(
            (
                str(day),
                *(text for _, known in lines for text in format_rate_cells(known[rank], language)),
            )
            for rank, day in enumerate(EDGES)
        ),
        drawing=draw_curve(
            EDGES,
            [Series(name, tuple(to_share_value(row) for row in known)) for name, known in lines],
            Axis(FULL * FINE, label_share_ticks(FULL * FINE, language)),
            (STATUTORY, get_word("statutory").get(language)),
            NAMED,
        ),
    )


def _find_row(documents: Documents, area: str, day: int) -> MeasureRow | None:
    key = MeasureKey("K5", clock=f"{day} ")
    rows = (row for row in select_measure_rows(documents, key) if row.ref_area == area)
    return next((row for row in rows if row.value is not None), None)


def _keep_complete(rows: Sequence[MeasureRow | None]) -> list[MeasureRow]:
    """Return the rows if none is missing, otherwise none."""
    known = [row for row in rows if row is not None]
    return known if len(known) == len(rows) else []
