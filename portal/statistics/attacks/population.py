"""Synthetic cases: as skewed as real ones, the same in every run, nobody's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, pi, sin
from operator import itemgetter
from typing import NamedTuple

from portal.core import taxonomy
from portal.statistics.attacks.draws import Chance, Mix
from portal.statistics.catalogue import release_days
from portal.statistics.catalogue.codelists import REGION, UNKNOWN, Cell
from portal.statistics.catalogue.periods import list_table_quarters
from portal.statistics.catalogue.tables import Dimension, Table, load
from portal.statistics.disclosure.noise import Tally

FIRST_QUARTER = "2027-q1"
UNKNOWN_SHARE = 0.03
PROPENSITY = 0.6  # spread of the logarithm of reports for each inhabitant
DECLINE = 0.75  # of the usual weight from one code of a dimension to the next
TREND, SEASON = 0.02, 0.1  # by quarter
MEDIAN_DAYS, SPREAD_DAYS = 25, 0.9  # working days to the conclusion, log-normal
DAYS_A_QUARTER = 62
RATED, REOPENED = 0.5, 0.1  # shares of the concluded
EDGES = (5, 10, 15, 20, 30, 60, 90)
LATE = len(EDGES)
CONFIRMED = "confirmed"


class Life(NamedTuple):
    """One case: the key of its record, and its code in every dimension of the catalogue."""

    key: bytes
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Population:
    """Cases by what happened to them in which quarter."""

    quarters: tuple[str, ...]
    events: dict[tuple[str, str], list[Life]]

    def counted(self, table: Table, quarter: str) -> Iterator[Life]:
        """Yield the cases that a table counts in the release of a quarter."""
        event = "received" if table.event == "cohort" else table.event
        for counted in list_table_quarters(table, quarter):
            yield from self.events.get((event, counted), ())

    def number(self, event: str, quarter: str) -> int:
        """Return to how many cases something happened in a quarter."""
        return len(self.events.get((event, quarter), ()))


def cell_of(table: Table, life: Life) -> Cell:
    """Return the cell of a table in which a case is counted."""
    return tuple(life.codes[place] for place in _places(table))


def tally(table: Table, lives: Iterator[Life] | Sequence[Life]) -> dict[Cell, Tally]:
    """Return what a table counts of these cases."""
    places = _places(table)
    codes_of = (
        itemgetter(*places) if len(places) > 1 else itemgetter(slice(places[0], places[0] + 1))
    )
    found: dict[Cell, Tally] = {}
    for life in lives:
        cell = codes_of(life.codes)
        found[cell] = found.get(cell, Tally()).add_record(life.key)
    return found


def make(seed: str, *, a_year: int, quarters: int) -> Population:
    """Return so many quarters of cases.

    Args:
        seed: a text; the same one gives the same cases.
        a_year: reports received a year, before trend and season.
        quarters: how many, from the first of 2027 on.
    """
    names = [FIRST_QUARTER]
    while len(names) < quarters:
        names.append(release_days.get_next_quarter(names[-1]))
    chance = Chance(seed)
    country = _Country(chance)
    events: dict[tuple[str, str], list[Life]] = {}
    for number in range(quarters):
        swing = (1 + TREND * number) * (1 + SEASON * sin(pi / 2 * number))
        for _ in range(round(a_year / 4 * swing)):
            life, happened = country.life(chance)
            for event, later in happened.items():
                if number + later < quarters:
                    events.setdefault((event, names[number + later]), []).append(life)
    return Population(tuple(names), events)


class _Country:
    """How often what is reported where, and how it ends there."""

    def __init__(self, chance: Chance) -> None:
        dimensions = load().dimensions
        self._regions = _regions(chance)
        self._mixes = {
            region.id: {
                name: Mix([code.id for code in one.codes], _weights(one, chance))
                for name, one in dimensions.items()
                if name != REGION
            }
            for region in dimensions[REGION].codes
        }
        self._bands = [code.id for code in dimensions["duration"].codes]
        self._paces = [code.id for code in dimensions["pace"].codes]
        self._findings = dimensions["finding"]
        self._sanctioned = dimensions["sanctioned"]
        self._sanctions = {code.id: code.members[0] for code in dimensions["sanction"].codes}
        self._outcomes = {code.id: code.members[0] for code in dimensions["outcome"].codes}

    def life(self, chance: Chance) -> tuple[Life, dict[str, int]]:
        """Return a case, and what happens to it so many quarters after it is received."""
        region = self._regions.draw(chance)
        codes = {REGION: region}
        codes |= {name: mix.draw(chance) for name, mix in self._mixes[region].items()}
        days = MEDIAN_DAYS * exp(SPREAD_DAYS * chance.normal())
        band = sum(days > edge for edge in EDGES)
        codes["duration"], codes["pace"] = self._bands[band], self._paces[band == LATE]
        codes["finding"] = self._findings.get_code(self._outcomes[codes["outcome"]])
        codes["sanctioned"] = self._sanctioned.get_code(self._sanctions[codes["sanction"]])
        happened, concluded = {"received": 0}, int(days // DAYS_A_QUARTER)
        happened["concluded"] = concluded
        if chance.uniform() < RATED:
            happened["rated"] = concluded
        if chance.uniform() < REOPENED:
            happened["reopened"] = concluded
        if codes["finding"] == CONFIRMED:
            happened["sanctioned"] = concluded
        return Life(chance.key(), tuple(codes[name] for name in load().dimensions)), happened


def _regions(chance: Chance) -> Mix:
    regions = taxonomy.load().regions.values()
    weights = [one.population * exp(PROPENSITY * chance.normal()) for one in regions]
    unknown = sum(weights) * UNKNOWN_SHARE
    return Mix([*(one.iso_code for one in regions), UNKNOWN], [*weights, unknown])


def _weights(dimension: Dimension, chance: Chance) -> list[float]:
    return [DECLINE**rank * chance.exponential() for rank in range(len(dimension.codes))]


def _places(table: Table) -> list[int]:
    known = list(load().dimensions)
    return [known.index(name) for name in table.dimensions]
