"""What the figures of a release show: documents become pictures with the same numbers in a table.

Everything comes from the documents of releases, never from cases.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from portal.statistics import charts
from portal.statistics.catalogue import NATION, load, word
from portal.statistics.charts import (
    BAR_HEIGHT,
    GAP,
    LINE_HEIGHT,
    STACK_HEIGHT,
    THIN,
    WIDTH,
    Bar,
    Figure,
    Point,
    Series,
    Tick,
)
from portal.statistics.disclosure import BAND
from portal.statistics.formats import MEASURES, TOTALS, Document, records, total_of
from portal.statistics.measures import EDGES, STATUTORY

FULL = 100  # per cent
SHORTEST_AXIS = 5 * BAND  # or "fewer than 10" would look like much
NO_RANGE = "–"
Record = Mapping[str, Any]
Documents = Mapping[str, Document]

# Which table shows what, the finest that a level of the ladder publishes first.
KINDS = ("received-category", "received-region-category")
REGIONS = ("received-region", "received-region-category", "received-year-region")
DURATIONS = ("durations-region", "durations-year-region", "durations-year")


def of_release(history: Sequence[tuple[str, Documents]], language: str) -> list[Figure]:
    """Return the figures of a release.

    Args:
        history: quarters with their documents, the oldest first; the last is the release.
        language: of the texts.
    """
    documents = history[-1][1]
    found = []
    if len(history) > 1:
        found.append(flow([(quarter, *_totals(one)) for quarter, one in history], language))
    if "concluded-finding" in documents:
        found.append(stack("findings", documents["concluded-finding"], "finding", language))
    if "concluded-region-outcome" in documents:
        found.append(bars("findings", documents["concluded-region-outcome"], "outcome", language))
    confirmed = [(quarter, row) for quarter, one in history for row in national(one, "K9", "Q")]
    if len(confirmed) > 1:
        found.append(trend(confirmed, language))
    for name, sources, dimension in (("kinds", KINDS, "category"), ("regions", REGIONS, "region")):
        source = next((one for one in sources if one in documents), None)
        if source:
            found.append(bars(name, documents[source], dimension, language))
    rates = national(documents, "K5")
    if len(rates) == len(EDGES):
        source = next(one for one in DURATIONS if one in documents)
        found.append(curve(rates, source, language))
    return found


def national(documents: Documents, measure: str, frequency: str = "") -> list[Record]:
    """Return the nationwide rows of a measure that have a value."""
    return [
        row
        for row in records(documents[MEASURES])
        if (row["measure"], row["ref_area"]) == (measure, NATION)
        and row["value"] is not None
        and frequency in ("", row["freq"])
    ]


def headline_rates(documents: Documents, language: str) -> list[tuple[str, str, str]]:
    """Return the nationwide measures of the quarter: name, value, likely range; none if unshown."""
    found = []
    for name in ("K7", "K9", "K10"):
        label = load().measures[name].label.get(language)
        rows = national(documents, name, "Q")
        found += [(label, *_rate_cells(row, language)) for row in rows]
    return found


def in_time(documents: Documents, language: str) -> dict[str, Any] | None:
    """Return the share concluded within the limit of the law: value, range, days of the cohort."""
    rows = national(documents, "K5")
    row = next((row for row in rows if row["clock"].split()[0] == str(STATUTORY)), None)
    if row is None:
        return None
    value, likely = _rate_cells(row, language)
    document = documents[next(one for one in DURATIONS if one in documents)]
    days = {name: date.fromisoformat(document[name]) for name in ("first_day", "last_day")}
    return {"value": value, "range": likely} | days


def bars(name: str, document: Document, dimension: str, language: str) -> Figure:
    """Return a bar with its likely range for each code of one dimension, nationwide."""
    shown = _along(document, dimension)
    most = max(SHORTEST_AXIS, *(row["upper95"] or 0 for _, row in shown))
    labels = _labels(document, dimension)
    drawn, y = [], LINE_HEIGHT
    for code, row in shown:
        drawn.append(_bar(charts.wrapped(labels[code][language]), row, most, y, language))
        y = drawn[-1].top + BAR_HEIGHT + GAP + LINE_HEIGHT
    return Figure(
        name=name,
        shape="bars",
        source=document["table"],
        title=document["title"][language],
        summary=_texts(language, "table_follows", "noise_included"),
        header=(_column(document, dimension, language), *_words(language, "number", "likely")),
        rows=tuple((labels[code][language], *_cells(row, language)) for code, row in shown),
        height=y - LINE_HEIGHT,
        bars=tuple(drawn),
    )


def stack(name: str, document: Document, dimension: str, language: str) -> Figure:
    """Return one bar made of the codes of a dimension, nationwide, with its legend below."""
    shown = _along(document, dimension)
    labels = _labels(document, dimension)
    sizes = [BAND - 1 if row["obs_value"] is None else row["obs_value"] for _, row in shown]
    x, y, drawn = 0, STACK_HEIGHT + 2 * LINE_HEIGHT, []
    for style, ((code, row), size) in enumerate(zip(shown, sizes, strict=True)):
        width, label = WIDTH * size // sum(sizes), charts.wrapped(labels[code][language])
        hidden = row["obs_value"] is None
        drawn.append(Bar(label, _short(row, language), y, x, width, style, banded=hidden))
        x += width
        y += LINE_HEIGHT * (len(label) + 1) + GAP
    return Figure(
        name=name,
        shape="stack",
        source=document["table"],
        title=document["title"][language],
        summary=_texts(language, "table_follows"),
        header=(_column(document, dimension, language), *_words(language, "number", "likely")),
        rows=tuple((labels[code][language], *_cells(row, language)) for code, row in shown),
        height=y,
        bars=tuple(drawn),
    )


def flow(counts: Sequence[tuple[str, int, int]], language: str) -> Figure:
    """Return two lines: the exact national totals of quarters.

    Args:
        counts: quarter, received and concluded, the oldest first.
        language: of the texts.
    """
    quarters = [quarter for quarter, _, _ in counts]
    places = charts.places_of(len(counts))
    most = charts.nice(max(max(one, two) for _, one, two in counts))
    lines = {"received": [one for _, one, _ in counts], "concluded": [two for _, _, two in counts]}
    return Figure(
        name="flow",
        shape="lines",
        source=TOTALS,
        title=word("flow").get(language),
        summary=_texts(language, "table_follows"),
        header=_words(language, "quarter", "received", "concluded"),
        rows=tuple((quarter.upper(), whole(one), whole(two)) for quarter, one, two in counts),
        series=tuple(
            Series(
                word(label).get(language),
                style,
                tuple(
                    (place, charts.height_of(value, most))
                    for place, value in zip(places, values, strict=True)
                ),
            )
            for style, (label, values) in enumerate(lines.items())
        ),
        across=charts.quarter_ticks(quarters, places),
        upward=charts.upward_ticks(most),
    )


def trend(rates: Sequence[tuple[str, Record]], language: str) -> Figure:
    """Return the line of a national rate over quarters, within the band of its likely range.

    Args:
        rates: quarter and row of the measures, the oldest first; all with a value.
        language: of the texts.
    """
    quarters = [quarter for quarter, _ in rates]
    places = charts.places_of(len(rates))
    rows = [row for _, row in rates]
    label = load().measures["K9"].label.get(language)
    return Figure(
        name="confirmed",
        shape="lines",
        source=MEASURES,
        title=word("confirmed_trend").get(language),
        summary=_texts(language, "table_follows"),
        header=_words(language, "quarter", "share", "likely"),
        rows=tuple((quarter.upper(), *_rate_cells(row, language)) for quarter, row in rates),
        series=(Series(label, 0, _line(places, rows, "value"), _range(places, rows)),),
        across=charts.quarter_ticks(quarters, places),
        upward=charts.upward_ticks(FULL, " %"),
    )


def curve(rates: Sequence[Record], source: str, language: str) -> Figure:
    """Return the share concluded by so many working days, with the limit of the law as a line.

    Args:
        rates: national rows of K5, the fewest days first; all with a value.
        source: the table of durations they come from.
        language: of the texts.
    """
    places = [charts.place_of_day(day) for day in EDGES]
    start = (charts.PLOT_LEFT, charts.PLOT_BOTTOM)
    label = word("by_then").get(language)
    line = (start, *_line(places, rates, "value"))
    return Figure(
        name="curve",
        shape="lines",
        source=source,
        title=word("curve").get(language),
        summary=_texts(language, "table_follows"),
        header=_words(language, "days", "by_then", "likely"),
        rows=tuple(
            (str(day), *_rate_cells(row, language)) for day, row in zip(EDGES, rates, strict=True)
        ),
        series=(Series(label, 0, line, (start, *_range(places, rates))),),
        across=tuple(
            Tick(charts.place_of_day(day), str(day)) for day in (0, *EDGES) if not day % STATUTORY
        ),
        upward=charts.upward_ticks(FULL, " %"),
        limit=Tick(charts.place_of_day(STATUTORY), word("statutory").get(language)),
    )


def whole(value: int) -> str:
    """Return a number as all three languages may write it."""
    return f"{value:,}".replace(",", THIN)


def share(value: float, language: str) -> str:
    """Return a share as per cent with one digit."""
    text = f"{FULL * value:.1f}\u00a0%"
    return text if language == "en" else text.replace(".", ",")


def _totals(documents: Documents) -> tuple[int, int]:
    totals = documents[TOTALS]
    return total_of(totals, "received"), total_of(totals, "concluded")


def _along(document: Document, dimension: str) -> list[tuple[str, Record]]:
    """Return the rows of each code of one dimension, everything else added up."""
    totals = {"ref_area": NATION} | {one["column"]: one["total"] for one in document["dimensions"]}
    column = _described(document, dimension)["column"]
    own = totals.pop(column)
    return [
        (row[column], row)
        for row in records(document)
        if row[column] != own and all(row[name] == code for name, code in totals.items())
    ]


def _described(document: Document, dimension: str) -> Document:
    found: Document = next(one for one in document["dimensions"] if one["id"] == dimension)
    return found


def _labels(document: Document, dimension: str) -> dict[str, dict[str, str]]:
    labels: dict[str, dict[str, str]] = _described(document, dimension)["codes"]
    return labels


def _column(document: Document, dimension: str, language: str) -> str:
    label: str = _described(document, dimension)["label"][language]
    return label


def _bar(label: tuple[str, ...], row: Record, most: int, y: int, language: str) -> Bar:
    text = _short(row, language)
    if row["obs_value"] is None:
        return Bar(label, text, y, 0, charts.along_bar(BAND - 1, most), banded=True)
    return Bar(
        label,
        text,
        y,
        0,
        charts.along_bar(row["obs_value"], most),
        low=charts.along_bar(row["lower95"], most),
        high=charts.along_bar(row["upper95"], most),
    )


def _short(row: Record, language: str) -> str:
    hidden = row["obs_value"] is None
    return word("fewer_short").get(language) if hidden else whole(row["obs_value"])


def _cells(row: Record, language: str) -> tuple[str, str]:
    """Return a count and its likely range as texts."""
    if row["obs_value"] is None:
        return word("fewer").get(language), NO_RANGE
    return whole(row["obs_value"]), f"{whole(row['lower95'])} – {whole(row['upper95'])}"


def _rate_cells(row: Record, language: str) -> tuple[str, str]:
    """Return a rate and its likely range as texts; an exact rate has no range."""
    if row["ci_low"] is None:
        return share(row["value"], language), NO_RANGE
    low, high = share(row["ci_low"], language), share(row["ci_high"], language)
    return share(row["value"], language), f"{low} – {high}"


def _line(places: Sequence[int], rows: Sequence[Record], key: str) -> tuple[Point, ...]:
    heights = [charts.height_of(round(FULL * row[key]), FULL) for row in rows]
    return tuple(zip(places, heights, strict=True))


def _range(places: Sequence[int], rows: Sequence[Record]) -> tuple[Point, ...]:
    return charts.outline(_line(places, rows, "ci_high"), _line(places, rows, "ci_low"))


def _words(language: str, *names: str) -> tuple[str, ...]:
    return tuple(word(name).get(language) for name in names)


def _texts(language: str, *names: str) -> str:
    return " ".join(_words(language, *names))
