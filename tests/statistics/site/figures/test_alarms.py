"""Signals are read from published tables, and only these."""

from portal.statistics.catalogue.codelists import NATION
from portal.statistics.site.figures import alarms
from portal.statistics.site.figures.alarms import Warned, warned
from tests.statistics import invented


def by_id(found: list[Warned]) -> dict[str, Warned]:
    return {one.track.id: one for one in found}


def test_what_doubled_is_higher_than_expected_and_nothing_else() -> None:
    found = by_id(warned(invented.history("L1", draw=invented.alarming)))

    higher = {name for name, one in found.items() if one.signal.state == "higher"}
    assert higher == {"KZ-63-all", "KZ-75-all", f"{NATION}-force"}


def test_the_press_is_told_after_two_quarters_running() -> None:
    history = invented.history("L1", draw=invented.alarming)

    both = by_id(warned(history))["KZ-75-all"]
    first = by_id(warned(history[:-1]))["KZ-75-all"]

    assert (first.signal.state, first.repeated) == ("higher", False)
    assert (both.signal.state, both.repeated) == ("higher", True)


def test_each_level_has_its_series() -> None:
    kinds, areas = 8, 21
    numbers = [len(warned(invented.history(level))) for level in ("L0", "L1", "L2")]

    assert numbers == [kinds, kinds + areas, kinds + areas + kinds * areas]


def test_quarters_before_a_gap_do_not_count() -> None:
    history = list(invented.history("L1", 10))
    del history[6]

    found = by_id(warned(history))[f"{NATION}-force"]

    assert found.track.quarters == ("2026-q2", "2026-q3", "2026-q4")
    assert found.signal.state == "not_enough"


def test_a_new_level_does_not_break_the_series_that_both_have() -> None:
    history = [*invented.history("L1", 9)[:-2], *invented.history("L2", 2)]

    found = by_id(warned(history))

    assert len(found[f"{NATION}-force"].track.quarters) == 9
    assert len(found["KZ-75-all"].track.quarters) == 9
    assert len(found["KZ-75-force"].track.quarters) == 2


def test_the_noise_of_every_cell_that_is_added_up_counts() -> None:
    found = by_id(warned(invented.history("L2", 2)))
    one = found["KZ-75-force"].track.noise[-1]

    assert found["KZ-75-all"].track.noise[-1] == 8 * one
    assert found[f"{NATION}-force"].track.noise[-1] == 21 * one


def test_the_table_names_every_series_and_its_state() -> None:
    found = warned(invented.history("L2", draw=invented.alarming))
    figure = alarms.overview(found, "en")

    assert figure is not None
    assert len(figure.rows) == len(found)
    states = {"as expected", "higher than expected, needs an explanation", "not enough data"}
    assert {row[-1] for row in figure.rows} <= states


def test_nothing_is_said_without_a_table() -> None:
    assert warned([("2026-q4", {})]) == []
    assert alarms.overview([], "en") is None
