"""What the first page of a release shows: the whole country."""

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
from portal.statistics.site.charts.balance import Step, balance
from portal.statistics.site.charts.figure import Figure
from portal.statistics.site.charts.lines import Axis, Series, Value, trend
from portal.statistics.site.figures.curves import curve
from portal.statistics.site.figures.making import by_region, counts, shares_trend
from portal.statistics.site.figures.texts import (
    MINUS,
    NO_RANGE,
    named_period,
    rate_cells,
    short_period,
    whole,
    written,
)

KINDS = ("received-category", "received-region-category")
FINDINGS = ("concluded-finding", "concluded-year-region-finding")
OUTCOMES = ("concluded-region-outcome",)
OPEN_START, RECEIVED, OPEN_END = "open_start", "received", "open_end"


def of_release(history: History, language: str) -> list[Figure]:
    """Return the figures of the whole country.

    Args:
        history: quarters with their documents, the oldest first; the last is the release.
        language: of the texts.
    """
    made = [
        flow(history, language),
        intake(history, language),
        findings(history, language),
        confirmed(history, language),
        kinds(history, language),
        added(history, language),
        curve(history, language),
    ]
    return [figure for figure in made if figure]


def flow(history: History, language: str) -> Figure | None:
    """Return two lines: the exact national totals of quarters."""
    if len(history) < 2:
        return None
    periods = [get_period(documents[TOTALS]) for _, documents in history]
    names = ("received", "concluded")
    found = {name: [get_total(one[TOTALS], name) for _, one in history] for name in names}
    most = grid.nice(max(max(values) for values in found.values()))
    axis = Axis(most, tuple((at, whole(at, language)) for at in (0, most // 2, most)))
    lines = [
        Series(get_word(name).get(language), tuple(Value(value) for value in values))
        for name, values in found.items()
    ]
    return Figure(
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
                named_period(period, language),
                *(whole(one[rank], language) for one in found.values()),
            )
            for rank, period in enumerate(periods)
        ),
        drawing=trend([short_period(one, language) for one in periods], lines, axis),
    )


def intake(history: History, language: str) -> Figure | None:
    """Return the balance of a year: open before, received, concluded in each way, open after."""
    found = _newest_balance(history)
    if found is None:
        return None
    quarter, rows = found
    labels = _balance_labels(language)
    period = next(iter(rows.values())).time_period
    return Figure(
        name="balance",
        shape="balance",
        source=MEASURES,
        quarter=quarter,
        title=get_word("balance").get(language),
        summary=" ".join(get_words(language, "table_follows", "balance_read")),
        note=f"{named_period(period, language)}. {get_word('balance_read').get(language)}",
        header=get_words(language, "series", "number", "likely"),
        rows=tuple((labels[code], *_ending(row, language)) for code, row in rows.items()),
        drawing=balance(_steps(rows, labels, language)),
    )


def findings(history: History, language: str, **fixed: str) -> Figure | None:
    """Return how cases ended: one bar of parts, or a bar for each outcome of the finer table."""
    region = fixed.get("region", "")
    name = f"findings-{region}" if region else "findings"
    tables = (*FINDINGS[1:], *OUTCOMES) if region else (FINDINGS[0], *OUTCOMES)
    found = find_newest(history, *tables)
    if found is None:
        return None
    if found.table in OUTCOMES:
        return counts(name, found, "outcome", language, **fixed)
    return counts(name, found, "finding", language, shape="stack", **fixed)


def confirmed(history: History, language: str) -> Figure | None:
    """Return the share confirmed over quarters, if more than one quarter has it."""
    rows = [(quarter, find_rate(one, MeasureKey("K9", frequency="Q"))) for quarter, one in history]
    if sum(row is not None for _, row in rows) < 2:
        return None
    label = load().measures["K9"].label.get(language)
    return shares_trend(
        "confirmed", get_word("confirmed_trend").get(language), [(label, rows)], language
    )


def kinds(history: History, language: str) -> Figure | None:
    """Return what was reported."""
    found = find_newest(history, *KINDS)
    return counts("kinds", found, "category", language) if found else None


def added(history: History, language: str, own: str = "") -> Figure | None:
    """Return reports for each 100 000 residents, by region."""
    found = find_newest_rates(history, MeasureKey("K2"))
    if found is None:
        return None
    quarter, rows = found
    name = f"rates-{own}" if own else "rates"
    return by_region(name, get_word("rates").get(language), rows, quarter, language, own)


def _newest_balance(history: History) -> tuple[str, dict[str, MeasureRow]] | None:
    for quarter, documents in reversed(history):
        rows = {row.outcome: row for row in _balance(documents)}
        if OPEN_END in rows and all(
            rows[code].value is not None for code in (OPEN_START, RECEIVED)
        ):
            return quarter, rows
    return None


def _balance(documents: Documents) -> list[MeasureRow]:
    kinds_of_rows = (OPEN_START, RECEIVED, *_endings(), OPEN_END)
    return [
        row
        for code in kinds_of_rows
        for row in select_measure_rows(documents, MeasureKey("K1B", code))
    ]


def _endings() -> list[str]:
    return [code.id for code in load().dimensions["finding"].codes]


def _balance_labels(language: str) -> dict[str, str]:
    own = {code: get_word(code).get(language) for code in (OPEN_START, RECEIVED, OPEN_END)}
    findings_of = load().dimensions["finding"].codes
    return own | {code.id: code.label.get(language) for code in findings_of}


def _steps(rows: dict[str, MeasureRow], labels: dict[str, str], language: str) -> list[Step]:
    level, steps = 0, []
    for code, row in rows.items():
        if row.value is None:
            continue
        value, text = round(row.value), written(row.value, "count", language)
        if code in (OPEN_START, OPEN_END):
            steps.append(Step(labels[code], text, 0, value, "bar"))
            level = value
        else:
            sign, kind = (1, "fill-0") if code == RECEIVED else (-1, "fill-1")
            shown = f"{'+' if sign * value >= 0 else MINUS}{whole(abs(value), language)}"
            after = level + sign * value
            steps.append(Step(labels[code], shown, level, after, kind, _likely(row, level)))
            level = after
    return steps


def _ending(row: MeasureRow, language: str) -> tuple[str, str]:
    if row.value is None:
        return get_word("small" if row.status == HIDDEN else "too_few").get(language), NO_RANGE
    return rate_cells(row, language)


def _likely(row: MeasureRow, level: int) -> tuple[int, int] | None:
    """Return between which levels a conclusion that bears noise may end."""
    if row.ci_low is None or row.ci_high is None or row.outcome == RECEIVED:
        return None
    return level - round(row.ci_high), level - round(row.ci_low)
