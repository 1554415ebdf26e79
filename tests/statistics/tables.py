"""Invented tables, protected already: what formats, pages and charts are made of."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from portal.core.calendar import Quarter
from portal.core.taxonomy import load as load_taxonomy
from portal.core.terms import Label
from portal.statistics.catalogue import release_days
from portal.statistics.catalogue.periods import make_quarter_span, make_table_span
from portal.statistics.catalogue.release_facts import Publisher, ReleaseFacts
from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.table import MEASURES, SERIES, TOTALS, Document, Observation
from portal.statistics.dataset.tabulation import (
    tabulate_measures,
    tabulate_protected,
    tabulate_series,
    tabulate_totals,
)
from portal.statistics.disclosure.protected_table import ProtectedTable
from portal.statistics.formats.data_files import build_data_files
from portal.statistics.measures.dispatch import compute_joint_rates, compute_rates, derive_rates
from portal.statistics.measures.exact import compute_exact_measures, list_unavailable
from portal.statistics.releases import archive, signature

Q4 = Quarter("2026-q4")
MASTER = bytes(range(32))
PUBLISHER = Publisher("https://report.example", "https://kk.wikipedia.org", "", demonstration=False)


def facts(
    quarter: Quarter = Q4, version: int = 1, level: str = "L1", correction: Label | None = None
) -> ReleaseFacts:
    """Return what a release says of itself."""
    day = date(2027, 3, 9)
    return ReleaseFacts(PUBLISHER, quarter, version, level, day, "0" * 64, correction)


def records(document: Document) -> list[dict[str, Any]]:
    """Return the rows of a document with their columns."""
    return [dict(zip(document.columns, row, strict=True)) for row in document.rows]


def observation(value: int | None, low: int, high: int) -> Observation:
    """Return a row of a table that has this number."""
    about = ("Q", "2026-Q4", "KZ", "received", "_T", "_T")
    return Observation(*about, value, low, high, "", "", {})


@cache
def documents(level: str = "L1", quarter: Quarter = Q4) -> dict[str, Document]:
    """Return all documents of a release; numbers differ from cell to cell, some are hidden."""
    name = f"{quarter}/v1"
    protected = [
        ProtectedTable(
            table,
            make_table_span(table, quarter),
            load().get_cost(table, level),
            {cell: number * 7 % 90 for number, cell in enumerate(table.enumerate_cells())},
        )
        for table in load().select_tables(quarter, level)
    ]
    span = make_quarter_span(quarter)
    exact = [
        ("extended", "_T", 12, ""),
        *(("extended", reason, 4, "") for reason in load_taxonomy().extension_reasons),
        ("open", "_T", 200, ""),
        ("identity_opened", "_T", None, "x"),
    ]
    documents = {table.table.id: tabulate_protected(table, name) for table in protected}
    documents[TOTALS] = tabulate_totals(900, 700, span, name)
    documents[SERIES] = tabulate_series(exact, span, name)
    measured = [
        *compute_exact_measures(900, 700, span),
        *list_unavailable(span),
        *(rate for each in protected for rate in compute_rates(each)),
        *compute_joint_rates(protected),
        *derive_rates([], documents),
    ]
    documents[MEASURES] = tabulate_measures(measured, name)
    return documents


@cache
def made(quarter: Quarter, level: str) -> Mapping[str, bytes]:
    """Return the files of data of an invented release; made once in a run of tests."""
    about = replace(
        facts(quarter, level=level), published_on=release_days.compute_release_day(quarter)
    )
    return build_data_files(documents(level, quarter), about)


def publish(
    folder: Path,
    quarter: Quarter = Q4,
    level: str = "L1",
    *,
    pages: Mapping[str, bytes] | None = None,
    master: bytes = MASTER,
) -> dict[str, bytes]:
    """Put a release of invented tables into the folder of releases; return its files."""
    rows = {
        **made(quarter, level),
        **(pages or {}),
        archive.PUBLIC_KEY: signature.derive_public_pem(master),
    }
    chain = archive.read_chain(folder)
    rows[archive.MANIFEST] = archive.build_manifest(
        rows,
        list(documents(level, quarter)),
        quarter=quarter,
        version=1,
        level=level,
        published_on=release_days.compute_release_day(quarter).isoformat(),
        previous=chain[-1].digest if chain else archive.NO_RELEASE,
        correction=None,
    )
    rows[archive.SIGNATURE] = signature.sign(master, rows[archive.MANIFEST])
    place = archive.locate_release(folder, quarter, 1)
    for name, content in rows.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    return rows
