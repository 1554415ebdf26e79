"""What the first page of a release shows: the whole country."""

from portal.core.calendar import Quarter
from portal.statistics.catalogue.tables import get_word, load
from portal.statistics.dataset.history import (
    Documents,
    History,
    MeasureKey,
    find_newest,
    find_newest_rates,
    find_rate,
    get_period,
    get_words,
    select_measure_rows,
)
from portal.statistics.dataset.measure_row import HIDDEN, MeasureRow
from portal.statistics.dataset.table import MEASURES, TOTALS, get_total
from portal.statistics.site.charts import grid
from portal.statistics.site.charts.balance import BalanceStep, draw_balance
from portal.statistics.site.charts.figure import ChartFigure
from portal.statistics.site.charts.lines import Axis, Series, Value, draw_trend
from portal.statistics.site.figures.builders import draw_counts, draw_regions, draw_shares_trend
from portal.statistics.site.figures.curves import draw_duration_curve
from portal.statistics.site.figures.texts import (
    MINUS,
    NO_RANGE,
    format_period,
    format_rate_cells,
    format_short_period,
    format_value,
    format_whole,
)

KINDS = ("received-category", "received-region-category")
FINDINGS = ("concluded-finding", "concluded-year-region-finding")
OUTCOMES = ("concluded-region-outcome",)
OPEN_START, RECEIVED, OPEN_END = "open_start", "received", "open_end"


def draw_release(history: History, language: str) -> list[ChartFigure]:
    """Return the figures of the whole country.

    Args:
        history: quarters with their documents, the oldest first; the last is the release.
        language: of the texts.
    """
    made = [
        draw_flow(history, language),
        draw_year_balance(history, language),
        draw_findings(history, language),
        draw_confirmed(history, language),
        draw_kinds(history, language),
        draw_rates(history, language),
        draw_duration_curve(history, language),
    ]
    return [figure for figure in made if figure]


