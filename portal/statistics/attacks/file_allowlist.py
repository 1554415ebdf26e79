"""Slip a file into a synthetic release, or a number into one of its files (G10)."""

from collections.abc import Callable, Mapping

from portal.statistics.attacks.synthetic_release import SyntheticRelease
from portal.statistics.dataset.encoding import as_csv
from portal.statistics.dataset.table import Document
from portal.statistics.gate.file_allowlist import Files, build_data_files, find_unexpected
from portal.statistics.gate.result import AttackResult


def attack(release: SyntheticRelease) -> AttackResult:
    """Try to slip a file into a synthetic release, or a number into one of its files."""
    documents = release.build_documents()
    files = build_data_files(documents)
    detected = {
        what: float(bool(find_unexpected(mutate(files, documents), documents)))
        for what, mutate in MUTATIONS.items()
    }
    unexpected = find_unexpected(files, documents)
    return AttackResult(
        "G10", "slip a file in", float(bool(unexpected)), 0.0, detected, f"{len(files)} files"
    )


def _add_table(files: Files, documents: Mapping[str, Document]) -> Files:
    return {**files, "received-station.csv": as_csv(next(iter(documents.values())))}


def _add_page(files: Files, _documents: Mapping[str, Document]) -> Files:
    return {**files, "ru/officers.html": b"<h1>"}


def _add_number(files: Files, documents: Mapping[str, Document]) -> Files:
    path = f"{next(iter(documents))}.csv"
    return {**files, path: files[path] + b"1\n"}


def _drop_file(files: Files, documents: Mapping[str, Document]) -> Files:
    path = f"{next(iter(documents))}.json"
    return {name: content for name, content in files.items() if name != path}


MUTATIONS: Mapping[str, Callable[[Files, Mapping[str, Document]], Files]] = {
    "a table without a document": _add_table,
    "a page more": _add_page,
    "a number more": _add_number,
    "a file less": _drop_file,
}
