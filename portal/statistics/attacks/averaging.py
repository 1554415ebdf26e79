"""Attack 3: put together everything that is published about one count, and take the mean.

The attacker knows how much noise each number has, corrects tables by exact national totals, weights
what different tables say by its noise, and rounds. The success is how often that is the count.
"""

from collections.abc import Mapping, Sequence
from math import sqrt
from statistics import fmean
from typing import NamedTuple

from portal.statistics.attacks.population import Population, tally
from portal.statistics.attacks.synthetic_release import SyntheticRelease
from portal.statistics.attacks.unsafe_methods import REDRAWN
from portal.statistics.catalogue.tables import load
from portal.statistics.disclosure.noise import Tally, compute_noise_sd
from portal.statistics.gate.margins import CountKey, build_count_key, sum_margins, to_codes
from portal.statistics.gate.result import AttackResult

DRAWS = 120  # publications of one cell: ten years, every month
# The best guess from one draw with epsilon 0.5 is right 0.245 of the time.
MOST = 0.30
TABLE = "received-region-category"
NOBODY_KNOWS = 1e-9  # less variance than any noise has


class Guess(NamedTuple):
    """An unbiased guess at a count, and its variance."""

    value: float
    variance: float


def attack(population: Population, releases: Sequence[SyntheticRelease]) -> AttackResult:
    """Guess the count of every cell of every table.

    Args:
        population: the cases.
        releases: ours, made of them.
    """
    guesses = compute_best_guesses(releases)
    hits, number, narrowest = 0, 0, 1.0
    for release in releases:
        for name, table in release.tables.items():
            dimensions = table.table.dimensions
            for cell in table.values:
                guess = guesses[
                    build_count_key(table.table, release.quarter, to_codes(dimensions, cell))
                ]
                number += 1
                hits += round(guess.value) == release.count(name, cell)
                narrowest = min(narrowest, sqrt(guess.variance) / compute_noise_sd(table.cost))
    note = f"{number} cells; everything together narrows the noise to {narrowest:.2f} at best"
    controls = {f"{REDRAWN.name}, {DRAWS} times": _measure_redrawn(population)}
    return AttackResult("A3", "average all there is", hits / number, MOST, controls, note)


def compute_best_guesses(releases: Sequence[SyntheticRelease]) -> dict[CountKey, Guess]:
    """Return the best guess at each count that something is published about."""
    exact = {
        (event, release.quarter): getattr(release, event)
        for release in releases
        for event in ("received", "concluded")
    }
    guesses: dict[CountKey, Guess] = {}
    for release in releases:
        for table in release.tables.values():
            whole = build_count_key(table.table, release.quarter, frozenset())
            totals = [exact.get((whole.event, quarter)) for quarter in whole.quarters]
            variance = compute_noise_sd(table.cost) ** 2
            everything, cells = sum(table.values.values()), len(table.values)
            missing = None if None in totals else sum(filter(None, totals)) - everything
            for codes, part in sum_margins(table.table.dimensions, table.values).items():
                guess = Guess(part.value, variance * part.cells)
                if missing is not None:  # every cell has its share of what the noise added
                    share = part.cells / cells
                    guess = Guess(part.value + missing * share, variance * part.cells * (1 - share))
                key = whole._replace(codes=codes)
                guesses[key] = combine_guesses(guesses.get(key), guess)
    return _add_years(guesses)


def combine_guesses(first: Guess | None, second: Guess) -> Guess:
    """Return the mean of two guesses, each weighted by how sure it is."""
    if first is None or first.variance <= NOBODY_KNOWS or second.variance <= NOBODY_KNOWS:
        return min((guess for guess in (first, second) if guess), key=lambda guess: guess.variance)
    weight = second.variance / (first.variance + second.variance)
    return Guess(
        first.value * weight + second.value * (1 - weight),
        first.variance * second.variance / (first.variance + second.variance),
    )


def _add_years(guesses: Mapping[CountKey, Guess]) -> dict[CountKey, Guess]:
    """Let the four quarters of a year say what they know about the year."""
    better = dict(guesses)
    for key, guess in guesses.items():
        parts = [guesses.get(key._replace(quarters=(quarter,))) for quarter in key.quarters]
        known = [part for part in parts if part]
        if 1 < len(parts) == len(known):
            value = sum(part.value for part in known)
            variance = sum(part.variance for part in known)
            better[key] = combine_guesses(guess, Guess(value, variance))
    return better


def _measure_redrawn(population: Population) -> float:
    """Return how often the mean of many draws gives the count away."""
    table = load().tables[TABLE]
    counts = tally(table, population.list_counted(table, population.quarters[-1]))
    hits = []
    for cell in table.enumerate_cells():
        counted = counts.get(cell, Tally())
        mean = fmean(REDRAWN.publish(cell, counted, draw) for draw in range(DRAWS))
        hits.append(round(mean) == counted.records)
    return fmean(hits)
