"""Working out counts (G3): what follows from everything that was ever published.

All releases so far are written down as a system of sums: cells and totals of each table as
published, the counts behind them (which differ from what is published by the noise at most), exact
national totals, quarters and their years, and tables that count the same cases by other codes. A
cell is broken if at least one case is proved.
"""

from collections.abc import Iterable, Sequence
from math import prod
from typing import NamedTuple

from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.history import History
from portal.statistics.dataset.table import TOTALS, get_total
from portal.statistics.disclosure.intervals import BAND
from portal.statistics.gate.intervals import MOST, Contradiction, System
from portal.statistics.gate.margins import About, about
from portal.statistics.gate.result import Result
from portal.statistics.gate.seen import Seen, of_document

COUNTED = ("received", "concluded")  # what exact totals are published of


class Exact(NamedTuple):
    """An exact national total."""

    event: str
    quarter: str
    value: int


def of_documents(history: History) -> Result:
    """Work out, from all releases as published, the cells that are shown as fewer than ten."""
    seen: list[Seen] = []
    exact: list[Exact] = []
    banded: list[About] = []
    for quarter, documents in history:
        for name, document in documents.items():
            if name in load().tables:
                one = of_document(document, quarter)
                seen.append(one)
                banded += _banded(one)
        exact += [Exact(event, quarter, get_total(documents[TOTALS], event)) for event in COUNTED]
    try:
        broken, note = share_broken(read(seen, exact), banded), f"{len(banded)} cells below {BAND}"
    except Contradiction as error:
        broken, note = 1.0, str(error)
    return Result("G3", "work counts out", broken, 0.0, note=note)


def read(tables: Iterable[Seen], exact: Iterable[Exact]) -> System:
    """Return everything a reader can prove.

    Counts are named by what they are about, published numbers by their table besides.
    """
    system = System()
    for number, seen in enumerate(tables):
        _add(system, number, seen)
    for one in exact:
        system.known(About(one.event, (one.quarter,), frozenset()), one.value, one.value)
    _years(system)
    system.narrow()
    return system


def _add(system: System, number: int, seen: Seen) -> None:
    """Add one table: what is published, the counts behind it, and how cells add up to totals."""
    dimensions = {name: load().dimensions[name].codes for name in seen.table.dimensions}
    sizes = {name: len(codes) for name, codes in dimensions.items()}
    whole = about(seen.table, seen.quarter, frozenset())
    for codes, shown in seen.values.items():
        cells = prod(sizes[name] for name in sizes.keys() - {name for name, _ in codes})
        count, published, noise = whole._replace(codes=codes), (number, codes), (number, codes, "")
        system.known(count, 0, MOST)
        system.known(published, *shown)
        system.known(noise, -cells * seen.cap, cells * seen.cap)
        system.adds_up(published, (count, noise))
    for codes in seen.values:
        for name in sizes.keys() - {name for name, _ in codes}:
            parts = [codes | {(name, one.id)} for one in dimensions[name]]
            system.adds_up((number, codes), [(number, part) for part in parts])
            names = [whole._replace(codes=part) for part in parts]
            system.adds_up(whole._replace(codes=codes), names)


def _years(system: System) -> None:
    """Say that a year is its quarters."""
    counts = {name for name in system.names() if isinstance(name, About)}
    for name in counts:
        parts = [name._replace(quarters=(one,)) for one in name.quarters]
        if len(parts) > 1 and counts.issuperset(parts):
            system.adds_up(name, parts)


def _banded(seen: Seen) -> list[About]:
    """Return the cells of a published table, totals left out, that are shown as small."""
    whole, depth = about(seen.table, seen.quarter, frozenset()), len(seen.table.dimensions)
    return [
        whole._replace(codes=codes)
        for codes, shown in seen.values.items()
        if len(codes) == depth and shown.low < shown.high
    ]


def share_broken(system: System, counts: Sequence[About]) -> float:
    """Return the share of counts of which one case is proved; nobody is hidden by a zero."""
    return sum(system.range(one).low > 0 for one in counts) / max(1, len(counts))
