"""Signals: which published series are higher than expected, needing an explanation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from portal.statistics.catalogue import release_days
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
from portal.statistics.site.charts.dots import Spark, sparks
from portal.statistics.site.charts.figure import Figure
from portal.statistics.site.charts.lines import Axis, Control, Value, control
from portal.statistics.site.figures.texts import (
    NO_RANGE,
    count_cells,
    named_period,
    regions,
    short,
    short_period,
    titled,
    whole,
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
class Track:
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
    quarters: tuple[str, ...]
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

    def label(self, language: str) -> str:
        """Return the name of the series in a language."""
        names = regions(language) | {
            NATION: get_word("nation").get(language),
            UNKNOWN: get_word("unknown_region").get(language),
        }
        if not self.category:
            return names[self.region]
        kinds = {code.id: code.label.get(language) for code in load().dimensions["category"].codes}
        return f"{names[self.region]}: {kinds[self.category]}"

    def run(self) -> CountSeries:
        """Return the series as numbers; a hidden one is taken for the middle of the band."""
        counts = (row.obs_value for row in self.rows)
        return CountSeries(tuple(MIDDLE if one is None else one for one in counts), self.noise)


@dataclass(frozen=True)
class Warned:
    """A series with what is said of its newest number.

    Attributes:
        track: the series.
        signal: what is said.
        repeated: the quarter before was higher than expected too; only then the press is told.
    """

    track: Track
    signal: Signal
    repeated: bool


def warned(history: History) -> list[Warned]:
    """Return what is said of every series of the release at hand.

    Args:
        history: releases, the oldest first; only quarters without a gap before the last count.
    """
    before = {track.id for track, signal in _told(history[:-1]) if signal.state == "higher"}
    return [
        Warned(track, signal, repeated=signal.state == "higher" and track.id in before)
        for track, signal in _told(history)
    ]


def overview(found: Sequence[Warned], language: str) -> Figure | None:
    """Return a small line for each series that is not of one region and one category."""
    order = [NATION, *regions(language), UNKNOWN]
    found = sorted(found, key=lambda one: (one.track.crossed, order.index(one.track.region)))
    shown = [one for one in found if not one.track.crossed]
    if not shown:
        return None
    last = shown[0].track
    return Figure(
        name="signals",
        shape="sparks",
        source=last.table,
        quarter=last.quarters[-1],
        title=get_word("signals").get(language),
        summary=" ".join(get_words(language, "table_follows", "own_scale")),
        note=f"{named_period(last.rows[-1].time_period, language)}. "
        + " ".join(get_words(language, "own_scale", "noise_included")),
        header=get_words(language, "series", "number", "expected", "limit", "compared"),
        rows=tuple(_row(one, language) for one in found),
        drawing=sparks(
            [_spark(one, language) for one in shown], BAND - 1, get_word("small").get(language)
        ),
    )


def chart(one: Warned, language: str) -> Figure:
    """Return the control chart of one series."""
    number, limit = round(one.signal.expected), round(one.signal.limit)
    values = tuple(_value(row) for row in one.track.rows)
    most = grid.nice(max(limit, *(value.high or 0 for value in values)))
    axis = Axis(most, tuple((at, whole(at, language)) for at in (0, most // 2, most)))
    periods = tuple(short_period(row.time_period, language) for row in one.track.rows)
    above = one.signal.state == "higher"
    name = titled(one.track.label(language))
    return Figure(
        name=f"signal-{one.track.id}",
        shape="lines",
        source=one.track.table,
        quarter=one.track.quarters[-1],
        title=f"{name}: {get_word('higher_than_expected').get(language)}" if above else name,
        summary=" ".join(get_words(language, "table_follows", "control_read")),
        note=" ".join(get_words(language, "control_read", "noise_included")),
        header=get_words(language, "period", "number", "likely"),
        rows=tuple(
            (named_period(row.time_period, language), *count_cells(row, language))
            for row in one.track.rows
        ),
        drawing=control(
            Control(periods, values, number, limit, above),
            axis,
            (
                get_word("number").get(language),
                f"{get_word('expected').get(language)}: {whole(number, language)}",
                f"{get_word('limit').get(language)}: {whole(limit, language)}",
            ),
        ),
    )


@dataclass(frozen=True)
class Counted:
    """A table of one quarter, its rows by area and category."""

    found: SourceTable
    rows: Mapping[tuple[str, str], Observation]


def _told(history: History) -> list[tuple[Track, Signal]]:
    counted = [_counted(quarter, documents) for quarter, documents in _unbroken(history)]
    tracks = [track for one in _series() if (track := _track(*one, counted))]
    return list(zip(tracks, compute_signals([track.run() for track in tracks]), strict=True))


def _unbroken(history: History) -> History:
    """Return the newest releases that follow each other without a gap, as many as count."""
    found: list[tuple[str, Documents]] = []
    for quarter, documents in reversed(history):
        if found and release_days.get_next_quarter(quarter) != found[-1][0]:
            break
        found.append((quarter, documents))
    return found[BASELINE::-1]


def _counted(quarter: str, documents: Documents) -> dict[str, Counted]:
    names = documents.keys() & {*NATIONAL, *REGIONAL, *BOTH}
    return {
        name: Counted(
            SourceTable(quarter, documents[name]),
            {(row.ref_area, row.category): row for row in read_observations(documents[name])},
        )
        for name in names
    }


def _track(
    region: str, category: str, tables: tuple[str, ...], counted: Sequence[Mapping[str, Counted]]
) -> Track | None:
    """Return a series, or None if the newest release does not have it."""
    found: list[Counted] = []
    for tables_of in reversed(counted):
        name = next((one for one in tables if one in tables_of), None)
        if name is None:
            break
        found.append(tables_of[name])
    if not found:
        return None
    found.reverse()
    held = [*(["region"] if region != NATION else []), *(["category"] if category else [])]
    return Track(
        region,
        category,
        found[-1].found.table,
        tuple(one.found.quarter for one in found),
        tuple(one.rows[region, category or TOTAL] for one in found),
        tuple(
            one.found.document.noise_sd**2 * count_cells_added_up(one.found.document, *held)
            for one in found
        ),
    )


def _series() -> Iterator[tuple[str, str, tuple[str, ...]]]:
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


def _row(one: Warned, language: str) -> tuple[str, ...]:
    number = count_cells(one.track.rows[-1], language)[0]
    expected, limit = (
        whole(round(value), language) for value in (one.signal.expected, one.signal.limit)
    )
    state = get_word(STATES[one.signal.state]).get(language)
    if one.signal.state == "not_enough":
        return one.track.label(language), number, NO_RANGE, NO_RANGE, state
    return one.track.label(language), number, expected, limit, state


def _spark(one: Warned, language: str) -> Spark:
    values = tuple(_value(row) for row in one.track.rows[-SPARK:])
    return Spark(
        one.track.label(language),
        short(one.track.rows[-1], language),
        values,
        flag=one.signal.state == "higher",
    )


def _value(row: Observation) -> Value:
    return Value(row.obs_value, row.lower95, row.upper95, banded=row.obs_value is None)
