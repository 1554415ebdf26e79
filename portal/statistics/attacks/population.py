"""Synthetic cases: as skewed as real ones, the same in every run, nobody's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import pi, sin
from operator import itemgetter
from typing import NamedTuple

from portal.core.calendar import Quarter
from portal.invented.chance import Chance, Mix
from portal.invented.country import draw_days_to_conclusion, mix_regions
from portal.statistics.catalogue.codelists import REGION, UNKNOWN, Cell
from portal.statistics.catalogue.periods import list_table_quarters
from portal.statistics.catalogue.tables import Dimension, Table, load
from portal.statistics.disclosure.noise import Tally

FIRST_QUARTER = Quarter("2027-q1")
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

    quarters: tuple[Quarter, ...]
    events: dict[tuple[str, str], list[Life]]

    def list_counted(self, table: Table, quarter: Quarter) -> Iterator[Life]:
        """Yield the cases that a table counts in the release of a quarter."""
        event = "received" if table.event == "cohort" else table.event
        for counted in list_table_quarters(table, quarter):
            yield from self.events.get((event, counted), ())

    def count(self, event: str, quarter: Quarter) -> int:
        """Return to how many cases something happened in a quarter."""
        return len(self.events.get((event, quarter), ()))


def get_cell(table: Table, life: Life) -> Cell:
    """Return the cell of a table in which a case is counted."""
    return tuple(life.codes[place] for place in _locate_dimensions(table))


def tally(table: Table, lives: Iterator[Life] | Sequence[Life]) -> dict[Cell, Tally]:
    """Return what a table counts of these cases."""
    places = _locate_dimensions(table)
    codes_of = (
        itemgetter(*places) if len(places) > 1 else itemgetter(slice(places[0], places[0] + 1))
    )
    tallies: dict[Cell, Tally] = {}
    for life in lives:
        cell = codes_of(life.codes)
        tallies[cell] = tallies.get(cell, Tally()).add_record(life.key)
    return tallies


def make(seed: str, *, a_year: int, quarters: int) -> Population:
    """Return so many quarters of cases.

    Args:
        seed: a text; the same one gives the same cases.
        a_year: reports received a year, before trend and season.
        quarters: how many, from the first of 2027 on.
    """
    names = [FIRST_QUARTER]
    while len(names) < quarters:
        names.append(names[-1].following)
    chance = Chance(seed)
    country = _Country(chance)
    events: dict[tuple[str, str], list[Life]] = {}
    for number in range(quarters):
        swing = (1 + TREND * number) * (1 + SEASON * sin(pi / 2 * number))
        for _ in range(round(a_year / 4 * swing)):
            life, happened = country.draw_life(chance)
            for event, later in happened.items():
                if number + later < quarters:
                    events.setdefault((event, names[number + later]), []).append(life)
    return Population(tuple(names), events)


class _Country:
    """How often what is reported where, and how it ends there."""

    def __init__(self, chance: Chance) -> None:
        dimensions = load().dimensions
        self._regions = mix_regions(chance, PROPENSITY, UNKNOWN_SHARE)
        self._mixes = {
            region.id: {
                name: Mix([code.id for code in dimension.codes], _draw_weights(dimension, chance))
                for name, dimension in dimensions.items()
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

    def draw_life(self, chance: Chance) -> tuple[Life, dict[str, int]]:
        """Return a case, and what happens to it so many quarters after it is received."""
        region = self._regions.draw(chance) or UNKNOWN
        codes = {REGION: region}
        codes |= {name: mix.draw(chance) for name, mix in self._mixes[region].items()}
        days = draw_days_to_conclusion(chance, MEDIAN_DAYS, SPREAD_DAYS)
        band = sum(days > edge for edge in EDGES)
        codes["duration"], codes["pace"] = self._bands[band], self._paces[band == LATE]
        codes["finding"] = self._findings.get_code(self._outcomes[codes["outcome"]])
        codes["sanctioned"] = self._sanctioned.get_code(self._sanctions[codes["sanction"]])
        happened, concluded = {"received": 0}, int(days // DAYS_A_QUARTER)
        happened["concluded"] = concluded
        if chance.may_happen(RATED):
            happened["rated"] = concluded
        if chance.may_happen(REOPENED):
            happened["reopened"] = concluded
        if codes["finding"] == CONFIRMED:
            happened["sanctioned"] = concluded
        return Life(chance.draw_key(), tuple(codes[name] for name in load().dimensions)), happened


def _draw_weights(dimension: Dimension, chance: Chance) -> list[float]:
    return [DECLINE**rank * chance.draw_exponential() for rank in range(len(dimension.codes))]


def _locate_dimensions(table: Table) -> list[int]:
    known = list(load().dimensions)
    return [known.index(name) for name in table.dimensions]
