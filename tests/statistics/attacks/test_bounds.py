"""Working counts out from everything published, also with linear programming over all of it."""

from collections.abc import Hashable, Sequence

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from portal.statistics.attacks import bounds
from portal.statistics.attacks.bounds import SMALL, as_drawn, suppress_small
from portal.statistics.attacks.synthetic_release import SyntheticRelease
from portal.statistics.catalogue.tables import LEVELS
from portal.statistics.gate.bounds import COUNTED, ExactTotal, build_system
from portal.statistics.gate.intervals import SumSystem
from portal.statistics.gate.margins import CountKey, build_count_key, to_codes
from portal.statistics.gate.reader_view import build_reader_view

TARGETS = 6


def list_exact(releases: Sequence[SyntheticRelease]) -> list[ExactTotal]:
    return [
        ExactTotal(event, release.quarter, getattr(release, event))
        for release in releases
        for event in COUNTED
    ]


def list_small(releases: Sequence[SyntheticRelease]) -> list[CountKey]:
    """Return the cells of one or two cases, the most endangered first."""
    small_cells = [
        (
            value,
            build_count_key(table.table, release.quarter, to_codes(table.table.dimensions, cell)),
        )
        for release in releases
        for name, table in release.tables.items()
        for cell, value in table.values.items()
        if release.count(name, cell) in SMALL
    ]
    return [name for _, name in sorted(small_cells, key=lambda cell: -cell[0])]


def solve_linear_programs(
    system: SumSystem, names: Sequence[Hashable], *, whole: bool
) -> list[float]:
    """Return the least that HiGHS proves of these numbers, in whole numbers if asked."""
    relations = [(row, place) for row, sums in enumerate(system._sums) for place in sums]
    signs = [-1.0 if number == 0 else 1.0 for sums in system._sums for number in range(len(sums))]
    rows, places = zip(*relations, strict=True)
    shape = (len(system._sums), len(system._low))
    constraint = LinearConstraint(csr_array((signs, (rows, places)), shape=shape), 0, 0)
    kinds = np.full(shape[1], int(whole))
    limits = Bounds(np.array(system._low, float), np.minimum(system._high, 1e6))
    proved = []
    for name in names:
        goal = np.zeros(shape[1])
        goal[system._places[name]] = 1
        answer = milp(goal, constraints=constraint, bounds=limits, integrality=kinds)
        assert answer.status == 0, answer.message
        proved.append(float(answer.fun))
    return proved


@pytest.mark.parametrize("level", LEVELS)
def test_no_small_cell_of_ours_is_proved_and_hidden_ones_are(
    level: str, releases: dict[str, Sequence[SyntheticRelease]]
) -> None:
    for result in bounds.attack(releases[level]):
        assert result.passed, result


@pytest.mark.parametrize(("level", "whole"), [("L0", True), ("L1", False), ("L2", False)])
def test_linear_programming_over_all_releases_proves_no_more(
    level: str, releases: dict[str, Sequence[SyntheticRelease]], *, whole: bool
) -> None:
    ours = releases[level]
    system = build_system(
        [seen for release in ours for seen in as_drawn(release)], list_exact(ours)
    )
    names = list_small(ours)[:TARGETS]

    assert max(solve_linear_programs(system, names, whole=whole)) < 0.5
    assert all(system.get_range(name).low == 0 for name in names)


def test_linear_programming_and_we_both_see_through_hidden_cells(
    releases: dict[str, Sequence[SyntheticRelease]],
) -> None:
    ours = releases["L1"][-1:]
    system = build_system(
        [seen for release in ours for seen in suppress_small(release)], list_exact(ours)
    )
    names = list_small(ours)[:TARGETS]

    assert min(solve_linear_programs(system, names, whole=False)) > 0.5
    assert all(system.get_range(name).low >= 1 for name in names)


def test_what_readers_see_of_a_document_is_what_was_drawn_or_less(
    releases: dict[str, Sequence[SyntheticRelease]],
) -> None:
    release = releases["L1"][3]
    drawn = {seen.table.id: seen for seen in as_drawn(release)}
    for name, document in release.build_documents().items():
        if name in drawn:
            seen = build_reader_view(document, release.quarter)
            assert seen.values.keys() == drawn[name].values.keys()
            assert seen.cap == drawn[name].cap
            for codes, interval in seen.values.items():
                assert interval.low <= drawn[name].values[codes].low <= interval.high


def test_the_true_counts_are_among_what_is_possible(
    releases: dict[str, Sequence[SyntheticRelease]],
) -> None:
    ours = releases["L0"]
    system = build_system(
        [seen for release in ours for seen in as_drawn(release)], list_exact(ours)
    )
    for release in ours:
        for name, table in release.tables.items():
            for cell in table.values:
                codes = to_codes(table.table.dimensions, cell)
                interval = system.get_range(build_count_key(table.table, release.quarter, codes))
                assert interval.low <= release.count(name, cell) <= interval.high
