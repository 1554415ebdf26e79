"""Invented tables, protected already: what formats, pages and charts are made of."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from portal.core.taxonomy import load as load_taxonomy
from portal.core.terms import Label
from portal.statistics.catalogue import schedule
from portal.statistics.catalogue.periods import quarter_span, span_of
from portal.statistics.catalogue.release import Facts, Publisher
from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.table import MEASURES, SERIES, TOTALS, Document, Observation
from portal.statistics.dataset.writing import (
    document,
    measures_document,
    series_document,
    totals_document,
)
from portal.statistics.disclosure.protected import Protected
from portal.statistics.formats.data_files import build_data_files
from portal.statistics.measures.dispatch import derived, rates, together
from portal.statistics.measures.exact import exact_measures, unavailable
from portal.statistics.releases import archive, signature

Q4 = "2026-q4"
MASTER = bytes(range(32))
PUBLISHER = Publisher("https://report.example", "https://kk.wikipedia.org", "", demonstration=False)


def facts(
    quarter: str = Q4, version: int = 1, level: str = "L1", correction: Label | None = None
) -> Facts:
    """Return what a release says of itself."""
    day = date(2027, 3, 9)
    return Facts(PUBLISHER, quarter, version, level, day, "0" * 64, correction)


def records(found: Document) -> list[dict[str, Any]]:
    """Return the rows of a document with their columns."""
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def observation(value: int | None, low: int, high: int) -> Observation:
    """Return a row of a table that has this number."""
    about = ("Q", "2026-Q4", "KZ", "received", "_T", "_T")
    return Observation(*about, value, low, high, "", "", {})


@cache
def documents(level: str = "L1", quarter: str = Q4) -> dict[str, Document]:
    """Return all documents of a release; numbers differ from cell to cell, some are hidden."""
    name = f"{quarter}/v1"
    protected = [
        Protected(
            table,
            span_of(table, quarter),
            load().cost(table, level),
            {cell: number * 7 % 90 for number, cell in enumerate(table.cells())},
        )
        for table in load().tables_of(quarter, level)
    ]
    span = quarter_span(quarter)
    exact = [
        ("extended", "_T", 12, ""),
        *(("extended", reason, 4, "") for reason in load_taxonomy().extension_reasons),
        ("open", "_T", 200, ""),
        ("identity_opened", "_T", None, "x"),
    ]
    found = {one.table.id: document(one, name) for one in protected}
    found[TOTALS] = totals_document(900, 700, span, name)
    found[SERIES] = series_document(exact, span, name)
    measured = [
        *exact_measures(900, 700, span),
        *unavailable(span),
        *(one for each in protected for one in rates(each)),
        *together(protected),
        *derived([], found),
    ]
    found[MEASURES] = measures_document(measured, name)
    return found


@cache
def made(quarter: str, level: str) -> Mapping[str, bytes]:
    """Return the files of data of an invented release; made once in a run of tests."""
    about = replace(facts(quarter, level=level), published_on=schedule.release_day(quarter))
    return build_data_files(documents(level, quarter), about)


def publish(
    folder: Path,
    quarter: str = Q4,
    level: str = "L1",
    *,
    pages: Mapping[str, bytes] | None = None,
    master: bytes = MASTER,
) -> dict[str, bytes]:
    """Put a release of invented tables into the folder of releases; return its files."""
    found = {
        **made(quarter, level),
        **(pages or {}),
        archive.PUBLIC_KEY: signature.derive_public_pem(master),
    }
    chain = archive.read_chain(folder)
    found[archive.MANIFEST] = archive.build_manifest(
        found,
        list(documents(level, quarter)),
        quarter=quarter,
        version=1,
        level=level,
        published_on=schedule.release_day(quarter).isoformat(),
        previous=chain[-1].digest if chain else archive.NO_RELEASE,
        correction=None,
    )
    found[archive.SIGNATURE] = signature.sign(master, found[archive.MANIFEST])
    place = archive.locate_release(folder, quarter, 1)
    for name, content in found.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    return found
