"""Invented tables, protected already: what formats, pages and charts are made of."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from portal.statistics import archive, schedule
from portal.statistics.catalogue import load
from portal.statistics.facts import Facts, Publisher
from portal.statistics.formats import (
    MEASURES,
    TOTALS,
    Document,
    document,
    files,
    measures_document,
    totals_document,
)
from portal.statistics.measures import Protected, exact_measures, quarter_span, rates, span_of

Q4 = "2026-q4"
PUBLISHER = Publisher("https://report.example", "https://kk.wikipedia.org", "", demonstration=False)


def facts(quarter: str = Q4, version: int = 1, level: str = "L1", correction: str = "") -> Facts:
    """Return what a release says of itself."""
    day = date(2027, 3, 9)
    return Facts(PUBLISHER, quarter, version, level, day, "0" * 64, correction)


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
    measured = [
        *exact_measures(900, 700, span),
        *(one for each in protected for one in rates(each)),
    ]
    found = {one.table.id: document(one, name) for one in protected}
    found[TOTALS] = totals_document(900, 700, span, name)
    found[MEASURES] = measures_document(measured, name)
    return found


@cache
def made(quarter: str, level: str) -> Mapping[str, bytes]:
    """Return the files of data of an invented release; made once in a run of tests."""
    about = replace(facts(quarter, level=level), published_on=schedule.release_day(quarter))
    return files(documents(level, quarter), about)


def publish(folder: Path, quarter: str = Q4, level: str = "L1") -> dict[str, bytes]:
    """Put a release of invented tables into the folder of releases; return its files."""
    found = dict(made(quarter, level))
    earlier = archive.releases(folder)
    found[archive.MANIFEST] = archive.manifest_of(
        found,
        quarter=quarter,
        version=1,
        level=level,
        published_on=schedule.release_day(quarter).isoformat(),
        previous=earlier[-1].digest if earlier else archive.NO_RELEASE,
    )
    folder.mkdir(parents=True, exist_ok=True)
    archive.stage(folder, quarter, 1, found)
    archive.reveal(folder, quarter, 1)
    return found
