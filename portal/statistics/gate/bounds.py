"""Attack 2: work out counts from everything that was ever published (G3).

The attacker writes down all releases so far as a system of sums: cells and totals of each table as
published, the counts behind them (which differ from what is published by the noise at most), exact
national totals, quarters and their years, and tables that count the same cases by other codes. A
cell of one or two cases is broken if at least one case is proved, or the count is. The success is
the share of such cells.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import prod, sqrt
from typing import NamedTuple

from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.table import TOTALS, Document, total_of
from portal.statistics.disclosure.intervals import BAND
from portal.statistics.disclosure.noise import cap, thresholds
from portal.statistics.gate.intervals import MOST, Contradiction, System
from portal.statistics.gate.margins import About, about, codes_of
from portal.statistics.gate.methods import SUPPRESSED
from portal.statistics.gate.publishing import Made
from portal.statistics.gate.result import Result
from portal.statistics.gate.seen import Seen, as_drawn, of_document, suppressed

SMALL = (1, 2)
WHOLE = 1 << 56  # draws that the thresholds divide
COUNTED = ("received", "concluded")  # what exact totals are published of


class Small(NamedTuple):
    """A published cell of one or two cases."""

    about: About
    given_away: bool  # its own number proves one case
    chance: float  # of that


class Exact(NamedTuple):
    """An exact national total."""

    event: str
    quarter: str
    value: int


def attack(releases: Sequence[Made]) -> list[Result]:
    """Work out the small cells of our releases, and of releases that hide small numbers.

    The attacker gets every number of ours as it was drawn, those below the band too. A cell whose
    own noise came out at its cap is given away by that alone; how rare that is follows from the
    cap (delta), and is judged apart from what numbers say about each other.
    """
    exact = [
        Exact(event, one.quarter, getattr(one, event)) for one in releases for event in COUNTED
    ]
    ours = [seen for one in releases for seen in as_drawn(one)]
    hidden = [seen for one in releases for seen in suppressed(one)]
    small = [found for one in releases for found in _small(one)]
    known, control = read(ours, exact), read(hidden, exact)
    names = [one.about for one in small]
    together = [one.about for one in small if not one.given_away]
    widths = sorted(_width(known, name) for name in names)
    caps = sum(one.given_away for one in small) / len(small)
    expected = sum(one.chance for one in small)
    most = (expected + 4 * sqrt(expected) + 1) / len(small)
    note = f"{len(small)} cells of 1 or 2; median interval {widths[len(widths) // 2]} wide"
    before = {SUPPRESSED.name: _broken(control, names)}
    return [
        Result("G3", "work counts out", _broken(known, together), 0.0, before, note),
        Result(
            "G3", "wait for noise at its cap", caps, most, note=f"expected {expected:.3f} cells"
        ),
    ]


def of_documents(history: Sequence[tuple[str, Mapping[str, Document]]]) -> Result:
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
        exact += [Exact(event, quarter, total_of(documents[TOTALS], event)) for event in COUNTED]
    try:
        broken, note = _broken(read(seen, exact), banded), f"{len(banded)} cells below {BAND}"
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


def _small(release: Made) -> Iterator[Small]:
    for name, one in release.tables.items():
        whole, most = about(one.table, release.quarter, frozenset()), cap(one.cost)
        for cell, value in one.values.items():
            if (count := release.count(name, cell)) in SMALL:
                codes = codes_of(one.table.dimensions, cell)
                chance = 1 - thresholds(one.cost)[-count] / WHOLE
                yield Small(whole._replace(codes=codes), value > most, chance)


def _banded(seen: Seen) -> list[About]:
    """Return the cells of a published table, totals left out, that are shown as small."""
    whole, depth = about(seen.table, seen.quarter, frozenset()), len(seen.table.dimensions)
    return [
        whole._replace(codes=codes)
        for codes, shown in seen.values.items()
        if len(codes) == depth and shown.low < shown.high
    ]


def _broken(system: System, counts: Sequence[About]) -> float:
    """Return the share of counts of which one case is proved; nobody is hidden by a zero."""
    return sum(system.range(one).low > 0 for one in counts) / max(1, len(counts))


def _width(system: System, count: About) -> int:
    found = system.range(count)
    return found.high - found.low
