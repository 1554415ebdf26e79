"""Add synthetic releases up, and make them twice (G8): totals are sums of cells as drawn."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from secrets import token_hex

from portal.statistics.attacks.population import Population
from portal.statistics.attacks.synthetic_release import Made, publish
from portal.statistics.dataset.encoding import as_csv, as_json
from portal.statistics.disclosure.intervals import is_banded
from portal.statistics.gate.intervals import Range
from portal.statistics.gate.margins import Codes, Sum, margins
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


def honest(sums: Sums, shown: Mapping[Codes, Range]) -> bool:
    """Tell whether all shown numbers are sums of cells as drawn, and only small ones are hidden."""
    return sums.keys() == shown.keys() and all(
        is_banded(sums[codes].value) if seen.low < seen.high else sums[codes].value == seen.low
        for codes, seen in shown.items()
    )


def digest(release: Made) -> str:
    """Return the SHA-256 of everything that a release would publish."""
    whole = sha256()
    for name, document in sorted(release.documents().items()):
        whole.update(name.encode() + as_json(document) + as_csv(document))
    return whole.hexdigest()


def _off_by_one(sums: Sums) -> Sums:
    whole = sums[frozenset()]
    return {**sums, frozenset(): Sum(whole.value + 1, whole.cells)}


def _from_what_is_shown(sums: Sums) -> Sums:
    """Return the sums with a total that leaves hidden cells out."""
    depth = max(map(len, sums))
    cells = [one.value for codes, one in sums.items() if len(codes) == depth]
    whole = sum(value for value in cells if not is_banded(value))
    return {**sums, frozenset(): Sum(whole, len(cells))}


def _share(found: Sequence[bool]) -> float:
    return sum(found) / max(1, len(found))


SPOILT: Mapping[str, Callable[[Sums], Sums]] = {
    "a total that is off by one": _off_by_one,
    "a total that leaves hidden cells out": _from_what_is_shown,
}
