"""What the pages of one subject show: comparing, time, outcomes, verdicts, early warning."""

from collections.abc import Sequence

from portal.statistics.catalogue.codelists import NATION, STATUTORY
from portal.statistics.catalogue.tables import get_word, load
from portal.statistics.dataset.history import (
    History,
    MeasureKey,
    SourceTable,
    find_newest,
    find_newest_rates,
    find_rate,
    get_labels,
    get_words,
    has_dimension,
    select_along,
    sum_observations,
)
from portal.statistics.dataset.measure_row import MeasureRow
from portal.statistics.dataset.table import Observation
from portal.statistics.disclosure.intervals import BAND
from portal.statistics.signals.funnel_limits import pool_rates
from portal.statistics.site.charts.bars import Bar, draw_stacks
from portal.statistics.site.charts.figure import ChartFigure
from portal.statistics.site.figures import signal_charts
from portal.statistics.site.figures.builders import draw_counts, draw_regions, draw_shares_trend
from portal.statistics.site.figures.curves import draw_duration_curve
from portal.statistics.site.figures.funnels import (
    CONFIRMED,
    IN_TIME,
    PER,
    RATE,
    compare_regions,
    draw_funnel_figure,
)
from portal.statistics.site.figures.overview import (
    FINDINGS,
    OUTCOMES,
    draw_confirmed,
    draw_findings,
)
from portal.statistics.site.figures.texts import (
    format_count_cells,
    format_days,
    format_short,
    name_measure,
)

IN_TIME_RATE = MeasureKey("K5", clock=f"{STATUTORY} ")
RATED = ("rated-region", "rated-year-region", "rated-year")
MOST_CHARTS = 24
REVIEWED = ("reopened-region", "reopened-year-region", "reopened-year")


def draw_comparison(history: History, language: str) -> list[ChartFigure]:
    """Return how regions compare: reports for each resident, findings, time. Never a ranking."""
    made = [
        draw_funnel_figure(RATE, history, language),
        draw_pooled_rates(history, language),
        draw_funnel_figure(CONFIRMED, history, language),
        draw_funnel_figure(IN_TIME, history, language),
    ]
    return [figure for figure in made if figure]


def draw_pooled_rates(history: History, language: str) -> ChartFigure | None:
    """Return reports for each 100 000 residents, drawn towards the rate of all regions."""
    comparison = compare_regions(RATE, history, language)
    if comparison is None:
        return None
    drawn = pool_rates(comparison.units, comparison.funnel.noise)
    rows = [
        row._replace(value=PER * rate.rate, ci_low=PER * rate.low, ci_high=PER * rate.high)
        for (_, row), rate in zip(comparison.named, drawn, strict=True)
    ]
    target = PER * comparison.funnel.target
    rows.append(rows[0]._replace(ref_area=NATION, value=target, ci_low=None, ci_high=None))
    return draw_regions(
        "pooled", get_word("pooled").get(language), rows, comparison.quarter, language
    )


def draw_timeliness(history: History, language: str) -> list[ChartFigure]:
    """Return how long it takes, and whether the limits of the law are kept."""
    made = [
        draw_duration_curve(history, language),
        _draw_trend("in-time", IN_TIME_RATE, history, language),
        _draw_by_region("in-time-regions", IN_TIME_RATE, history, language),
        _draw_by_region("half-concluded", MeasureKey("K6", "p50"), history, language),
        _draw_by_region("acknowledged", MeasureKey("K3", "in_time", "3 "), history, language),
    ]
    return [figure for figure in made if figure]


def draw_outcomes(history: History, language: str) -> list[ChartFigure]:
    """Return how cases ended and what followed."""
    steps = find_newest(history, "sanctions-year")
    reviews = find_newest(history, *REVIEWED)
    made = [
        draw_findings(history, language),
        draw_confirmed(history, language),
        _draw_by_region("confirmed-regions", MeasureKey("K9"), history, language),
        _draw_by_region("examined-regions", MeasureKey("K10"), history, language),
        draw_counts("sanctions", steps, "sanction", language, shape="ladder") if steps else None,
        _draw_by_region("disciplined", MeasureKey("K12", "any"), history, language),
        draw_counts("reviews", reviews, "review", language) if reviews else None,
    ]
    return [figure for figure in made if figure]


