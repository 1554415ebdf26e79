"""Attack 4: somebody who knows every case but one tells whether that one is there.

The attacker knows how all noise is drawn, but not the keys, and multiplies the likelihood ratios of
all cells that the case would touch in its life. The success (advantage) is how much more often a
case that is there is called there than one that is not.

Source: Yeom and others 2018 for the advantage; Neyman and Pearson 1933 for the ratios.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from math import inf, log
from typing import NamedTuple

from portal.statistics.attacks.unsafe_methods import RAW, SUPPRESSED, PublicationMethod
from portal.statistics.catalogue.tables import SANCTIONS, load
from portal.statistics.disclosure.noise import Tally, compute_thresholds, draw_cell_noise
from portal.statistics.gate.result import AttackResult

MOST = 0.40
MOST_SURE = 0.001
SURE = log(0.95 / 0.05)  # the ratio that makes one 95 % sure from even odds
OTHERS = (0, 2, 3, 60, 40, 10)  # cases in the cells that the one would enter, by turns
WHOLE = 1 << 56  # draws that the thresholds divide
DIGITS = 4  # of a logarithm of a ratio, to put equal ones together
CELL = ("cell",)
KEY = 0x9E3779B97F4A7C15F39CC0605CEDC834  # of the one record; those of the others change by turns

Publish = Callable[[int, int, Tally], int]  # turn, place of the cell in the life, what is counted


class Likelihoods(NamedTuple):
    """How likely one observation is if the case is there, and if it is not."""

    there: float
    absent: float

    @property
    def ratio(self) -> float:
        """Return the logarithm of the likelihood ratio."""
        if not self.absent:
            return inf
        return log(self.there / self.absent) if self.there else -inf


class AttackerGain(NamedTuple):
    """What a perfect attacker gains."""

    advantage: float
    sure: float  # how likely it is to be at least 95 % sure, and right
    certain: float


def list_costs(level: str, *, sanctioned: bool) -> list[int]:
    """Return what each table costs a case that enters all it can enter at a level."""
    known = load()
    costs = [
        known.get_cost(table, level)
        for table in known.tables.values()
        if sanctioned or table.family != SANCTIONS
    ]
    return [cost for cost in costs if cost]


def compute_gain(spent: Sequence[int]) -> AttackerGain:
    """Return what a perfect attacker gains, from the thresholds that the noise is drawn with.

    Args:
        spent: thousandths of epsilon of each cell that the case touches.
    """
    seen = [Likelihoods(1.0, 1.0)]
    for cost in spent:
        cell = _list_likelihoods(cost)
        seen = _merge_equal(
            Likelihoods(before.there * cell_part.there, before.absent * cell_part.absent)
            for before in seen
            for cell_part in cell
        )
    return AttackerGain(
        sum(max(0.0, likelihoods.there - likelihoods.absent) for likelihoods in seen),
        sum(max(likelihoods) for likelihoods in seen if abs(likelihoods.ratio) >= SURE) / 2,
        sum(max(likelihoods) for likelihoods in seen if abs(likelihoods.ratio) == inf) / 2,
    )


def attack(level: str, rounds: int) -> list[AttackResult]:
    """Attack the real noise at a level, and publications that give everybody away.

    Args:
        level: of the ladder.
        rounds: publications to learn from, and as many to be judged by.
    """
    controls = {
        method.name: measure_advantage(_publish_by(method), len(OTHERS), rounds // 10)
        for method in (RAW, SUPPRESSED)
    }
    results = []
    for sanctioned in (False, True):
        spent = list_costs(level, sanctioned=sanctioned)
        sight, seen = (
            compute_gain(spent),
            measure_advantage(_publish_with_noise(level, spent), len(spent), rounds),
        )
        life = "sanctioned" if sanctioned else "usual life"
        note = f"{life}, epsilon {sum(spent) / 1000:g}; in theory {sight.advantage:.3f}"
        most = max(seen, sight.advantage)
        results.append(AttackResult("G5", "know all cases but one", most, MOST, controls, note))
        note = f"{life}; certain {sight.certain:.1e}"
        results.append(
            AttackResult("G5", "be 95 % sure, and right", sight.sure, MOST_SURE, note=note)
        )
    return results


def measure_advantage(shown: Publish, cells: int, rounds: int) -> float:
    """Return the advantage of an attacker who has learnt from publications of the same kind.

    Args:
        shown: publishes one cell.
        cells: how many a case touches.
        rounds: publications to learn from, and as many to be judged by.
    """
    score = {True: [0.0] * rounds, False: [0.0] * rounds}
    for place in range(cells):
        ratios = _fit_ratios(shown, place, range(rounds))
        for there, sums in score.items():
            for turn in range(rounds):
                sums[turn] += ratios(_publish_cell(shown, place, rounds + turn, there=there))
    called = {there: sum(_decide_there(total) for total in sums) for there, sums in score.items()}
    return (called[True] - called[False]) / rounds


def _decide_there(score: float) -> float:
    """Return how often a case of this score is called there: a tie is decided by a coin."""
    return 0.5 if score == 0 else float(score > 0)


def _fit_ratios(shown: Publish, place: int, turns: range) -> Callable[[int], float]:
    """Return the logarithm of the likelihood ratio of what is seen of one cell."""
    there = Counter(_publish_cell(shown, place, turn, there=True) for turn in turns)
    absent = Counter(_publish_cell(shown, place, turn, there=False) for turn in turns)
    return lambda value: log((there[value] + 0.5) / (absent[value] + 0.5))


def _publish_cell(shown: Publish, place: int, turn: int, *, there: bool) -> int:
    others = OTHERS[place % len(OTHERS)]
    tally = Tally(others + 1, KEY + turn) if there else Tally(others, turn)
    return shown(turn, place, tally)


def _publish_by(method: PublicationMethod) -> Publish:
    return lambda turn, _place, tally: method.publish(CELL, tally, turn)


def _publish_with_noise(level: str, spent: Sequence[int]) -> Publish:
    def publish(turn: int, place: int, tally: Tally) -> int:
        cost = spent[place]
        return tally.records + draw_cell_noise(
            turn.to_bytes(32), f"{level} {place}", CELL, tally, cost
        )

    return publish


def _list_likelihoods(cost: int) -> list[Likelihoods]:
    """Return the likelihoods of all numbers a cell may show: noise, or noise on one case more."""
    widths = [high - low for low, high in pairwise((0, *compute_thresholds(cost), WHOLE))]
    return _merge_equal(
        Likelihoods(there / WHOLE, absent / WHOLE)
        for there, absent in zip((0, *widths), (*widths, 0), strict=True)
    )


def _merge_equal(seen: Iterable[Likelihoods]) -> list[Likelihoods]:
    """Merge observations with the same likelihood ratio."""
    merged: dict[float, Likelihoods] = {}
    for likelihoods in seen:
        ratio = round(likelihoods.ratio, DIGITS)
        known = merged.get(ratio, Likelihoods(0.0, 0.0))
        merged[ratio] = Likelihoods(
            known.there + likelihoods.there, known.absent + likelihoods.absent
        )
    return list(merged.values())
