"""Makes figures: numbers of documents become a picture and the table beside it."""

from collections.abc import Sequence

from portal.core.calendar import Quarter
from portal.statistics.catalogue.codelists import NATION
from portal.statistics.catalogue.tables import get_word
from portal.statistics.dataset.history import SourceTable, get_labels, get_words, select_along
from portal.statistics.dataset.measure_row import MeasureRow
from portal.statistics.dataset.table import MEASURES, Observation
from portal.statistics.disclosure.intervals import BAND
from portal.statistics.site.charts import grid
from portal.statistics.site.charts.bars import Bar, draw_bars, draw_ladder, draw_stack
from portal.statistics.site.charts.dots import DotRow, draw_dots
from portal.statistics.site.charts.figure import ChartFigure
from portal.statistics.site.charts.lines import Axis, Series, Value, draw_trend
from portal.statistics.site.figures.texts import (
    FULL,
    capitalise,
    format_count_cells,
    format_days,
    format_period,
    format_rate_cells,
    format_short,
    format_short_period,
    format_tick,
    format_value,
    format_whole,
    list_regions,
)

SHORTEST_AXIS = 5 * BAND  # or a small number would look like much
FINE = 10  # shares and rates are placed by tenths
LEAST_SHARE_AXIS = 20 * FINE
SHAPES = {"bars": draw_bars, "ladder": draw_ladder}


def draw_counts(
    name: str,
    source: SourceTable,
    along_name: str,
    language: str,
    *,
    shape: str = "bars",
    **fixed: str,
) -> ChartFigure:
    """Return the numbers of each code of one dimension: bars, a ladder or a stack.

    Args:
        name: of the figure.
        source: the table.
        along_name: the dimension.
        language: of the texts.
        shape: bars, ladder or stack.
        fixed: codes that other dimensions are held at.
    """
    document = source.document
    rows = select_along(document, along_name, **fixed)
    named = get_labels(document, along_name, language)
    drawn = [_build_bar(named[code], row, language) for code, row in rows]
    column = document.get_dimension(along_name).label[language]
    held = [get_labels(document, other, language)[code] for other, code in fixed.items()]
    return ChartFigure(
        name=name,
        shape=shape,
        source=source.table,
        quarter=source.quarter,
        title=capitalise(": ".join((*held, column))) if held else document.title[language],
        summary=" ".join(get_words(language, "table_follows", "whiskers", "noise_included")),
        note=f"{format_days(document, language)}. {get_word('noise_included').get(language)}",
        header=(
            column,
            *get_words(language, "number", "likely"),
        ),
        rows=tuple((named[code], *format_count_cells(row, language)) for code, row in rows),
        drawing=draw_stack(drawn, BAND - 1)
        if shape == "stack"
        else SHAPES[shape](drawn, SHORTEST_AXIS),
    )


def _build_bar(label: str, row: Observation, language: str) -> Bar:
    low, high = row.lower95 or 0, row.upper95 or 0
    return Bar(label, format_short(row, language), row.obs_value, low, high)


def draw_counts_trend(
    name: str, title: str, rows: Sequence[tuple[str, SourceTable, Observation]], language: str
) -> ChartFigure:
    """Return the line of one number over quarters, within its likely range.

    Args:
        name: of the figure.
        title: of the figure, which is also the name of the line.
        rows: quarter, document and row, the oldest first.
        language: of the texts.
    """
    last = rows[-1][1]
    values = tuple(_to_value(row) for _, _, row in rows)
    most = grid.round_up(max(SHORTEST_AXIS, *(value.high or 0 for value in values)))
    texts = [(value, format_whole(value, language)) for value in (0, most // 2, most)]
    periods = [row.time_period for _, _, row in rows]
    hidden = get_word("small").get(language)
    return ChartFigure(
        name=name,
        shape="lines",
        source=last.table,
        quarter=last.quarter,
        title=title,
        summary=" ".join(get_words(language, "table_follows", "noise_included")),
        note=get_word("noise_included").get(language),
        header=get_words(language, "period", "number", "likely"),
        rows=tuple(
            (format_period(row.time_period, language), *format_count_cells(row, language))
            for _, _, row in rows
        ),
        drawing=draw_trend(
            [format_short_period(period, language) for period in periods],
            [Series(get_word("number").get(language), values)],
            Axis(most, tuple(texts)),
            band=BAND - 1,
            hidden=hidden,
        ),
    )


def _to_value(row: Observation) -> Value:
    return Value(row.obs_value, row.lower95, row.upper95, banded=row.obs_value is None)


def draw_shares_trend(
    name: str,
    title: str,
    lines: Sequence[tuple[str, Sequence[tuple[Quarter, MeasureRow | None]]]],
    language: str,
) -> ChartFigure:
    """Return lines of shares over periods, each within its likely range.

    The period is that of the row: a cohort is older than the release that it stands in.

    Args:
        name: of the figure.
        title: of the figure.
        lines: name of each line, and its rows: quarter of the release and the row, the oldest
            first; all lines have the same quarters.
        language: of the texts.
    """
    periods = [_find_period(pairs) for pairs in zip(*(rows for _, rows in lines), strict=True)]
    series = [Series(label, tuple(to_share_value(row) for _, row in rows)) for label, rows in lines]
    return ChartFigure(
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
                format_period(period, language),
                *(
                    text
                    for _, rows in lines
                    for text in format_share_cells(rows[rank][1], language)
                ),
            )
            for rank, period in enumerate(periods)
        ),
        drawing=draw_trend(
            [format_short_period(period, language) for period in periods],
            series,
            build_share_axis(_find_highest(series), language),
        ),
    )


