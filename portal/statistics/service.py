"""Makes a release: counts, protects, writes it down in the ledger. Published once, never again."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crypto.vault import derive_key
from portal.core.calendar import quarter_bounds
from portal.core.errors import Conflict, Invalid
from portal.core.terms import LANGUAGES
from portal.statistics import archive, counts, figures, formats, ledger, schedule
from portal.statistics.catalogue import load
from portal.statistics.charts import Figure
from portal.statistics.disclosure import protect
from portal.statistics.formats import MEASURES, TOTALS, Document
from portal.statistics.ledger import Charge
from portal.statistics.measures import (
    Protected,
    Span,
    exact_measures,
    quarter_span,
    rates,
    span_of,
)
from portal.statistics.models import Release

VERSION = 1
Draw = Callable[[Figure, str], str]
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Prepared:
    """A release that is ready to be published."""

    quarter: str
    level: str
    published_on: date
    previous: str
    documents: dict[str, Document]
    files: dict[str, bytes]
    charges: tuple[Charge, ...]

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
    first = counts.first_day(session)
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
    tallies = counts.count(session, tables, quarter, workshop.tell)
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
    charges = tuple(_charge(one) for one in protected)
    return Prepared(quarter, level, published_on, previous, documents, files, charges)


def record(session: Session, prepared: Prepared) -> Release:
    """Write a release and what it costs each case into the ledger.

    Raises:
        Conflict: it was published, or a case would be counted twice or overdrawn.
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
    except IntegrityError as error:
        raise Conflict("published already") from error
    ledger.charge(session, prepared.quarter, prepared.charges, load().budget)
    return release


def _totals(session: Session, quarter: str) -> tuple[int, int]:
    bounds = quarter_bounds(quarter)
    return counts.total(session, "received", *bounds), counts.total(session, "concluded", *bounds)


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


def _charge(found: Protected) -> Charge:
    table, span = found.table, found.span
    return Charge(table.id, table.family, span.first, span.last, found.cost)
