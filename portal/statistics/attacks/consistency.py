"""Add synthetic releases up, and make them twice (G8): totals are sums of cells as drawn."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from secrets import token_hex

from portal.core.calendar import Quarter
from portal.statistics.attacks.population import Population
from portal.statistics.attacks.synthetic_release import SyntheticRelease, publish
from portal.statistics.dataset.encoding import as_csv, as_json
from portal.statistics.disclosure.intervals import is_banded
from portal.statistics.gate.intervals import Range
from portal.statistics.gate.margins import Codes, MarginSum, sum_margins
from portal.statistics.gate.reader_view import build_reader_view
from portal.statistics.gate.result import AttackResult

Sums = Mapping[Codes, MarginSum]


def attack(population: Population, quarter: Quarter, level: str) -> list[AttackResult]:
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
    tables = [
        sum_margins(table.table.dimensions, table.values) for table in release.tables.values()
    ]
    shown = [
        build_reader_view(document, quarter).values
        for name, document in release.build_documents().items()
        if name in release.tables
    ]
    wrong = [not is_consistent(sums, seen) for sums, seen in zip(tables, shown, strict=True)]
    detected = {
        name: _compute_share(
            [
                not is_consistent(mutate(sums), seen)
                for sums, seen in zip(tables, shown, strict=True)
                if mutate(sums) != sums
            ]
        )
        for name, mutate in MUTATIONS.items()
    }
    differs = float(compute_digest(release) != compute_digest(again))
    other = {"another key each time": float(compute_digest(release) != compute_digest(anew))}
    return [
        AttackResult(
            "G8", "add cells up", _compute_share(wrong), 0.0, detected, f"{len(wrong)} tables"
        ),
        AttackResult("G8", "make it twice", differs, 0.0, other, "cases in another order"),
    ]


def is_consistent(sums: Sums, shown: Mapping[Codes, Range]) -> bool:
    """Tell whether all shown numbers are sums of cells as drawn, and only small ones are hidden."""
    return sums.keys() == shown.keys() and all(
        is_banded(sums[codes].value) if seen.low < seen.high else sums[codes].value == seen.low
        for codes, seen in shown.items()
    )


def compute_digest(release: SyntheticRelease) -> str:
    """Return the SHA-256 of everything that a release would publish."""
    whole = sha256()
    for name, document in sorted(release.build_documents().items()):
        whole.update(name.encode() + as_json(document) + as_csv(document))
    return whole.hexdigest()


def _shift_total(sums: Sums) -> Sums:
    whole = sums[frozenset()]
    return {**sums, frozenset(): MarginSum(whole.value + 1, whole.cells)}


def _omit_hidden(sums: Sums) -> Sums:
    """Return the sums with a total that leaves hidden cells out."""
    depth = max(map(len, sums))
    cells = [margin.value for codes, margin in sums.items() if len(codes) == depth]
    whole = sum(value for value in cells if not is_banded(value))
    return {**sums, frozenset(): MarginSum(whole, len(cells))}


def _compute_share(values: Sequence[bool]) -> float:
    return sum(values) / max(1, len(values))


MUTATIONS: Mapping[str, Callable[[Sums], Sums]] = {
    "a total that is off by one": _shift_total,
    "a total that leaves hidden cells out": _omit_hidden,
}
