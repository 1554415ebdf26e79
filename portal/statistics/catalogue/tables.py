"""The catalogue of tables: what each counts, in which cells, what it costs a case, its labels."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import product
from typing import Literal

from portal.core import taxonomy
from portal.core.calendar import Quarter
from portal.core.records import index_by_id, make_record, read_data
from portal.core.terms import Label
from portal.statistics.catalogue.codelists import BODY, REGION, TOTAL, UNKNOWN, Cell, Code

LEVELS = ("L0", "L1", "L2")
SANCTIONS = "sanctions"  # the family that only confirmed cases are in


@dataclass(frozen=True)
class Dimension:
    """What a table is broken down by, and the column of the files it stands in."""

    id: str
    column: str
    label: Label
    codes: tuple[Code, ...] = ()
    total: str = TOTAL

    def get_code(self, member: str) -> str:
        """Return under which code a member of the taxonomy is published.

        Raises:
            KeyError: no code has this member.
        """
        return self._by_member[member]

    @cached_property
    def _by_member(self) -> dict[str, str]:
        return {member: code.id for code in self.codes for member in code.members}

    def get_labels(self) -> dict[str, Label]:
        """Return the label of each code, the total last."""
        total = get_word("nation") if self.id == REGION else get_word("all")
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

    def enumerate_cells(self) -> Iterator[Cell]:
        """Yield every cell, empty or not, in the order of the files."""
        dimensions = load().dimensions
        return product(*([code.id for code in dimensions[name].codes] for name in self.dimensions))


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
class CatalogueText:
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


@dataclass(frozen=True)
class ExactMeasure:
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
    words: Mapping[str, CatalogueText]
    measures: Mapping[str, Measure]
    series: Mapping[str, ExactMeasure]

    @cached_property
    def regions(self) -> frozenset[str]:
        """Return the codes of all regions."""
        return frozenset(code.id for code in self.dimensions[REGION].codes)

    @cached_property
    def prevailing(self) -> tuple[str, ...]:
        """Return the outcomes, first the one a case takes if its allegations end differently."""
        return tuple(member for code in self.dimensions["outcome"].codes for member in code.members)

    def select_tables(self, quarter: Quarter, level: str) -> tuple[Table, ...]:
        """Return the tables that the release of a quarter holds at a level of the ladder."""
        return self.select_level_tables(level, whole_year=quarter.ends_year)

    def select_level_tables(self, level: str, *, whole_year: bool) -> tuple[Table, ...]:
        """Return the tables of a level of the ladder, those of a year with them or not."""
        rank = LEVELS.index(level)
        return tuple(
            table
            for table in self.tables.values()
            if table.cost[rank] and (whole_year or table.period == "quarter")
        )

    @staticmethod
    def get_cost(table: Table, level: str) -> int:
        """Return what a table costs each case in it at a level, in thousandths of epsilon."""
        return table.cost[LEVELS.index(level)]

    def determine_level(self, volumes: Mapping[int, int], year: int) -> str:
        """Return the level of a year: both years before it must have had the volume.

        Args:
            volumes: published number of reports received, by year.
            year: the year whose quarters are to be published.
        """
        volume = min(volumes.get(year - 1, 0), volumes.get(year - 2, 0))
        return LEVELS[sum(volume >= least for least in self.ladder.from_volume)]

    def compute_highest_cost(self, *, sanctioned: bool) -> int:
        """Return the dearest life a case can have, whatever level each of its quarters had."""
        families: dict[str, list[int]] = {}
        for table in self.tables.values():
            costs_so_far = families.setdefault(table.family, [0] * len(LEVELS))
            families[table.family] = [
                sum(pair) for pair in zip(costs_so_far, table.cost, strict=True)
            ]
        return sum(
            max(costs) for family, costs in families.items() if sanctioned or family != SANCTIONS
        )


def get_word(name: str) -> Label:
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
    words = index_by_id([make_record(CatalogueText, row) for row in source["word"]])
    catalogue = Catalogue(
        budget=make_record(Budget, source["budget"]),
        ladder=make_record(Ladder, source["ladder"]),
        dimensions=_make_dimensions(source["dimension"], words["unknown_region"].label),
        tables=index_by_id([make_record(Table, row) for row in source["table"]]),
        words=words,
        measures=index_by_id([make_record(Measure, row) for row in source["measure"]]),
        series=index_by_id([make_record(ExactMeasure, row) for row in source["series"]]),
    )
    _check(catalogue)
    return catalogue


def _make_dimensions(rows: list[dict[str, object]], unknown: Label) -> dict[str, Dimension]:
    dimensions = index_by_id([make_record(Dimension, row) for row in rows])
    terms = taxonomy.load()
    regions = [Code(region.iso_code, region.label) for region in terms.regions.values()]
    bodies = [Code(body.id, body.label) for body in terms.bodies.values()]
    dimensions[REGION] = replace(dimensions[REGION], codes=(*regions, Code(UNKNOWN, unknown)))
    dimensions[BODY] = replace(dimensions[BODY], codes=tuple(bodies))
    return dimensions


def _check(catalogue: Catalogue) -> None:
    """Check that everything has a place, and that no case can be overdrawn.

    Raises:
        ValueError: something has none, or a life could cost too much.
    """
    terms = taxonomy.load()
    members_of = {
        "category": terms.groups,
        "finding": terms.outcomes,
        "outcome": terms.outcomes,
        "sanction": terms.sanctions,
        "sanctioned": terms.sanctions,
    }
    for name, members in members_of.items():
        placed = [member for code in catalogue.dimensions[name].codes for member in code.members]
        if sorted(placed) != sorted(members):
            raise ValueError(f"dimension {name} does not hold all of the taxonomy")
    for table in catalogue.tables.values():
        if not catalogue.dimensions.keys() >= set(table.dimensions) or len(table.cost) != len(
            LEVELS
        ):
            raise ValueError(f"table {table.id}")
    budget = catalogue.budget
    dearest = (
        catalogue.compute_highest_cost(sanctioned=False),
        catalogue.compute_highest_cost(sanctioned=True),
    )
    if dearest[0] > budget.lifetime or dearest[1] > budget.with_sanction:
        raise ValueError(f"a case could cost {dearest} thousandths")


def get_event(table: Table) -> str:
    """Return by which event a table chooses its cases; a cohort is chosen by its receipt."""
    return "received" if table.event == "cohort" else table.event
