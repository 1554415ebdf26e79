"""The audit of epsilon (G2): how much likelier one case makes what is published, measured.

Two sets of cases that differ by one are published many times under other keys. From how often the
number is above the smaller count, a lower bound of epsilon follows; it errs once in a thousand.

Source: Ding and others 2018, Jagielski and others 2020 on auditing by counting.
"""

from collections.abc import Callable
from math import inf, log

from portal.statistics.attacks.binomial import compute_lower_bound, compute_upper_bound
from portal.statistics.catalogue.tables import load
from portal.statistics.disclosure.intervals import BAND
from portal.statistics.disclosure.noise import Tally, draw_cell_noise
from portal.statistics.gate.result import AttackResult

ROUNDS = 60_000
CONFIDENCE = 0.999
NEIGHBOURS = (0, 5, 40)  # and one case more
CELL = ("cell",)

Sampler = Callable[[bytes, Tally, int], int]  # key of a release, count, thousandths: the noise


def draw_portal_noise(key: bytes, tally: Tally, cost: int) -> int:
    """Draw the noise of the portal."""
    return draw_cell_noise(key, "audited", CELL, tally, cost)


def _draw_none(_key: bytes, _tally: Tally, _cost: int) -> int:
    return 0


def _draw_half(key: bytes, tally: Tally, cost: int) -> int:
    return draw_cell_noise(key, "audited", CELL, tally, 2 * cost)


def _draw_with_fixed_key(_key: bytes, _tally: Tally, cost: int) -> int:
    return draw_cell_noise(bytes(32), "audited", CELL, Tally(), cost)


def _draw_for_cases_only(key: bytes, tally: Tally, cost: int) -> int:
    return draw_portal_noise(key, tally, cost) if tally.records else 0


FAULTY_SAMPLERS = {
    "no noise": _draw_none,
    "half the noise": _draw_half,
    "one key for ever": _draw_with_fixed_key,
    "no noise on empty cells": _draw_for_cases_only,
}


def attack(rounds: int = ROUNDS) -> AttackResult:
    """Audit every epsilon of the catalogue, and samplers that are known to be faulty."""
    used = sorted({cost for table in load().tables.values() for cost in table.cost if cost})
    measured = {cost: max(bound_epsilon(draw_portal_noise, cost, rounds)) for cost in used}
    detected = {
        name: float(max(bound_epsilon(sampler, max(used), rounds)) > max(used) / 1000)
        for name, sampler in FAULTY_SAMPLERS.items()
    }
    above = sum(bound > cost / 1000 for cost, bound in measured.items()) / len(used)
    note = ", ".join(f"{bound:.2f} of {cost / 1000:g}" for cost, bound in measured.items())
    return AttackResult("G2", "measure epsilon", above, 0.0, detected, f"at least {note}")


def bound_epsilon(sampler: Sampler, cost: int, rounds: int) -> list[float]:
    """Return the lower bound of epsilon for each pair of neighbours, both ways and with the band.

    Args:
        sampler: draws noise.
        cost: thousandths of epsilon.
        rounds: publications of each of the two.
    """
    bounds = []
    for count in NEIGHBOURS:
        drawn = [_draw_counts(sampler, cost, number, rounds) for number in (count, count + 1)]
        usual = sorted(drawn[1])[rounds // 2]
        for least in {count + 1, BAND, usual}:
            few, many = (sum(value >= least for value in values) for values in drawn)
            bounds += [
                _bound_ratio(many, few, rounds),
                _bound_ratio(rounds - few, rounds - many, rounds),
            ]
    return bounds


def _draw_counts(sampler: Sampler, cost: int, count: int, rounds: int) -> list[int]:
    tally = Tally(count, count * 0x9E3779B97F4A7C15)
    return [count + sampler(number.to_bytes(32), tally, cost) for number in range(rounds)]


def _bound_ratio(likelier: int, rarer: int, rounds: int) -> float:
    """Return what the logarithm of the ratio of two probabilities is at least."""
    low, high = (
        compute_lower_bound(likelier, rounds, CONFIDENCE),
        compute_upper_bound(rarer, rounds, CONFIDENCE),
    )
    return log(low / high) if low > 0 else -inf
