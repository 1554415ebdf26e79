"""Makes a release: counts, protects, writes it down in the ledger. Published once, never again."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import ColumnElement, insert, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crypto.vault import derive_key
from portal.cases.models import Case
from portal.core.calendar import quarter_bounds
from portal.core.errors import Conflict, Invalid
from portal.core.terms import LANGUAGES
from portal.statistics import archive, figures, formats, queries, schedule
from portal.statistics.catalogue import Table, load
from portal.statistics.charts import Figure
from portal.statistics.disclosure import Cell, Tally, protect
from portal.statistics.formats import MEASURES, TOTALS, Document
from portal.statistics.measures import (
    Event,
    Protected,
    Span,
    cell_of,
    exact_measures,
    quarter_span,
    rates,
    span_of,
)
from portal.statistics.models import LedgerEntry, Release

VERSION = 1
Draw = Callable[[Figure, str], str]
Tell = Callable[[str], None]
Tallies = dict[Cell, Tally]


@dataclass(frozen=True)
class Entry:
    """One table's part of the ledger: which cases it counted, and what that costs each."""

    table: str
    cost: int
    cases: int
    condition: ColumnElement[bool]


@dataclass(frozen=True)
class Prepared:
    """A release that is ready to be published."""

    quarter: str
    level: str
    published_on: date
    previous: str
    documents: dict[str, Document]
    files: dict[str, bytes]
    entries: tuple[Entry, ...]

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the manifest, which stands for the whole release."""
        return hashlib.sha256(self.files[archive.MANIFEST]).hexdigest()


@dataclass(frozen=True)
class Workshop:
    """What making a release needs besides the cases."""

    folder: Path  # of all releases
    master: bytes  # 32 bytes: the keys of all releases are derived from it
    draw: Draw
    tell: Tell


def check_may_release(session: Session, folder: Path, quarter: str, *, today: date) -> None:
    """Check that a quarter is the next one to publish, and that its time has come.

    Raises:
        Invalid: this is no quarter.
        Conflict: it is too early, it was published, or another quarter is due before it.
    """
    try:
        earliest = schedule.earliest_day(quarter)
    except ValueError as error:
        raise Invalid("a quarter looks like 2026-q3") from error
    if today < earliest:
        raise Conflict(f"{quarter} may be published from {earliest} on, not on {today}")
    published = [release.quarter for release in archive.releases(folder)]
    recorded = session.scalars(select(Release.quarter)).all()
    if quarter in {*published, *recorded}:
        raise Conflict(f"{quarter} was published; a release never changes")
    last = max((*published, *recorded), default=None)
    if last and quarter != schedule.after(last):
        raise Conflict(f"after {last} comes {schedule.after(last)}")


def left_out(session: Session, quarter: str) -> bool:
    """Tell whether cases are older than the first quarter that is published."""
    first = queries.first_day(session)
    return first is not None and first < quarter_bounds(quarter)[0]


def unfinished(session: Session, folder: Path) -> Release | None:
    """Return a release that is in the ledger but not in its place: something stopped in between."""
    for release in session.scalars(select(Release).order_by(Release.quarter)):
        if not (folder / release.quarter / f"v{release.version}").exists():
            return release
    return None


def prepare(session: Session, quarter: str, workshop: Workshop, *, published_on: date) -> Prepared:
    """Count the cases of a quarter and make every file of its release; change nothing.

    The same cases and the same day give the same bytes.

    Args:
        session: to read with.
        quarter: such as 2026-q3.
        workshop: folder, key, and how to draw and tell.
        published_on: the day that the release bears.
    """
    earlier = [one for one in archive.releases(workshop.folder) if one.quarter < quarter]
    level = load().level(archive.volumes(earlier), int(quarter[:4]))
    workshop.tell(f"{quarter}: level {level}")
    name = f"{quarter}/v{VERSION}"
    key = derive_key(workshop.master, b"release " + name.encode())
    tables = load().tables_of(quarter, level)
    tallies = _count(session, tables, quarter, workshop.tell)
    protected = [
        Protected(
            table,
            span_of(table, quarter),
            load().cost(table, level),
            protect(key, table.id, load().cost(table, level), table.cells(), tallies[table.id]),
        )
        for table in tables
    ]
    totals = _totals(session, quarter)
    documents = _documents(protected, totals, quarter_span(quarter), name)
    history = [(one.quarter, one.documents()) for one in earlier]
    files = _files(documents, [*history, (quarter, documents)], workshop)
    previous = earlier[-1].digest if earlier else archive.NO_RELEASE
    files[archive.MANIFEST] = archive.manifest_of(
        files,
        quarter=quarter,
        version=VERSION,
        level=level,
        published_on=published_on.isoformat(),
        previous=previous,
    )
    entries = tuple(_entry(one, tallies[one.table.id]) for one in protected)
    return Prepared(quarter, level, published_on, previous, documents, files, entries)


def record(session: Session, prepared: Prepared) -> Release:
    """Write a release and what it costs each case into the ledger.

    Raises:
        Conflict: it was published, a case would be counted twice or overdrawn, or cases changed
            since they were counted.
    """
    release = Release(
        quarter=prepared.quarter,
        version=VERSION,
        level=prepared.level,
        published_on=prepared.published_on,
        manifest=prepared.digest,
        previous=prepared.previous,
    )
    session.add(release)
    try:
        session.flush()  # the database decides who of two was first
        for entry in prepared.entries:
            _charge(session, entry, prepared.quarter)
    except IntegrityError as error:
        raise Conflict("published already, or a case would be counted twice") from error
    limits = load().budget
    if queries.overdrawn(
        session,
        prepared.quarter,
        lifetime=limits.lifetime,
        with_sanction=limits.with_sanction,
    ):
        raise Conflict("a case would cost more than its lifetime budget")
    return release


def _charge(session: Session, entry: Entry, quarter: str) -> None:
    """Write the ledger rows of one table, all at once.

    Raises:
        Conflict: these are not the cases that were counted.
    """
    rows = select(Case.id, literal(entry.table), literal(quarter), literal(entry.cost))
    columns = ["case_id", "table", "quarter", "thousandths"]
    session.execute(insert(LedgerEntry).from_select(columns, rows.where(entry.condition)))
    if queries.charged(session, quarter, entry.table) != entry.cases:
        raise Conflict("cases changed while they were counted; run the command again")


def _count(
    session: Session, tables: tuple[Table, ...], quarter: str, tell: Tell
) -> dict[str, Tallies]:
    """Return what each table counts; every case is read once for all tables that count it."""
    together: dict[tuple[str, Span], list[Table]] = {}
    for table in tables:
        together.setdefault((table.event, span_of(table, quarter)), []).append(table)
    tallies: dict[str, Tallies] = {table.id: {} for table in tables}
    for (event, span), group in together.items():
        cases = 0
        for one in _events(session, event, span):
            cases += 1
            for table in group:
                cell, known = cell_of(table, one), tallies[table.id]
                known[cell] = known.get(cell, Tally()).plus(one.record_key)
        tell(f"  {event}, {span.first} to {span.last}: {cases} cases")
    return tallies


def _events(session: Session, event: str, span: Span) -> Iterator[Event]:
    if event == "received":
        return queries.received(session, span.first, span.last)
    if event == "concluded":
        return queries.concluded(session, span.first, span.last, load().prevailing)
    return queries.cohort(session, span.first, span.last)


def _totals(session: Session, quarter: str) -> tuple[int, int]:
    first, last = quarter_bounds(quarter)
    received = queries.count(session, queries.received_in(first, last))
    return received, queries.count(session, queries.concluded_in(first, last))


def _documents(
    protected: list[Protected], totals: tuple[int, int], span: Span, name: str
) -> dict[str, Document]:
    measured = [
        *exact_measures(*totals, span),
        *(one for table in protected for one in rates(table)),
    ]
    documents = {one.table.id: formats.document(one, name) for one in protected}
    documents[TOTALS] = formats.totals_document(*totals, span, name)
    documents[MEASURES] = formats.measures_document(measured, name)
    return documents


def _files(
    documents: dict[str, Document], history: list[tuple[str, figures.Documents]], workshop: Workshop
) -> dict[str, bytes]:
    files = {}
    for name, document in documents.items():
        files[f"{name}.csv"] = formats.as_csv(document)
        files[f"{name}.json"] = formats.as_json(document)
    for language in LANGUAGES:
        for figure in figures.of_release(history, language):
            drawn = workshop.draw(figure, language)
            files[f"{figure.name}-{language}.svg"] = drawn.encode() + b"\n"
    workshop.tell(f"  {len(files)} files, {sum(map(len, files.values()))} bytes")
    return files


def _entry(found: Protected, tallies: Tallies) -> Entry:
    first, last = found.span.first, found.span.last
    concluded = found.table.event == "concluded"
    condition = queries.concluded_in if concluded else queries.received_in
    cases = sum(tally.records for tally in tallies.values())
    return Entry(found.table.id, found.cost, cases, condition(first, last))
