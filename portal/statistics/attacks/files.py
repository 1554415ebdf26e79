"""Slip a file into a synthetic release, or a number into one of its files (G10)."""

from collections.abc import Callable, Mapping

from portal.statistics.attacks.synthetic_release import Made
from portal.statistics.dataset.encoding import as_csv
from portal.statistics.dataset.table import Document
from portal.statistics.gate.files import Files, aliens, data_of
from portal.statistics.gate.result import Result


def attack(release: Made) -> Result:
    """Try to slip a file into a synthetic release, or a number into one of its files."""
    documents = release.documents()
    files = data_of(documents)
    caught = {
        what: float(bool(aliens(spoil(files, documents), documents)))
        for what, spoil in SPOILT.items()
    }
    found = aliens(files, documents)
    return Result("G10", "slip a file in", float(bool(found)), 0.0, caught, f"{len(files)} files")


def _table(files: Files, documents: Mapping[str, Document]) -> Files:
    return {**files, "received-station.csv": as_csv(next(iter(documents.values())))}


def _page(files: Files, _documents: Mapping[str, Document]) -> Files:
    return {**files, "ru/officers.html": b"<h1>"}


def _number(files: Files, documents: Mapping[str, Document]) -> Files:
    path = f"{next(iter(documents))}.csv"
    return {**files, path: files[path] + b"1\n"}


def _missing(files: Files, documents: Mapping[str, Document]) -> Files:
    path = f"{next(iter(documents))}.json"
    return {name: content for name, content in files.items() if name != path}


SPOILT: Mapping[str, Callable[[Files, Mapping[str, Document]], Files]] = {
    "a table without a document": _table,
    "a page more": _page,
    "a number more": _number,
    "a file less": _missing,
}
