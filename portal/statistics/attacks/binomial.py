"""How likely something at least is, given how often it was seen (Clopper and Pearson)."""

from math import exp, lgamma, log, log1p

STEPS = 60  # of the bisection: far below the sixteenth digit
NEGLIGIBLE = 1e-18  # of the sum so far


def compute_lower_bound(seen: int, rounds: int, confidence: float) -> float:
    """Return what a probability is at least.

    Args:
        seen: how often it happened.
        rounds: of how many.
        confidence: how often the bound may be trusted, such as 0.999 (one-sided).

    Returns:
        A number from 0 to 1.

    Source: Clopper and Pearson 1934, solved by bisection of the exact binomial tail.
    """
    if not seen:
        return 0.0
    low, high = 0.0, seen / rounds
    for _ in range(STEPS):
        middle = (low + high) / 2
        if _compute_tail(seen, rounds, middle) < 1 - confidence:
            low = middle
        else:
            high = middle
    return low


def compute_upper_bound(seen: int, rounds: int, confidence: float) -> float:
    """Return what a probability is at most; see `lower_bound`."""
    return 1 - compute_lower_bound(rounds - seen, rounds, confidence)


def _compute_tail(seen: int, rounds: int, chance: float) -> float:
    """Return how likely it is to see something at least so often; `chance` is below seen/rounds.

    From there on every term of the sum is smaller than the one before.
    """
    if chance <= 0:
        return 0.0
    first = lgamma(rounds + 1) - lgamma(seen + 1) - lgamma(rounds - seen + 1)
    term = exp(first + seen * log(chance) + (rounds - seen) * (log1p(-chance) if chance < 1 else 0))
    whole, number = 0.0, seen
    while term > NEGLIGIBLE * whole and number <= rounds:
        whole += term
        term *= (rounds - number) / (number + 1) * chance / (1 - chance)
        number += 1
    return whole