def draw_flow(history: History, language: str) -> ChartFigure | None:
    """Return two lines: the exact national totals of quarters."""
    if len(history) < 2:
        return None
    periods = [get_period(documents[TOTALS]) for _, documents in history]
    names = ("received", "concluded")
    totals = {
        name: [get_total(documents[TOTALS], name) for _, documents in history] for name in names
    }
    most = grid.round_up(max(max(values) for values in totals.values()))
    axis = Axis(most, tuple((at, format_whole(at, language)) for at in (0, most // 2, most)))
    lines = [
        Series(get_word(name).get(language), tuple(Value(value) for value in values))
        for name, values in totals.items()
    ]
    return ChartFigure(
        name="flow",
        shape="lines",
        source=TOTALS,
        quarter=history[-1][0],
        title=get_word("flow").get(language),
        summary=get_word("table_follows").get(language),
        note=get_word("exact").get(language),
        header=get_words(language, "quarter", *names),
        rows=tuple(
            (
                format_period(period, language),
                *(format_whole(values[rank], language) for values in totals.values()),
            )
            for rank, period in enumerate(periods)
        ),
        drawing=draw_trend(
            [format_short_period(period, language) for period in periods], lines, axis
        ),
    )


def draw_year_balance(history: History, language: str) -> ChartFigure | None:
    """Return the balance of a year: open before, received, concluded in each way, open after."""
    newest_balance = _find_newest_balance(history)
    if newest_balance is None:
        return None
    quarter, rows = newest_balance
    labels = _label_balance(language)
    period = next(iter(rows.values())).time_period
    return ChartFigure(
        name="balance",
        shape="balance",
        source=MEASURES,
        quarter=quarter,
        title=get_word("balance").get(language),
        summary=" ".join(get_words(language, "table_follows", "balance_read")),
        note=f"{format_period(period, language)}. {get_word('balance_read').get(language)}",
        header=get_words(language, "series", "number", "likely"),
        rows=tuple((labels[code], *_format_step(row, language)) for code, row in rows.items()),
        drawing=draw_balance(_build_steps(rows, labels, language)),
    )


def draw_findings(history: History, language: str, **fixed: str) -> ChartFigure | None:
    """Return how cases ended: one bar of parts, or a bar for each outcome of the finer table."""
    region = fixed.get("region", "")
    name = f"findings-{region}" if region else "findings"
    tables = (*FINDINGS[1:], *OUTCOMES) if region else (FINDINGS[0], *OUTCOMES)
    source = find_newest(history, *tables)
    if source is None:
        return None
    if source.table in OUTCOMES:
        return draw_counts(name, source, "outcome", language, **fixed)
    return draw_counts(name, source, "finding", language, shape="stack", **fixed)


def draw_confirmed(history: History, language: str) -> ChartFigure | None:
    """Return the share confirmed over quarters, if more than one quarter has it."""
    rows = [
        (quarter, find_rate(documents, MeasureKey("K9", frequency="Q")))
        for quarter, documents in history
    ]
    if sum(row is not None for _, row in rows) < 2:
        return None
    label = load().measures["K9"].label.get(language)
    return draw_shares_trend(
        "confirmed", get_word("confirmed_trend").get(language), [(label, rows)], language
    )


def draw_kinds(history: History, language: str) -> ChartFigure | None:
    """Return what was reported."""
    source = find_newest(history, *KINDS)
    return draw_counts("kinds", source, "category", language) if source else None


def draw_rates(history: History, language: str, own: str = "") -> ChartFigure | None:
    """Return reports for each 100 000 residents, by region."""
    rates = find_newest_rates(history, MeasureKey("K2"))
    if rates is None:
        return None
    quarter, rows = rates
    name = f"rates-{own}" if own else "rates"
    return draw_regions(name, get_word("rates").get(language), rows, quarter, language, own)


def _find_newest_balance(history: History) -> tuple[Quarter, dict[str, MeasureRow]] | None:
    for quarter, documents in reversed(history):
        rows = {row.outcome: row for row in _list_balance_rows(documents)}
        if OPEN_END in rows and all(
            rows[code].value is not None for code in (OPEN_START, RECEIVED)
        ):
            return quarter, rows
    return None


def _list_balance_rows(documents: Documents) -> list[MeasureRow]:
    kinds_of_rows = (OPEN_START, RECEIVED, *_list_findings(), OPEN_END)
    return [
        row
        for code in kinds_of_rows
        for row in select_measure_rows(documents, MeasureKey("K1B", code))
    ]


def _list_findings() -> list[str]:
    return [code.id for code in load().dimensions["finding"].codes]


def _label_balance(language: str) -> dict[str, str]:
    own = {code: get_word(code).get(language) for code in (OPEN_START, RECEIVED, OPEN_END)}
    findings_of = load().dimensions["finding"].codes
    return own | {code.id: code.label.get(language) for code in findings_of}


def _build_steps(
    rows: dict[str, MeasureRow], labels: dict[str, str], language: str
) -> list[BalanceStep]:
    level, steps = 0, []
    for code, row in rows.items():
        if row.value is None:
            continue
        value, text = round(row.value), format_value(row.value, "count", language)
        if code in (OPEN_START, OPEN_END):
            steps.append(BalanceStep(labels[code], text, 0, value, "bar"))
            level = value
        else:
            sign, kind = (1, "fill-0") if code == RECEIVED else (-1, "fill-1")
            shown = f"{'+' if sign * value >= 0 else MINUS}{format_whole(abs(value), language)}"
            after = level + sign * value
            steps.append(
                BalanceStep(
                    labels[code], shown, level, after, kind, _compute_likely_end(row, level)
                )
            )
            level = after
    return steps


def _format_step(row: MeasureRow, language: str) -> tuple[str, str]:
    if row.value is None:
        return get_word("small" if row.status == HIDDEN else "too_few").get(language), NO_RANGE
    return format_rate_cells(row, language)


def _compute_likely_end(row: MeasureRow, level: int) -> tuple[int, int] | None:
    """Return between which levels a conclusion that bears noise may end."""
    if row.ci_low is None or row.ci_high is None or row.outcome == RECEIVED:
        return None
    return level - round(row.ci_high), level - round(row.ci_low)