def draw_verdicts(history: History, language: str) -> list[ChartFigure]:
    """Return what reporters say of the replies, beside how the bodies ended the cases."""
    made = [
        draw_verdicts_beside_findings(history, language),
        _draw_trend("formal", MeasureKey("K16", "formal"), history, language),
        _draw_by_region("formal-regions", MeasureKey("K16", "formal"), history, language),
        _draw_by_region("response", MeasureKey("K16", "response"), history, language),
        _draw_by_region("respect", MeasureKey("K17", "yes"), history, language),
    ]
    return [figure for figure in made if figure]


def draw_verdicts_beside_findings(history: History, language: str) -> ChartFigure | None:
    """Return two bars of parts: how bodies ended the cases, how reporters rate the replies."""
    rated = find_newest(history, *RATED)
    if rated is None:
        return None
    yearly = load().tables[rated.table].period == "year"
    ended = find_newest(
        [release for release in history if release[0] <= rated.quarter],
        *(reversed(FINDINGS) if yearly else FINDINGS),
        *OUTCOMES,
    )
    if ended is None:
        return None
    official = _build_parts(ended, "finding", language)
    said = _build_parts(rated, "rating", language)
    titles = [
        f"{get_word(name).get(language)}, {format_days(source.document, language)}"
        for name, source in (("bodies_say", ended), ("reporters_say", rated))
    ]
    drawn = [
        (title, [bar for bar, _ in parts])
        for title, parts in zip(titles, (official, said), strict=True)
    ]
    return ChartFigure(
        name="verdicts",
        shape="stack",
        source=rated.table,
        quarter=rated.quarter,
        title=get_word("verdicts").get(language),
        summary=" ".join(get_words(language, "table_follows", "verdicts_read")),
        note=" ".join(get_words(language, "verdicts_read", "noise_included")),
        header=get_words(language, "series", "number", "likely"),
        rows=tuple(
            (f"{get_word(name).get(language)}: {bar.label}", *format_count_cells(row, language))
            for name, parts in (("bodies_say", official), ("reporters_say", said))
            for bar, row in parts
        ),
        drawing=draw_stacks(drawn, BAND - 1),
    )


def draw_signals(history: History, language: str) -> list[ChartFigure]:
    """Return what is higher than expected: an overview, and a chart of each such series.

    The table of the overview names them all; if they are very many, only the first have a chart.
    """
    signals = signal_charts.find_signals(history)
    overview = signal_charts.draw_overview(signals, language)
    if overview is None:
        return []
    higher = [signal for signal in signals if signal.signal.state == "higher"]
    return [
        overview,
        *(signal_charts.draw_signal_chart(signal, language) for signal in higher[:MOST_CHARTS]),
    ]


def _build_parts(source: SourceTable, name: str, language: str) -> list[tuple[Bar, Observation]]:
    if has_dimension(source.document, name):
        named, rows = (
            get_labels(source.document, name, language),
            select_along(source.document, name),
        )
    else:
        codes = load().dimensions["finding"].codes
        named = {code.id: code.label.get(language) for code in codes}
        ended = dict(select_along(source.document, "outcome"))
        rows = [
            (code.id, sum_observations([ended[member] for member in code.members]))
            for code in codes
        ]
    return [
        (Bar(named[code], format_short(row, language), row.obs_value), row) for code, row in rows
    ]


def _draw_by_region(
    name: str, key: MeasureKey, history: History, language: str
) -> ChartFigure | None:
    rates = find_newest_rates(history, key)
    if rates is None:
        return None
    quarter, rows = rates
    title = f"{_name_measure(key, language)}: {get_word('by_region').get(language)}"
    return draw_regions(name, title, rows, quarter, language)


def _draw_trend(name: str, key: MeasureKey, history: History, language: str) -> ChartFigure | None:
    """Return a national share over releases, if more than one has it."""
    rows = [(quarter, row) for quarter, documents in history if (row := find_rate(documents, key))]
    if len(rows) < 2:
        return None
    label = _name_measure(key, language)
    title = f"{label}: {get_word(name_periods([row for _, row in rows])).get(language)}"
    return draw_shares_trend(name, title, [(label, rows)], language)


def name_periods(rows: Sequence[MeasureRow]) -> str:
    """Return which word says over what these rows go: quarters, years, or both."""
    frequencies = {row.freq for row in rows}
    return (
        {"Q": "by_quarter", "A": "by_year"}[frequencies.pop()]
        if len(frequencies) == 1
        else "by_period"
    )


def _name_measure(key: MeasureKey, language: str) -> str:
    return name_measure(key.measure, key.outcome, key.clock, language)
