"""Additivity and determinism (G8): totals are sums of cells as drawn, made twice is the same."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from secrets import token_hex

from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.table import Document
from portal.statistics.dataset.text import as_csv, as_json
from portal.statistics.disclosure.intervals import banded
from portal.statistics.gate.intervals import Range
from portal.statistics.gate.margins import Codes, Sum, margins
from portal.statistics.gate.population import Population
from portal.statistics.gate.publishing import Made, publish
from portal.statistics.gate.result import Result
from portal.statistics.gate.seen import of_document

Sums = Mapping[Codes, Sum]


def attack(population: Population, quarter: str, level: str) -> list[Result]:
    """Add the tables of a synthetic release up, and make it again from cases in another order.

    Args:
        population: the cases.
        quarter: of the release.
        level: of the ladder.
    """
    release = publish(population, quarter, level)
    backwards = {event: lives[::-1] for event, lives in population.events.items()}
    again = publish(Population(population.quarters, backwards), quarter, level)
    anew = publish(population, quarter, level, seed=token_hex())
    tables = [margins(one.table.dimensions, one.values) for one in release.tables.values()]
    shown = [
        of_document(document, quarter).values
        for name, document in release.documents().items()
        if name in release.tables
    ]
    wrong = [not honest(sums, seen) for sums, seen in zip(tables, shown, strict=True)]
    spoilt = {
        name: _share(
            [
                not honest(spoil(sums), seen)
                for sums, seen in zip(tables, shown, strict=True)
                if spoil(sums) != sums
            ]
        )
        for name, spoil in SPOILT.items()
    }
    differs = float(digest(release) != digest(again))
    other = {"another key each time": float(digest(release) != digest(anew))}
    return [
        Result("G8", "add cells up", _share(wrong), 0.0, spoilt, f"{len(wrong)} tables"),
        Result("G8", "make it twice", differs, 0.0, other, "cases in another order"),
    ]


def of_documents(documents: Mapping[str, Document], quarter: str) -> Result:
    """Add the published cells of a release up; where some are hidden, a total may be what fits."""
    tables = [one for name, one in documents.items() if name in load().tables]
    wrong = [name for name in tables if not fits(of_document(name, quarter).values)]
    note = ", ".join(one["table"] for one in wrong) or f"{len(tables)} tables"
    return Result("G8", "add cells up", len(wrong) / max(1, len(tables)), 0.0, note=note)


def honest(sums: Sums, shown: Mapping[Codes, Range]) -> bool:
    """Tell whether all shown numbers are sums of cells as drawn, and only small ones are hidden."""
    return sums.keys() == shown.keys() and all(
        banded(sums[codes].value) if seen.low < seen.high else sums[codes].value == seen.low
        for codes, seen in shown.items()
    )


def fits(shown: Mapping[Codes, Range]) -> bool:
    """Tell whether every total can be the sum of the numbers it is made of."""
    for codes, whole in shown.items():
        for parts in _parts(codes, shown):
            least, most = sum(one.low for one in parts), sum(one.high for one in parts)
            if least > whole.high or most < whole.low:
                return False
    return True


def digest(release: Made) -> str:
    """Return the SHA-256 of everything that a release would publish."""
    whole = sha256()
    for name, document in sorted(release.documents().items()):
        whole.update(name.encode() + as_json(document) + as_csv(document))
    return whole.hexdigest()


def _parts(codes: Codes, shown: Mapping[Codes, Range]) -> list[list[Range]]:
    """Return the numbers that a number is the sum of: one list for each dimension summed over."""
    found: dict[str, list[Range]] = {}
    for other, seen in shown.items():
        if len(other) == len(codes) + 1 and codes < other:
            ((dimension, _),) = other - codes
            found.setdefault(dimension, []).append(seen)
    return list(found.values())


def _off_by_one(sums: Sums) -> Sums:
    whole = sums[frozenset()]
    return {**sums, frozenset(): Sum(whole.value + 1, whole.cells)}


def _from_what_is_shown(sums: Sums) -> Sums:
    """Return the sums with a total that leaves hidden cells out."""
    depth = max(map(len, sums))
    cells = [one.value for codes, one in sums.items() if len(codes) == depth]
    whole = sum(value for value in cells if not banded(value))
    return {**sums, frozenset(): Sum(whole, len(cells))}


def _share(found: Sequence[bool]) -> float:
    return sum(found) / max(1, len(found))


SPOILT: Mapping[str, Callable[[Sums], Sums]] = {
    "a total that is off by one": _off_by_one,
    "a total that leaves hidden cells out": _from_what_is_shown,
}
