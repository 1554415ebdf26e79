"""The catalogue of tables: what each counts, in which cells, what it costs a case, its labels."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import product
from typing import Literal

from portal.core import taxonomy
from portal.core.records import index_by_id, make_record, read_data
from portal.core.terms import Label
from portal.statistics.catalogue.codes import BODY, REGION, TOTAL, UNKNOWN, Cell, Code

LEVELS = ("L0", "L1", "L2")
SANCTIONS = "sanctions"  # the family that only confirmed cases are in
LAST_QUARTER = "q4"


@dataclass(frozen=True)
class Dimension:
    """What a table is broken down by, and the column of the files it stands in."""

    id: str
    column: str
    label: Label
    codes: tuple[Code, ...] = ()
    total: str = TOTAL

    def code_of(self, member: str) -> str:
        """Return under which code a member of the taxonomy is published.

        Raises:
            KeyError: no code has this member.
        """
        return self._by_member[member]

    @cached_property
    def _by_member(self) -> dict[str, str]:
        return {member: code.id for code in self.codes for member in code.members}

    def labels(self) -> dict[str, Label]:
        """Return the label of each code, the total last."""
        total = word("nation") if self.id == REGION else word("all")
        return {code.id: code.label for code in self.codes} | {self.total: total}


@dataclass(frozen=True)
class Table:
    """One base table: a case enters it once in its life, in one cell."""

    id: str
    family: str
    event: Literal["received", "concluded", "cohort", "rated", "reopened", "sanctioned"]
    period: Literal["quarter", "year"]
    dimensions: tuple[str, ...]
    cost: tuple[int, ...]
    label: Label
    lag: int = 0  # quarters between the end of what it counts and the quarter of its release

    def cells(self) -> Iterator[Cell]:
        """Yield every cell, empty or not, in the order of the files."""
        known = load().dimensions
        return product(*([code.id for code in known[name].codes] for name in self.dimensions))


@dataclass(frozen=True)
class Budget:
    """Thousandths of epsilon that one case may cost in its life."""

    lifetime: int
    with_sanction: int


@dataclass(frozen=True)
class Ladder:
    """Published yearly volumes from which the second and the third level begin."""

    from_volume: tuple[int, ...]


@dataclass(frozen=True)
class Named:
    """A text inside pictures and files."""

    id: str
    label: Label


@dataclass(frozen=True)
class Measure:
    """A measure: what is put over what, how time is counted, and what it does not say."""

    id: str
    basis: Literal["cohort", "flow", "stock"]
    label: Label
    numerator: Label
    denominator: Label | None = None  # a plain number has none
    clock: Label | None = None
    caveat: Label | None = None
    available: bool = True


@dataclass(frozen=True)
class Exact:
    """A number of the exact national series, and why it may be exact."""

    id: str
    basis: Literal["flow", "stock"]
    label: Label
    caveat: Label


@dataclass(frozen=True)
class Catalogue:
    """Everything that may be published."""

    budget: Budget
    ladder: Ladder
    dimensions: Mapping[str, Dimension]
    tables: Mapping[str, Table]
    words: Mapping[str, Named]
    measures: Mapping[str, Measure]
    series: Mapping[str, Exact]

    @cached_property
    def regions(self) -> frozenset[str]:
        """Return the codes of all regions."""
        return frozenset(code.id for code in self.dimensions[REGION].codes)

    @cached_property
    def prevailing(self) -> tuple[str, ...]:
        """Return the outcomes, first the one a case takes if its allegations end differently."""
        return tuple(one for code in self.dimensions["outcome"].codes for one in code.members)

    def tables_of(self, quarter: str, level: str) -> tuple[Table, ...]:
        """Return the tables that the release of a quarter holds at a level of the ladder."""
        whole_year = quarter.endswith(LAST_QUARTER)
        rank = LEVELS.index(level)
        return tuple(
            table
            for table in self.tables.values()
            if table.cost[rank] and (whole_year or table.period == "quarter")
        )

    @staticmethod
    def cost(table: Table, level: str) -> int:
        """Return what a table costs each case in it at a level, in thousandths of epsilon."""
        return table.cost[LEVELS.index(level)]

    def level(self, volumes: Mapping[int, int], year: int) -> str:
        """Return the level of a year: both years before it must have had the volume.

        Args:
            volumes: published number of reports received, by year.
            year: the year whose quarters are to be published.
        """
        volume = min(volumes.get(year - 1, 0), volumes.get(year - 2, 0))
        return LEVELS[sum(volume >= least for least in self.ladder.from_volume)]

    def most_a_case_costs(self, *, sanctioned: bool) -> int:
        """Return the dearest life a case can have, whatever level each of its quarters had."""
        families: dict[str, list[int]] = {}
        for table in self.tables.values():
            known = families.setdefault(table.family, [0] * len(LEVELS))
            families[table.family] = [sum(pair) for pair in zip(known, table.cost, strict=True)]
        return sum(
            max(found) for family, found in families.items() if sanctioned or family != SANCTIONS
        )


def word(name: str) -> Label:
    """Return a text of the catalogue.

    Raises:
        KeyError: it has none of this name.
    """
    return load().words[name].label


@cache
def load() -> Catalogue:
    """Return the catalogue.

    Raises:
        ValueError: the file has unknown keys, leaves something of the taxonomy without a place, or
            allows a case to cost more than the budget.
    """
    source = tomllib.loads(read_data("statistics.toml"))
    words = index_by_id([make_record(Named, row) for row in source["word"]])
    found = Catalogue(
        budget=make_record(Budget, source["budget"]),
        ladder=make_record(Ladder, source["ladder"]),
        dimensions=_dimensions(source["dimension"], words["unknown_region"].label),
        tables=index_by_id([make_record(Table, row) for row in source["table"]]),
        words=words,
        measures=index_by_id([make_record(Measure, row) for row in source["measure"]]),
        series=index_by_id([make_record(Exact, row) for row in source["series"]]),
    )
    _check(found)
    return found


def _dimensions(rows: list[dict[str, object]], unknown: Label) -> dict[str, Dimension]:
    found = index_by_id([make_record(Dimension, row) for row in rows])
    known = taxonomy.load()
    regions = [Code(one.iso_code, one.label) for one in known.regions.values()]
    bodies = [Code(one.id, one.label) for one in known.bodies.values()]
    found[REGION] = replace(found[REGION], codes=(*regions, Code(UNKNOWN, unknown)))
    found[BODY] = replace(found[BODY], codes=tuple(bodies))
    return found


def _check(found: Catalogue) -> None:
    """Check that everything has a place, and that no case can be overdrawn.

    Raises:
        ValueError: something has none, or a life could cost too much.
    """
    known = taxonomy.load()
    wanted = {
        "category": known.groups,
        "finding": known.outcomes,
        "outcome": known.outcomes,
        "sanction": known.sanctions,
        "sanctioned": known.sanctions,
    }
    for name, members in wanted.items():
        placed = [one for code in found.dimensions[name].codes for one in code.members]
        if sorted(placed) != sorted(members):
            raise ValueError(f"dimension {name} does not hold all of the taxonomy")
    for table in found.tables.values():
        if not found.dimensions.keys() >= set(table.dimensions) or len(table.cost) != len(LEVELS):
            raise ValueError(f"table {table.id}")
    budget = found.budget
    dearest = (found.most_a_case_costs(sanctioned=False), found.most_a_case_costs(sanctioned=True))
    if dearest[0] > budget.lifetime or dearest[1] > budget.with_sanction:
        raise ValueError(f"a case could cost {dearest} thousandths")


def event_of(table: Table) -> str:
    """Return by which event a table chooses its cases; a cohort is chosen by its receipt."""
    return "received" if table.event == "cohort" else table.event
