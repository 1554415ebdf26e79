"""What the pages of one region and of one category show, and the cards for sharing."""

from collections.abc import Sequence

from portal.statistics.catalogue.codelists import NATION, STATUTORY
from portal.statistics.catalogue.tables import get_word, load
from portal.statistics.dataset.history import (
    History,
    MeasureKey,
    SourceTable,
    find_in_every_release,
    find_newest,
    find_newest_rate,
    get_cell,
    get_words,
    has_dimension,
)
from portal.statistics.dataset.measure_row import MeasureRow
from portal.statistics.dataset.table import MEASURES
from portal.statistics.site.charts.card import CardNumber, draw_card
from portal.statistics.site.charts.figure import ChartFigure
from portal.statistics.site.figures.builders import draw_counts, draw_counts_trend
from portal.statistics.site.figures.curves import draw_duration_curve
from portal.statistics.site.figures.funnels import CONFIRMED, IN_TIME, RATE, draw_funnel_figure
from portal.statistics.site.figures.overview import draw_findings
from portal.statistics.site.figures.texts import (
    capitalise,
    format_period,
    format_rate_cells,
    list_regions,
    name_measure,
)

BY_QUARTER = ("received-region", "received-region-category")
KINDS = ("received-region-category", "received-year-region-category")
KIND_BY_QUARTER = ("received-category", "received-region-category")
KIND_BY_REGION = ("received-region-category", "received-year-region-category")
ON_CARD = (
    MeasureKey("K2"),
    MeasureKey("K5", clock=f"{STATUTORY} "),
    MeasureKey("K9"),
    MeasureKey("K16", "formal"),
)


def draw_region(history: History, region: str, language: str) -> list[ChartFigure]:
    """Return the figures of one region.

    Args:
        history: releases, the oldest first.
        region: its code.
        language: of the texts.
    """
    name = capitalise(list_regions(language)[region])
    kinds = find_newest(history, *KINDS)
    made = [
        _draw_trend(
            f"received-{region}",
            name,
            find_in_every_release(history, *BY_QUARTER),
            language,
            region=region,
        ),
        draw_counts(f"kinds-{region}", kinds, "category", language, region=region)
        if kinds
        else None,
        draw_findings(history, language, region=region),
        draw_duration_curve(history, language, region),
        *(
            draw_funnel_figure(kind, history, language, region)
            for kind in (RATE, CONFIRMED, IN_TIME)
        ),
    ]
    return [figure for figure in made if figure]


def draw_category(history: History, category: str, language: str) -> list[ChartFigure]:
    """Return the figures of one kind of report.

    Args:
        history: releases, the oldest first.
        category: its code.
        language: of the texts.
    """
    codes = load().dimensions["category"].codes
    name = next(code.label.get(language) for code in codes if code.id == category)
    sources = find_in_every_release(history, *KIND_BY_QUARTER)
    crossed = find_newest(history, *KIND_BY_REGION)
    made = [
        _draw_trend(f"received-{category}", name, sources, language, category=category),
        draw_counts(f"regions-{category}", crossed, "region", language, category=category)
        if crossed
        else None,
    ]
    return [figure for figure in made if figure]


def list_headline(history: History, area: str, language: str) -> list[tuple[str, MeasureRow]]:
    """Return the few numbers that stand for an area: the name of the measure and its newest row."""
    numbers = []
    for key in ON_CARD:
        newest_row = find_newest_rate(history, key, area)
        if newest_row:
            named = name_measure(key.measure, key.outcome, key.clock, language)
            numbers.append((named, newest_row[1]))
    return numbers


def draw_share_card(history: History, area: str, language: str) -> ChartFigure:
    """Return a card of an area for sharing: a few numbers with their likely ranges.

    Args:
        history: releases, the oldest first.
        area: code of a region, or of the nation.
        language: of the texts.
    """
    quarter = history[-1][0]
    title = (
        get_word("nation").get(language)
        if area == NATION
        else capitalise(list_regions(language)[area])
    )
    rows = list_headline(history, area, language)
    subtitle = f"{get_word('card').get(language)}, {format_period(quarter.period, language)}"
    foot = " ".join(get_words(language, "reporting_only", "noise_included"))
    numbers = [
        CardNumber(
            f"{label}, {format_period(row.time_period, language)}", *_format_cells(row, language)
        )
        for label, row in rows
    ]
    return ChartFigure(
        name=f"card-{area}",
        shape="card",
        source=MEASURES,
        quarter=quarter,
        title=f"{title}. {subtitle}",
        summary="; ".join(f"{number.label}: {number.text} ({number.likely})" for number in numbers)
        or foot,
        note=foot,
        header=get_words(language, "series", "value", "likely"),
        rows=tuple((number.label, number.text, number.likely) for number in numbers),
        drawing=draw_card(title, subtitle, numbers, foot),
    )


def _format_cells(row: MeasureRow, language: str) -> tuple[str, str]:
    value, likely = format_rate_cells(row, language)
    return value, likely


def _draw_trend(
    name: str, title: str, sources: Sequence[SourceTable], language: str, **fixed: str
) -> ChartFigure | None:
    """Return the line of one number over quarters, if more than one quarter has it."""
    rows = [
        (
            source.quarter,
            source,
            get_cell(
                source.document,
                **{key: code for key, code in fixed.items() if has_dimension(source.document, key)},
            ),
        )
        for source in sources
    ]
    if len(rows) < 2:
        return None
    return draw_counts_trend(
        name, f"{title}: {get_word('by_quarter').get(language)}", rows, language
    )
