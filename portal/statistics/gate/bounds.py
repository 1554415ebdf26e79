"""Working out counts (G3): what follows from everything that was ever published.

All releases so far are written down as a system of sums: cells and totals of each table as
published, the counts behind them (which differ from what is published by the noise at most), exact
national totals, quarters and their years, and tables that count the same cases by other codes. A
cell is broken if at least one case is proved.
"""

from collections.abc import Iterable, Sequence
from math import prod
from typing import NamedTuple

from portal.core.calendar import Quarter
from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.history import History
from portal.statistics.dataset.table import TOTALS, get_total
from portal.statistics.disclosure.intervals import BAND
from portal.statistics.gate.intervals import MOST, Contradiction, SumSystem
from portal.statistics.gate.margins import CountKey, build_count_key
from portal.statistics.gate.reader_view import ReaderView, build_reader_view
from portal.statistics.gate.result import AttackResult

COUNTED = ("received", "concluded")  # what exact totals are published of


class ExactTotal(NamedTuple):
    """An exact national total."""

    event: str
    quarter: Quarter
    value: int


def examine(history: History) -> AttackResult:
    """Work out, from all releases as published, the cells that are shown as fewer than ten."""
    views: list[ReaderView] = []
    exact: list[ExactTotal] = []
    banded: list[CountKey] = []
    for quarter, documents in history:
        for name, document in documents.items():
            if name in load().tables:
                view = build_reader_view(document, quarter)
                views.append(view)
                banded += _list_banded(view)
        exact += [
            ExactTotal(event, quarter, get_total(documents[TOTALS], event)) for event in COUNTED
        ]
    try:
        broken, note = (
            compute_share_broken(build_system(views, exact), banded),
            f"{len(banded)} cells below {BAND}",
        )
    except Contradiction as error:
        broken, note = 1.0, str(error)
    return AttackResult("G3", "work counts out", broken, 0.0, note=note)


def build_system(tables: Iterable[ReaderView], exact: Iterable[ExactTotal]) -> SumSystem:
    """Return everything a reader can prove.

    Counts are named by what they are about, published numbers by their table besides.
    """
    system = SumSystem()
    for number, view in enumerate(tables):
        _add_table(system, number, view)
    for total in exact:
        system.add_bounds(
            CountKey(total.event, (total.quarter,), frozenset()), total.value, total.value
        )
    _add_years(system)
    system.narrow()
    return system


def _add_table(system: SumSystem, number: int, view: ReaderView) -> None:
    """Add one table: what is published, the counts behind it, and how cells add up to totals."""
    dimensions = {name: load().dimensions[name].codes for name in view.table.dimensions}
    sizes = {name: len(codes) for name, codes in dimensions.items()}
    whole = build_count_key(view.table, view.quarter, frozenset())
    for codes, shown in view.values.items():
        cells = prod(sizes[name] for name in sizes.keys() - {name for name, _ in codes})
        count, published, noise = whole._replace(codes=codes), (number, codes), (number, codes, "")
        system.add_bounds(count, 0, MOST)
        system.add_bounds(published, *shown)
        system.add_bounds(noise, -cells * view.cap, cells * view.cap)
        system.add_sum(published, (count, noise))
    for codes in view.values:
        for name in sizes.keys() - {name for name, _ in codes}:
            parts = [codes | {(name, dimension.id)} for dimension in dimensions[name]]
            system.add_sum((number, codes), [(number, part) for part in parts])
            names = [whole._replace(codes=part) for part in parts]
            system.add_sum(whole._replace(codes=codes), names)


def _add_years(system: SumSystem) -> None:
    """Say that a year is its quarters."""
    counts = {name for name in system.list_names() if isinstance(name, CountKey)}
    for name in counts:
        parts = [name._replace(quarters=(quarter,)) for quarter in name.quarters]
        if len(parts) > 1 and counts.issuperset(parts):
            system.add_sum(name, parts)


def _list_banded(view: ReaderView) -> list[CountKey]:
    """Return the cells of a published table, totals left out, that are shown as small."""
    whole, depth = (
        build_count_key(view.table, view.quarter, frozenset()),
        len(view.table.dimensions),
    )
    return [
        whole._replace(codes=codes)
        for codes, shown in view.values.items()
        if len(codes) == depth and shown.low < shown.high
    ]


def compute_share_broken(system: SumSystem, counts: Sequence[CountKey]) -> float:
    """Return the share of counts that are proved to hold a case; a proved zero is about nobody."""
    return sum(system.get_range(count).low > 0 for count in counts) / max(1, len(counts))
