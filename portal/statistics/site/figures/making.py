"""Makes figures: numbers of documents become a picture and the table beside it."""

from collections.abc import Sequence

from portal.statistics.catalogue.codelists import NATION
from portal.statistics.catalogue.tables import get_word
from portal.statistics.dataset.history import SourceTable, get_labels, get_words, select_along
from portal.statistics.dataset.measure_row import MeasureRow
from portal.statistics.dataset.table import MEASURES, Observation
from portal.statistics.disclosure.intervals import BAND
from portal.statistics.site.charts import grid
from portal.statistics.site.charts.bars import Bar, bars, ladder, stack
from portal.statistics.site.charts.dots import Place, dots
from portal.statistics.site.charts.figure import Figure
from portal.statistics.site.charts.lines import Axis, Series, Value, trend
from portal.statistics.site.figures.texts import (
    FULL,
    count_cells,
    days_of,
    named_period,
    rate_cells,
    regions,
    short,
    short_period,
    tick,
    titled,
    whole,
    written,
)

SHORTEST_AXIS = 5 * BAND  # or a small number would look like much
FINE = 10  # shares and rates are placed by tenths
LEAST_SHARE_AXIS = 20 * FINE
SHAPES = {"bars": bars, "ladder": ladder}


def counts(
    name: str,
    found: SourceTable,
    along_name: str,
    language: str,
    *,
    shape: str = "bars",
    **fixed: str,
) -> Figure:
    """Return the numbers of each code of one dimension: bars, a ladder or a stack.

    Args:
        name: of the figure.
        found: the table.
        along_name: the dimension.
        language: of the texts.
        shape: bars, ladder or stack.
        fixed: codes that other dimensions are held at.
    """
    document = found.document
    rows = select_along(document, along_name, **fixed)
    named = get_labels(document, along_name, language)
    drawn = [_bar(named[code], row, language) for code, row in rows]
    column = document.get_dimension(along_name).label[language]
    held = [get_labels(document, other, language)[code] for other, code in fixed.items()]
    return Figure(
        name=name,
        shape=shape,
        source=found.table,
        quarter=found.quarter,
        title=titled(": ".join((*held, column))) if held else document.title[language],
        summary=" ".join(get_words(language, "table_follows", "whiskers", "noise_included")),
        note=f"{days_of(document, language)}. {get_word('noise_included').get(language)}",
        header=(
            column,
            *get_words(language, "number", "likely"),
        ),
        rows=tuple((named[code], *count_cells(row, language)) for code, row in rows),
        drawing=stack(drawn, BAND - 1) if shape == "stack" else SHAPES[shape](drawn, SHORTEST_AXIS),
    )


def _bar(label: str, row: Observation, language: str) -> Bar:
    low, high = row.lower95 or 0, row.upper95 or 0
    return Bar(label, short(row, language), row.obs_value, low, high)