def _find_period(pairs: Sequence[tuple[Quarter, MeasureRow | None]]) -> str:
    """Return the period of rows beside each other; of none, the quarter of the release."""
    quarter, _ = pairs[0]
    return next((row.time_period for _, row in pairs if row), quarter.period)


def build_share_axis(highest: int, language: str) -> Axis:
    """Return an axis of shares that has room for the highest, in tenths of a per cent."""
    most = min(FULL * FINE, grid.round_up(max(LEAST_SHARE_AXIS, highest)))
    return Axis(most, label_share_ticks(most, language))


def label_share_ticks(most: int, language: str) -> tuple[tuple[int, str], ...]:
    """Return nothing, half and all of an axis of shares, in tenths of a per cent."""
    return tuple((at, f"{format_tick(at / FINE, language)}\u00a0%") for at in (0, most // 2, most))


def label_rate_ticks(most: int, language: str) -> tuple[tuple[int, str], ...]:
    """Return nothing, half and all of an axis of rates, in tenths."""
    return tuple((at, format_tick(at / FINE, language)) for at in (0, most // 2, most))


def to_share_value(row: MeasureRow | None) -> Value:
    """Return a share as a picture places it: in tenths of a per cent."""
    if row is None or row.value is None:
        return Value(None)
    return Value(to_tenths(row.value), to_tenths(row.ci_low), to_tenths(row.ci_high))


def to_tenths(value: float | None) -> int | None:
    """Return a share in tenths of a per cent."""
    return None if value is None else round(FULL * FINE * value)


def format_share_cells(row: MeasureRow | None, language: str) -> tuple[str, str]:
    """Return a rate and its likely range as texts, or that there is too little to tell."""
    if row is None or row.value is None:
        return get_word("too_few").get(language), "–"
    return format_rate_cells(row, language)


def draw_regions(
    name: str,
    title: str,
    rows: Sequence[MeasureRow],
    quarter: Quarter,
    language: str,
    own: str = "",
) -> ChartFigure:
    """Return a dot with its likely range for each region, in the order of the alphabet.

    Args:
        name: of the figure.
        title: of the figure.
        rows: of one measure, the nation's among them.
        quarter: of the release that has them.
        language: of the texts.
        own: the region that the page is about.
    """
    named = sort_by_name(rows, language)
    unit = rows[0].unit
    scale = FULL * FINE if unit == "share" else FINE
    whole_nation = next((row for row in rows if row.ref_area == NATION), None)
    places = [_build_dot_row(label, row, scale, own, language) for label, row in named]
    most, ticks = _build_axis(places, unit, language)
    reference = None
    if whole_nation is not None and whole_nation.value is not None:
        reference = (round(scale * whole_nation.value), get_word("nation").get(language))
    shown = [*named, *((get_word("nation").get(language), row) for row in (whole_nation,) if row)]
    return ChartFigure(
        name=name,
        shape="dots",
        source=MEASURES,
        quarter=quarter,
        title=title,
        summary=" ".join(get_words(language, "table_follows", "whiskers", "no_ranking")),
        note=". ".join(
            (format_period(rows[0].time_period, language), get_word("noise_included").get(language))
        ),
        header=get_words(language, "region", "value", "likely"),
        rows=tuple((label, *format_share_cells(row, language)) for label, row in shown),
        drawing=draw_dots(places, most, ticks, reference),
    )


def sort_by_name(rows: Sequence[MeasureRow], language: str) -> list[tuple[str, MeasureRow]]:
    """Return the rows of regions with their names, in the order of the language's alphabet."""
    row_by_area = {row.ref_area: row for row in rows}
    return [
        (name, row_by_area[code])
        for code, name in list_regions(language).items()
        if code in row_by_area
    ]


def _build_dot_row(label: str, row: MeasureRow, scale: int, own: str, language: str) -> DotRow:
    chosen = row.ref_area == own
    if row.value is None:
        return DotRow(label, get_word("too_few").get(language), None, own=chosen)
    value = round(scale * row.value)
    low, high = (value if end is None else round(scale * end) for end in (row.ci_low, row.ci_high))
    text = format_value(row.value, row.unit, language)
    return DotRow(label, text, value, low, high, own=chosen)


def _build_axis(
    places: Sequence[DotRow], unit: str, language: str
) -> tuple[int, tuple[tuple[int, str], ...]]:
    highest = max(max(place.high, place.value or 0) for place in places)
    if unit == "share":
        axis = build_share_axis(highest, language)
        return axis.most, axis.ticks
    most = grid.round_up(max(FINE, highest))
    return most, label_rate_ticks(most, language)


def _find_highest(series: Sequence[Series]) -> int:
    return max(value.high or value.value or 0 for line in series for value in line.values)
