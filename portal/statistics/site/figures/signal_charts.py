"""Signals: which published series are higher than expected, needing an explanation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from portal.core.calendar import Quarter
from portal.statistics.catalogue.codelists import NATION, TOTAL, UNKNOWN
from portal.statistics.catalogue.tables import get_word, load
from portal.statistics.dataset.history import (
    Documents,
    History,
    SourceTable,
    count_cells_added_up,
    get_words,
)
from portal.statistics.dataset.table import Observation, read_observations
from portal.statistics.disclosure.intervals import BAND, MIDDLE
from portal.statistics.signals.control_chart import BASELINE, CountSeries, Signal, compute_signals
from portal.statistics.site.charts import grid
from portal.statistics.site.charts.dots import Sparkline, draw_sparks
from portal.statistics.site.charts.figure import ChartFigure
from portal.statistics.site.charts.lines import Axis, ControlChart, Value, draw_control_chart
from portal.statistics.site.figures.texts import (
    NO_RANGE,
    capitalise,
    format_count_cells,
    format_period,
    format_short,
    format_short_period,
    format_whole,
    list_regions,
)

SPARK = 8  # quarters in a small line
STATES = {
    "higher": "higher_than_expected",
    "expected": "as_expected",
    "not_enough": "not_enough_data",
}
NATIONAL = ("received-category", "received-region-category")
REGIONAL = ("received-region", "received-region-category")
BOTH = ("received-region-category",)


@dataclass(frozen=True)
class SignalSeries:
    """One series of published numbers, without a gap, up to the release at hand.

    Attributes:
        region: NATION for the whole of it.
        category: empty for all categories.
        table: the newest one it comes from.
        quarters: the oldest first.
        rows: of the tables, one for each quarter.
        noise: variance of the noise in each number.
    """

    region: str
    category: str
    table: str
    quarters: tuple[Quarter, ...]
    rows: tuple[Observation, ...]
    noise: tuple[float, ...]

    @property
    def id(self) -> str:
        """Return the name of the series in addresses."""
        return f"{self.region}-{self.category or 'all'}"

    @property
    def crossed(self) -> bool:
        """Tell whether it is one kind in one region."""
        return self.region != NATION and bool(self.category)

    def get_label(self, language: str) -> str:
        """Return the name of the series in a language."""
        names = list_regions(language) | {
            NATION: get_word("nation").get(language),
            UNKNOWN: get_word("unknown_region").get(language),
        }
        if not self.category:
            return names[self.region]
        kinds = {code.id: code.label.get(language) for code in load().dimensions["category"].codes}
        return f"{names[self.region]}: {kinds[self.category]}"

    def to_run(self) -> CountSeries:
        """Return the series as numbers; a hidden one is taken for the middle of the band."""
        counts = (row.obs_value for row in self.rows)
        return CountSeries(
            tuple(MIDDLE if count is None else count for count in counts), self.noise
        )


@dataclass(frozen=True)
class SeriesSignal:
    """A series with the signal of its newest number.

    Attributes:
        series: the series.
        signal: whether it is higher than expected, with what was expected.
        repeated: the quarter before was higher than expected too; only then the feed has it.
    """

    series: SignalSeries
    signal: Signal
    repeated: bool


def find_signals(history: History) -> list[SeriesSignal]:
    """Return the signal of every series of the release at hand.

    Args:
        history: releases, the oldest first; only quarters without a gap before the last count.
    """
    before = {
        series.id for series, signal in _compute_signals(history[:-1]) if signal.state == "higher"
    }
    return [
        SeriesSignal(series, signal, repeated=signal.state == "higher" and series.id in before)
        for series, signal in _compute_signals(history)
    ]


def draw_overview(signals: Sequence[SeriesSignal], language: str) -> ChartFigure | None:
    """Return a small line for each series that is not of one region and one category."""
    order = [NATION, *list_regions(language), UNKNOWN]
    signals = sorted(
        signals, key=lambda signal: (signal.series.crossed, order.index(signal.series.region))
    )
    shown = [signal for signal in signals if not signal.series.crossed]
    if not shown:
        return None
    last = shown[0].series
    return ChartFigure(
        name="signals",
        shape="sparks",
        source=last.table,
        quarter=last.quarters[-1],
        title=get_word("signals").get(language),
        summary=" ".join(get_words(language, "table_follows", "own_scale")),
        note=f"{format_period(last.rows[-1].time_period, language)}. "
        + " ".join(get_words(language, "own_scale", "noise_included")),
        header=get_words(language, "series", "number", "expected", "limit", "compared"),
        rows=tuple(_format_row(signal, language) for signal in signals),
        drawing=draw_sparks(
            [_build_spark(signal, language) for signal in shown],
            BAND - 1,
            get_word("small").get(language),
        ),
    )


def draw_signal_chart(signal: SeriesSignal, language: str) -> ChartFigure:
    """Return the control chart of one series."""
    number, limit = round(signal.signal.expected), round(signal.signal.limit)
    values = tuple(_to_value(row) for row in signal.series.rows)
    most = grid.round_up(max(limit, *(value.high or 0 for value in values)))
    axis = Axis(most, tuple((at, format_whole(at, language)) for at in (0, most // 2, most)))
    periods = tuple(format_short_period(row.time_period, language) for row in signal.series.rows)
    above = signal.signal.state == "higher"
    name = capitalise(signal.series.get_label(language))
    return ChartFigure(
        name=f"signal-{signal.series.id}",
        shape="lines",
        source=signal.series.table,
        quarter=signal.series.quarters[-1],
        title=f"{name}: {get_word('higher_than_expected').get(language)}" if above else name,
        summary=" ".join(get_words(language, "table_follows", "control_read")),
        note=" ".join(get_words(language, "control_read", "noise_included")),
        header=get_words(language, "period", "number", "likely"),
        rows=tuple(
            (format_period(row.time_period, language), *format_count_cells(row, language))
            for row in signal.series.rows
        ),
        drawing=draw_control_chart(
            ControlChart(periods, values, number, limit, above),
            axis,
            (
                get_word("number").get(language),
                f"{get_word('expected').get(language)}: {format_whole(number, language)}",
                f"{get_word('limit').get(language)}: {format_whole(limit, language)}",
            ),
        ),
    )


@dataclass(frozen=True)
class TableRows:
    """A table of one quarter, its rows by area and category."""

    source: SourceTable
    rows: Mapping[tuple[str, str], Observation]


def _compute_signals(history: History) -> list[tuple[SignalSeries, Signal]]:
    counted = [
        _index_tables(quarter, documents) for quarter, documents in _choose_unbroken(history)
    ]
    all_series = [series for names in _list_series() if (series := _build_series(*names, counted))]
    return list(
        zip(all_series, compute_signals([series.to_run() for series in all_series]), strict=True)
    )


def _choose_unbroken(history: History) -> History:
    """Return the newest releases that follow each other without a gap, as many as count."""
    releases: list[tuple[Quarter, Documents]] = []
    for quarter, documents in reversed(history):
        if releases and quarter.following != releases[-1][0]:
            break
        releases.append((quarter, documents))
    return releases[BASELINE::-1]


def _index_tables(quarter: Quarter, documents: Documents) -> dict[str, TableRows]:
    names = documents.keys() & {*NATIONAL, *REGIONAL, *BOTH}
    return {
        name: TableRows(
            SourceTable(quarter, documents[name]),
            {(row.ref_area, row.category): row for row in read_observations(documents[name])},
        )
        for name in names
    }


def _build_series(
    region: str, category: str, tables: tuple[str, ...], counted: Sequence[Mapping[str, TableRows]]
) -> SignalSeries | None:
    """Return a series, or None if the newest release does not have it."""
    tables_found: list[TableRows] = []
    for tables_of in reversed(counted):
        name = next((table for table in tables if table in tables_of), None)
        if name is None:
            break
        tables_found.append(tables_of[name])
    if not tables_found:
        return None
    tables_found.reverse()
    held = [*(["region"] if region != NATION else []), *(["category"] if category else [])]
    return SignalSeries(
        region,
        category,
        tables_found[-1].source.table,
        tuple(table.source.quarter for table in tables_found),
        tuple(table.rows[region, category or TOTAL] for table in tables_found),
        tuple(
            table.source.document.noise_sd**2 * count_cells_added_up(table.source.document, *held)
            for table in tables_found
        ),
    )


def _list_series() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield every series: kinds nationwide, regions, and kinds in regions."""
    kinds = [code.id for code in load().dimensions["category"].codes]
    for kind in kinds:
        yield NATION, kind, NATIONAL
    areas = [code.id for code in load().dimensions["region"].codes]
    for area in areas:
        yield area, "", REGIONAL
    for area in areas:
        for kind in kinds:
            yield area, kind, BOTH


def _format_row(signal: SeriesSignal, language: str) -> tuple[str, ...]:
    number = format_count_cells(signal.series.rows[-1], language)[0]
    expected, limit = (
        format_whole(round(value), language)
        for value in (signal.signal.expected, signal.signal.limit)
    )
    state = get_word(STATES[signal.signal.state]).get(language)
    if signal.signal.state == "not_enough":
        return signal.series.get_label(language), number, NO_RANGE, NO_RANGE, state
    return signal.series.get_label(language), number, expected, limit, state


def _build_spark(signal: SeriesSignal, language: str) -> Sparkline:
    values = tuple(_to_value(row) for row in signal.series.rows[-SPARK:])
    return Sparkline(
        signal.series.get_label(language),
        format_short(signal.series.rows[-1], language),
        values,
        flag=signal.signal.state == "higher",
    )


def _to_value(row: Observation) -> Value:
    return Value(row.obs_value, row.lower95, row.upper95, banded=row.obs_value is None)
