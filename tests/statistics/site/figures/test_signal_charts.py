"""Signals are read from published tables, and only these."""

from portal.core.calendar import Quarter
from portal.statistics.catalogue.codelists import NATION
from portal.statistics.site.figures import signal_charts
from portal.statistics.site.figures.signal_charts import SeriesSignal, find_signals
from tests.statistics import invented


def map_by_id(signals: list[SeriesSignal]) -> dict[str, SeriesSignal]:
    return {signal.series.id: signal for signal in signals}


def test_what_doubled_is_higher_than_expected_and_nothing_else() -> None:
    signals = map_by_id(find_signals(invented.history("L1", draw=invented.alarming)))

    higher = {name for name, signal in signals.items() if signal.signal.state == "higher"}
    assert higher == {"KZ-63-all", "KZ-75-all", f"{NATION}-force"}


def test_the_press_is_told_after_two_quarters_running() -> None:
    history = invented.history("L1", draw=invented.alarming)

    both = map_by_id(find_signals(history))["KZ-75-all"]
    first = map_by_id(find_signals(history[:-1]))["KZ-75-all"]

    assert (first.signal.state, first.repeated) == ("higher", False)
    assert (both.signal.state, both.repeated) == ("higher", True)


def test_each_level_has_its_series() -> None:
    kinds, areas = 8, 21
    numbers = [len(find_signals(invented.history(level))) for level in ("L0", "L1", "L2")]

    assert numbers == [kinds, kinds + areas, kinds + areas + kinds * areas]


def test_quarters_before_a_gap_do_not_count() -> None:
    history = list(invented.history("L1", 10))
    del history[6]

    signal = map_by_id(find_signals(history))[f"{NATION}-force"]

    assert signal.series.quarters == (Quarter("2026-q2"), Quarter("2026-q3"), Quarter("2026-q4"))
    assert signal.signal.state == "not_enough"


def test_a_new_level_does_not_break_the_series_that_both_have() -> None:
    history = [*invented.history("L1", 9)[:-2], *invented.history("L2", 2)]

    signals = map_by_id(find_signals(history))

    assert len(signals[f"{NATION}-force"].series.quarters) == 9
    assert len(signals["KZ-75-all"].series.quarters) == 9
    assert len(signals["KZ-75-force"].series.quarters) == 2


def test_the_noise_of_every_cell_that_is_added_up_counts() -> None:
    signals = map_by_id(find_signals(invented.history("L2", 2)))
    crossed = signals["KZ-75-force"].series.noise[-1]

    assert signals["KZ-75-all"].series.noise[-1] == 8 * crossed
    assert signals[f"{NATION}-force"].series.noise[-1] == 21 * crossed


def test_the_table_names_every_series_and_its_state() -> None:
    signals = find_signals(invented.history("L2", draw=invented.alarming))
    figure = signal_charts.draw_overview(signals, "en")

    assert figure is not None
    assert len(figure.rows) == len(signals)
    states = {"as expected", "higher than expected, needs an explanation", "not enough data"}
    assert {row[-1] for row in figure.rows} <= states


def test_nothing_is_said_without_a_table() -> None:
    assert find_signals([(Quarter("2026-q4"), {})]) == []
    assert signal_charts.draw_overview([], "en") is None