def counts_trend(
    name: str, title: str, rows: Sequence[tuple[str, SourceTable, Observation]], language: str
) -> Figure:
    """Return the line of one number over quarters, within its likely range.

    Args:
        name: of the figure.
        title: of the figure, which is also the name of the line.
        rows: quarter, document and row, the oldest first.
        language: of the texts.
    """
    last = rows[-1][1]
    values = tuple(_value(row) for _, _, row in rows)
    most = grid.nice(max(SHORTEST_AXIS, *(one.high or 0 for one in values)))
    texts = [(value, whole(value, language)) for value in (0, most // 2, most)]
    periods = [row.time_period for _, _, row in rows]
    hidden = get_word("small").get(language)
    return Figure(
        name=name,
        shape="lines",
        source=last.table,
        quarter=last.quarter,
        title=title,
        summary=" ".join(get_words(language, "table_follows", "noise_included")),
        note=get_word("noise_included").get(language),
        header=get_words(language, "period", "number", "likely"),
        rows=tuple(
            (named_period(row.time_period, language), *count_cells(row, language))
            for _, _, row in rows
        ),
        drawing=trend(
            [short_period(one, language) for one in periods],
            [Series(get_word("number").get(language), values)],
            Axis(most, tuple(texts)),
            band=BAND - 1,
            hidden=hidden,
        ),
    )


def _value(row: Observation) -> Value:
    return Value(row.obs_value, row.lower95, row.upper95, banded=row.obs_value is None)


def shares_trend(
    name: str,
    title: str,
    lines: Sequence[tuple[str, Sequence[tuple[str, MeasureRow | None]]]],
    language: str,
) -> Figure:
    """Return lines of shares over periods, each within its likely range.

    The period is that of the row: a cohort is older than the release that it stands in.

    Args:
        name: of the figure.
        title: of the figure.
        lines: name of each line, and its rows: quarter of the release and the row, the oldest
            first; all lines have the same quarters.
        language: of the texts.
    """
    periods = [_period(pairs) for pairs in zip(*(rows for _, rows in lines), strict=True)]
    series = [Series(label, tuple(share_value(row) for _, row in rows)) for label, rows in lines]
    return Figure(
        name=name,
        shape="lines",
        source=MEASURES,
        quarter=lines[0][1][-1][0],
        title=title,
        summary=" ".join(get_words(language, "table_follows", "noise_included")),
        note=get_word("noise_included").get(language),
        header=(
            get_word("period").get(language),
            *(text for label, _ in lines for text in (label, get_word("likely").get(language))),
        ),
        rows=tuple(
            (
                named_period(period, language),
                *(text for _, rows in lines for text in share_cells(rows[rank][1], language)),
            )
            for rank, period in enumerate(periods)
        ),
        drawing=trend(
            [short_period(one, language) for one in periods],
            series,
            share_axis(_highest(series), language),
        ),
    )


def _period(pairs: Sequence[tuple[str, MeasureRow | None]]) -> str:
    """Return the period of rows beside each other; of none, the quarter of the release."""
    quarter, _ = pairs[0]
    return next((row.time_period for _, row in pairs if row), quarter.upper())


def share_axis(highest: int, language: str) -> Axis:
    """Return an axis of shares that has room for the highest, in tenths of a per cent."""
    most = min(FULL * FINE, grid.nice(max(LEAST_SHARE_AXIS, highest)))
    return Axis(most, share_ticks(most, language))


def share_ticks(most: int, language: str) -> tuple[tuple[int, str], ...]:
    """Return nothing, half and all of an axis of shares, in tenths of a per cent."""
    return tuple((at, f"{tick(at / FINE, language)}\u00a0%") for at in (0, most // 2, most))


def rate_ticks(most: int, language: str) -> tuple[tuple[int, str], ...]:
    """Return nothing, half and all of an axis of rates, in tenths."""
    return tuple((at, tick(at / FINE, language)) for at in (0, most // 2, most))


def share_value(row: MeasureRow | None) -> Value:
    """Return a share as a picture places it: in tenths of a per cent."""
    if row is None or row.value is None:
        return Value(None)
    return Value(fine(row.value), fine(row.ci_low), fine(row.ci_high))


def fine(value: float | None) -> int | None:
    """Return a share in tenths of a per cent."""
    return None if value is None else round(FULL * FINE * value)


def share_cells(row: MeasureRow | None, language: str) -> tuple[str, str]:
    """Return a rate and its likely range as texts, or that there is too little to tell."""
    if row is None or row.value is None:
        return get_word("too_few").get(language), "–"
    return rate_cells(row, language)


def by_region(
    name: str, title: str, rows: Sequence[MeasureRow], quarter: str, language: str, own: str = ""
) -> Figure:
    """Return a dot with its likely range for each region, in the order of the alphabet.

    Args:
        name: of the figure.
        title: of the figure.
        rows: of one measure, the nation's among them.
        quarter: of the release that has them.
        language: of the texts.
        own: the region that the page is about.
    """
    named = alphabetical(rows, language)
    unit = rows[0].unit
    scale = FULL * FINE if unit == "share" else FINE
    whole_nation = next((row for row in rows if row.ref_area == NATION), None)
    places = [_place(label, row, scale, own, language) for label, row in named]
    most, ticks = _axis(places, unit, language)
    reference = None
    if whole_nation is not None and whole_nation.value is not None:
        reference = (round(scale * whole_nation.value), get_word("nation").get(language))
    shown = [*named, *((get_word("nation").get(language), row) for row in (whole_nation,) if row)]
    return Figure(
        name=name,
        shape="dots",
        source=MEASURES,
        quarter=quarter,
        title=title,
        summary=" ".join(get_words(language, "table_follows", "whiskers", "no_ranking")),
        note=". ".join(
            (named_period(rows[0].time_period, language), get_word("noise_included").get(language))
        ),
        header=get_words(language, "region", "value", "likely"),
        rows=tuple((label, *share_cells(row, language)) for label, row in shown),
        drawing=dots(places, most, ticks, reference),
    )


def alphabetical(rows: Sequence[MeasureRow], language: str) -> list[tuple[str, MeasureRow]]:
    """Return the rows of regions with their names, in the order of the language's alphabet."""
    found = {row.ref_area: row for row in rows}
    return [(name, found[code]) for code, name in regions(language).items() if code in found]


def _place(label: str, row: MeasureRow, scale: int, own: str, language: str) -> Place:
    chosen = row.ref_area == own
    if row.value is None:
        return Place(label, get_word("too_few").get(language), None, own=chosen)
    value = round(scale * row.value)
    low, high = (value if end is None else round(scale * end) for end in (row.ci_low, row.ci_high))
    text = written(row.value, row.unit, language)
    return Place(label, text, value, low, high, own=chosen)


def _axis(
    places: Sequence[Place], unit: str, language: str
) -> tuple[int, tuple[tuple[int, str], ...]]:
    highest = max(max(place.high, place.value or 0) for place in places)
    if unit == "share":
        axis = share_axis(highest, language)
        return axis.most, axis.ticks
    most = grid.nice(max(FINE, highest))
    return most, rate_ticks(most, language)


def _highest(series: Sequence[Series]) -> int:
    return max(value.high or value.value or 0 for one in series for value in one.values)
