"""Slip something into a synthetic release that the catalogue does not have (G10)."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from portal.statistics.attacks.synthetic_release import SyntheticRelease
from portal.statistics.dataset.table import Document
from portal.statistics.formats.columns import ORIGIN
from portal.statistics.gate.result import AttackResult
from portal.statistics.gate.table_allowlist import find_unexpected


def attack(release: SyntheticRelease) -> AttackResult:
    """Try to slip something into a synthetic release that the catalogue does not have."""
    documents = release.build_documents()
    name = next(iter(release.tables))
    detected = {
        what: float(bool(find_unexpected(mutate(documents, name), release.quarter, release.level)))
        for what, mutate in MUTATIONS.items()
    }
    unexpected = find_unexpected(documents, release.quarter, release.level)
    note = f"{len(documents)} documents"
    return AttackResult("G10", "slip a table in", float(bool(unexpected)), 0.0, detected, note)


def _add_table(documents: dict[str, Document], name: str) -> dict[str, Document]:
    return documents | {"received-station": replace(documents[name], table="received-station")}


def _replace_table(documents: dict[str, Document], name: str) -> dict[str, Document]:
    return documents | {name: replace(documents[name], table="received-station")}


def _raise_epsilon(documents: dict[str, Document], name: str) -> dict[str, Document]:
    return documents | {name: replace(documents[name], epsilon=1.0)}


def _add_column(documents: dict[str, Document], name: str) -> dict[str, Document]:
    document = documents[name]
    return documents | {name: replace(document, columns=(*document.columns, "station"))}


def _fill_origin(documents: dict[str, Document], name: str) -> dict[str, Document]:
    document = documents[name]
    rows = tuple((*row, f"case {number}") for number, row in enumerate(document.rows))
    return documents | {name: replace(document, columns=(*document.columns, ORIGIN), rows=rows)}


def _repeat_row(documents: dict[str, Document], name: str) -> dict[str, Document]:
    document = documents[name]
    return documents | {name: replace(document, rows=(*document.rows, document.rows[0]))}


MUTATIONS: Mapping[str, Callable[[dict[str, Document], str], dict[str, Document]]] = {
    "a table more": _add_table,
    "another table under a known name": _replace_table,
    "another epsilon": _raise_epsilon,
    "a column more": _add_column,
    "something else in the column of origin": _fill_origin,
    "a row more": _repeat_row,
}
