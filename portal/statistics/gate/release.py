"""The gate for a real release: what a reader could prove, and whether it is what it should be."""

from collections.abc import Mapping, Sequence

from portal.statistics.catalogue.codelists import Cell
from portal.statistics.dataset.history import History
from portal.statistics.dataset.table import TOTALS, Document, get_total
from portal.statistics.disclosure.noise import compute_cap
from portal.statistics.disclosure.protected_table import ProtectedTable
from portal.statistics.gate import bounds, consistency, quality, table_allowlist
from portal.statistics.gate import file_allowlist as file_guard
from portal.statistics.gate.bounds import COUNTED
from portal.statistics.gate.result import AttackResult

ProtectedTables = Sequence[tuple[ProtectedTable, Mapping[Cell, int]]]


def check_release(
    history: History,
    level: str,
    protected: ProtectedTables = (),
    files: Mapping[str, bytes] | None = None,
) -> list[AttackResult]:
    """Check the last release of a history, together with all before it.

    Args:
        history: quarter and documents of each release, the oldest first.
        level: of the last one.
        protected: its tables, each with what was counted, as long as anybody knows that: before
            it is published. Then the noise is looked at, too.
        files: of that release by path, if they are made already.

    Returns:
        What was checked; the release may be published if all of it passed.
    """
    quarter, documents = history[-1]
    results = [
        bounds.examine(history),
        consistency.examine(documents, quarter),
        table_allowlist.examine(documents, quarter, level),
    ]
    if files is not None:
        results.append(file_guard.examine(files, documents))
    if protected:
        results += [_examine_noise(protected), _examine_totals(protected, documents[TOTALS])]
    return results


def _examine_totals(protected: ProtectedTables, totals: Document) -> AttackResult:
    """Check that each quarterly table has counted as many cases as the exact total says."""
    wrong = [
        table.table.id
        for table, counts in protected
        if table.table.period == "quarter"
        and table.table.event in COUNTED
        and sum(counts.values()) != get_total(totals, table.table.event)
    ]
    note = ", ".join(wrong) or f"{len(protected)} tables"
    return AttackResult("G8", "count twice", len(wrong) / len(protected), 0.0, note=note)


def _examine_noise(protected: ProtectedTables) -> AttackResult:
    """Check that every number has its noise, and that the noise is good."""
    drawn = [draw for table, counts in protected for draw in quality.measure_noise(table, counts)]
    beyond = sum(
        abs(value - counts.get(cell, 0)) > compute_cap(table.cost)
        for table, counts in protected
        for cell, value in table.values.items()
    )
    bad = float(bool(beyond) or not quality.is_sound(drawn))
    return AttackResult("G7", "look at the noise", bad, 0.0, note=quality.describe_quality(drawn))
