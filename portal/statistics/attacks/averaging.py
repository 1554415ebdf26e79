"""Attack 3: put together everything that is published about one count, and take the mean.

The attacker knows how much noise each number has, corrects tables by exact national totals, weights
what different tables say by its noise, and rounds. The success is how often that is the count.
"""

from collections.abc import Mapping, Sequence
from math import sqrt
from statistics import fmean
from typing import NamedTuple

from portal.statistics.attacks.population import Population, tally
from portal.statistics.attacks.synthetic_release import Made
from portal.statistics.attacks.unsafe_methods import REDRAWN
from portal.statistics.catalogue.tables import load
from portal.statistics.disclosure.noise import Tally, compute_noise_sd
from portal.statistics.gate.margins import About, about, codes_of, margins
from portal.statistics.gate.result import Result

DRAWS = 120  # publications of one cell: ten years, every month
# The best guess from one draw with epsilon 0.5 is right 0.245 of the time.
MOST = 0.30
TABLE = "received-region-category"
NOBODY_KNOWS = 1e-9  # less variance than any noise has


class Guess(NamedTuple):
    """An unbiased guess at a count, and its variance."""

    value: float
    variance: float


def attack(population: Population, releases: Sequence[Made]) -> Result:
    """Guess the count of every cell of every table.

    Args:
        population: the cases.
        releases: ours, made of them.
    """
    guesses = best_guesses(releases)
    hits, number, narrowest = 0, 0, 1.0
    for release in releases:
        for name, table in release.tables.items():
            dimensions = table.table.dimensions
            for cell in table.values:
                guess = guesses[about(table.table, release.quarter, codes_of(dimensions, cell))]
                number += 1
                hits += round(guess.value) == release.count(name, cell)
                narrowest = min(narrowest, sqrt(guess.variance) / compute_noise_sd(table.cost))
    note = f"{number} cells; everything together narrows the noise to {narrowest:.2f} at best"
    controls = {f"{REDRAWN.name}, {DRAWS} times": _redrawn(population)}
    return Result("A3", "average all there is", hits / number, MOST, controls, note)


def best_guesses(releases: Sequence[Made]) -> dict[About, Guess]:
    """Return the best guess at each count that something is published about."""
    exact = {
        (event, release.quarter): getattr(release, event)
        for release in releases
        for event in ("received", "concluded")
    }
    found: dict[About, Guess] = {}
    for release in releases:
        for table in release.tables.values():
            whole = about(table.table, release.quarter, frozenset())
            totals = [exact.get((whole.event, quarter)) for quarter in whole.quarters]
            variance = compute_noise_sd(table.cost) ** 2
            everything, cells = sum(table.values.values()), len(table.values)
            missing = None if None in totals else sum(filter(None, totals)) - everything
            for codes, part in margins(table.table.dimensions, table.values).items():
                guess = Guess(part.value, variance * part.cells)
                if missing is not None:  # every cell has its share of what the noise added
                    share = part.cells / cells
                    guess = Guess(part.value + missing * share, variance * part.cells * (1 - share))
                key = whole._replace(codes=codes)
                found[key] = combined(found.get(key), guess)
    return _years(found)


def combined(one: Guess | None, two: Guess) -> Guess:
    """Return the mean of two guesses, each weighted by how sure it is."""
    if one is None or one.variance <= NOBODY_KNOWS or two.variance <= NOBODY_KNOWS:
        return min((guess for guess in (one, two) if guess), key=lambda guess: guess.variance)
    weight = two.variance / (one.variance + two.variance)
    return Guess(
        one.value * weight + two.value * (1 - weight),
        one.variance * two.variance / (one.variance + two.variance),
    )


def _years(found: Mapping[About, Guess]) -> dict[About, Guess]:
    """Let the four quarters of a year say what they know about the year."""
    better = dict(found)
    for key, guess in found.items():
        parts = [found.get(key._replace(quarters=(one,))) for one in key.quarters]
        known = [part for part in parts if part]
        if 1 < len(parts) == len(known):
            value = sum(part.value for part in known)
            variance = sum(part.variance for part in known)
            better[key] = combined(guess, Guess(value, variance))
    return better


def _redrawn(population: Population) -> float:
    """Return how often the mean of many draws gives the count away."""
    table = load().tables[TABLE]
    counts = tally(table, population.counted(table, population.quarters[-1]))
    hits = []
    for cell in table.enumerate_cells():
        counted = counts.get(cell, Tally())
        mean = fmean(REDRAWN.shown(cell, counted, draw) for draw in range(DRAWS))
        hits.append(round(mean) == counted.records)
    return fmean(hits)
