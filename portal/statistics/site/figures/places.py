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
from portal.statistics.site.charts.card import Number, card
from portal.statistics.site.charts.figure import Figure
from portal.statistics.site.figures.curves import curve
from portal.statistics.site.figures.funnels import CONFIRMED, IN_TIME, RATE, funnel_figure
from portal.statistics.site.figures.making import counts, counts_trend
from portal.statistics.site.figures.overview import findings
from portal.statistics.site.figures.texts import (
    measure_name,
    named_period,
    rate_cells,
    regions,
    titled,
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


def of_region(history: History, region: str, language: str) -> list[Figure]:
    """Return the figures of one region.

    Args:
        history: releases, the oldest first.
        region: its code.
        language: of the texts.
    """
    name = titled(regions(language)[region])
    kinds = find_newest(history, *KINDS)
    made = [
        _trend(
            f"received-{region}",
            name,
            find_in_every_release(history, *BY_QUARTER),
            language,
            region=region,
        ),
        counts(f"kinds-{region}", kinds, "category", language, region=region) if kinds else None,
        findings(history, language, region=region),
        curve(history, language, region),
        *(funnel_figure(kind, history, language, region) for kind in (RATE, CONFIRMED, IN_TIME)),
    ]
    return [figure for figure in made if figure]


def of_category(history: History, category: str, language: str) -> list[Figure]:
    """Return the figures of one kind of report.

    Args:
        history: releases, the oldest first.
        category: its code.
        language: of the texts.
    """
    codes = load().dimensions["category"].codes
    name = next(code.label.get(language) for code in codes if code.id == category)
    found = find_in_every_release(history, *KIND_BY_QUARTER)
    crossed = find_newest(history, *KIND_BY_REGION)
    made = [
        _trend(f"received-{category}", name, found, language, category=category),
        counts(f"regions-{category}", crossed, "region", language, category=category)
        if crossed
        else None,
    ]
    return [figure for figure in made if figure]


def headline(history: History, area: str, language: str) -> list[tuple[str, MeasureRow]]:
    """Return the few numbers that stand for an area: the name of the measure and its newest row."""
    found = []
    for wanted in ON_CARD:
        newest_row = find_newest_rate(history, wanted, area)
        if newest_row:
            named = measure_name(wanted.measure, wanted.outcome, wanted.clock, language)
            found.append((named, newest_row[1]))
    return found


def share_card(history: History, area: str, language: str) -> Figure:
    """Return a card of an area for sharing: a few numbers with their likely ranges.

    Args:
        history: releases, the oldest first.
        area: code of a region, or of the nation.
        language: of the texts.
    """
    quarter = history[-1][0]
    title = get_word("nation").get(language) if area == NATION else titled(regions(language)[area])
    rows = headline(history, area, language)
    subtitle = f"{get_word('card').get(language)}, {named_period(quarter.upper(), language)}"
    foot = " ".join(get_words(language, "reporting_only", "noise_included"))
    numbers = [
        Number(f"{label}, {named_period(row.time_period, language)}", *_cells(row, language))
        for label, row in rows
    ]
    return Figure(
        name=f"card-{area}",
        shape="card",
        source=MEASURES,
        quarter=quarter,
        title=f"{title}. {subtitle}",
        summary="; ".join(f"{one.label}: {one.text} ({one.likely})" for one in numbers) or foot,
        note=foot,
        header=get_words(language, "series", "value", "likely"),
        rows=tuple((one.label, one.text, one.likely) for one in numbers),
        drawing=card(title, subtitle, numbers, foot),
    )


def _cells(row: MeasureRow, language: str) -> tuple[str, str]:
    value, likely = rate_cells(row, language)
    return value, likely


def _trend(
    name: str, title: str, found: Sequence[SourceTable], language: str, **fixed: str
) -> Figure | None:
    """Return the line of one number over quarters, if more than one quarter has it."""
    rows = [
        (
            one.quarter,
            one,
            get_cell(
                one.document,
                **{key: code for key, code in fixed.items() if has_dimension(one.document, key)},
            ),
        )
        for one in found
    ]
    if len(rows) < 2:
        return None
    return counts_trend(name, f"{title}: {get_word('by_quarter').get(language)}", rows, language)
