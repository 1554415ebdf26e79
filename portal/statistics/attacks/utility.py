"""How useful the figures are: what noise costs, on synthetic cases, table by table."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import fmean, median
from typing import NamedTuple

from portal.core import taxonomy
from portal.statistics.attacks.population import FIRST_QUARTER, make
from portal.statistics.attacks.synthetic_release import SyntheticRelease, publish_all
from portal.statistics.catalogue.codelists import REGION
from portal.statistics.catalogue.periods import list_table_quarters
from portal.statistics.catalogue.tables import load
from portal.statistics.disclosure.intervals import is_banded
from portal.statistics.gate.margins import sum_margins

QUARTERS = 8
VOLUMES = (3_300, 10_000, 67_000)  # reports a year
SEED = "utility"
HEAD = (
    "| reports a year | table | cells | below 10 | cases there | median error | rank of regions |",
    "|---|---|---|---|---|---|---|",
)


class TableUtility(NamedTuple):
    """What readers have of one table; shares from 0 to 1."""

    cells: int  # in all releases
    below: float  # share of cells shown as fewer than ten
    inside: float  # share of cases in such cells
    error: float  # median of |published - count| / count over the cells that are shown
    rank: float | None  # Spearman of rates of regions, the mean of all releases


def tabulate(tell: Callable[[str], None]) -> Iterator[str]:
    """Yield the lines of a table in Markdown."""
    yield from HEAD
    for a_year in VOLUMES:
        tell(f"utility: {a_year:,} reports a year")
        for name, use in measure(a_year, QUARTERS).items():
            rank = "" if use.rank is None else f"{use.rank:.2f}"
            yield (
                f"| {a_year:,} | {name} | {use.cells:,} | {use.below:.0%} | {use.inside:.1%} "
                f"| {use.error:.1%} | {rank} |"
            )


def measure(a_year: int, quarters: int) -> dict[str, TableUtility]:
    """Publish so many quarters at the level of their volume, and compare with the counts.

    Args:
        a_year: reports received a year.
        quarters: how many releases.
    """
    population = make(SEED, a_year=a_year, quarters=quarters)
    level = load().determine_level({2025: a_year, 2026: a_year}, 2027)
    releases = publish_all(population, level)
    names = dict.fromkeys(name for release in releases for name in release.tables)
    complete = {
        name: [release for release in releases if _is_complete(release, name)] for name in names
    }
    return {name: _measure_table(name, some) for name, some in complete.items() if some}


def correlate_ranks(left: Sequence[float], right: Sequence[float]) -> float:
    """Return how alike two orders are: 1 if the same, about 0 if nothing in common.

    Source: Spearman 1904, the correlation of ranks, ties with their mean rank.
    """
    first, second = _rank_values(left), _rank_values(right)
    middle = (len(left) + 1) / 2
    shared = sum((a - middle) * (b - middle) for a, b in zip(first, second, strict=True))
    spreads = [sum((rank - middle) ** 2 for rank in ranks) for ranks in (first, second)]
    if not all(spreads):
        return 0.0  # all are equal: there is no order
    return float(shared / (spreads[0] * spreads[1]) ** 0.5)


def _is_complete(release: SyntheticRelease, name: str) -> bool:
    """Tell whether a release has a table whose time lies after the first synthetic case."""
    table = release.tables.get(name)
    return (
        table is not None and list_table_quarters(table.table, release.quarter)[0] >= FIRST_QUARTER
    )


def _measure_table(name: str, releases: Sequence[SyntheticRelease]) -> TableUtility:
    pairs = [
        (value, release.count(name, cell))
        for release in releases
        for cell, value in release.tables[name].values.items()
    ]
    hidden = [count for value, count in pairs if is_banded(value)]
    errors = [
        abs(value - count) / count for value, count in pairs if count and not is_banded(value)
    ]
    cases = sum(count for _, count in pairs)
    regional = REGION in load().tables[name].dimensions
    return TableUtility(
        len(pairs),
        len(hidden) / len(pairs),
        sum(hidden) / cases,
        median(errors),
        fmean(_measure_rank(name, release) for release in releases) if regional else None,
    )


def _measure_rank(name: str, release: SyntheticRelease) -> float:
    """Return how well the order of the regions by published rates is that of the true rates."""
    protected = release.tables[name]
    dimensions = protected.table.dimensions
    shown = _sum_by_region(dimensions, protected.values)
    counts = {cell: release.count(name, cell) for cell in protected.values}
    true = _sum_by_region(dimensions, counts)
    people = {region.iso_code: region.population for region in taxonomy.load().regions.values()}
    return correlate_ranks(
        [shown[region] / number for region, number in people.items()],
        [true[region] / number for region, number in people.items()],
    )


def _sum_by_region(
    dimensions: Sequence[str], values: Mapping[tuple[str, ...], int]
) -> dict[str, int]:
    sums = sum_margins(dimensions, values)
    codes = [code.id for code in load().dimensions[REGION].codes]
    return {code: sums[frozenset({(REGION, code)})].value for code in codes}


def _rank_values(values: Sequence[float]) -> list[float]:
    places: dict[float, list[int]] = {}
    for place, value in enumerate(sorted(values), start=1):
        places.setdefault(value, []).append(place)
    return [fmean(places[value]) for value in values]
