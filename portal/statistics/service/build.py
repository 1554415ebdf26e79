"""Makes the files of a release: counts, protects, computes, writes; changes nothing."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.calendar import compute_quarter_bounds
from portal.core.terms import Label
from portal.statistics.catalogue import schedule
from portal.statistics.catalogue.codes import Cell
from portal.statistics.catalogue.periods import quarter_span, span_of
from portal.statistics.catalogue.release import Facts, Publisher
from portal.statistics.catalogue.tables import load
from portal.statistics.computing import documents as computing
from portal.statistics.computing.agreeing import METHOD
from portal.statistics.counting import tables as counting
from portal.statistics.counting.exact_series import exact_series
from portal.statistics.dataset.history import History
from portal.statistics.dataset.table import Document
from portal.statistics.dataset.tallies import Tallies
from portal.statistics.dataset.writing import series_document
from portal.statistics.disclosure.noise import protect
from portal.statistics.disclosure.protected import Protected
from portal.statistics.formats.columns import marked
from portal.statistics.formats.files import files as data_files
from portal.statistics.gate.release import check_release
from portal.statistics.gate.result import Result
from portal.statistics.models import Release
from portal.statistics.releases import archive, signature
from portal.statistics.service.ledger import Charge
from portal.statistics.site.pages.making import files as page_files
from portal.statistics.site.pages.work import Press
from portal.transparency.publishing import files as log_files
from portal.transparency.writing.service import Log

Tell = Callable[[str], None]
Documents = dict[str, Document]


@dataclass(frozen=True)
class Workshop:
    """What making a release needs besides the cases."""

    folder: Path  # of all releases
    master: bytes = field(repr=False)  # the server's key of statistics
    publisher: Publisher
    press: Press
    tell: Tell
    log: Log  # says in public which manifest was published

    @property
    def house(self) -> "House":
        """Return what the bytes of a release depend on besides its order and its numbers."""
        pem = signature.own_pem(self.master)
        return House(self.folder, self.publisher, self.press, pem, self.tell)

    @property
    def log_files(self) -> Path:
        """Return the folder of the files of the public log."""
        return self.folder.parent / log_files.FOLDER


@dataclass(frozen=True)
class House:
    """Where files of a release are made, by the portal or by an auditor on their own machine."""

    folder: Path  # of all releases
    publisher: Publisher
    press: Press
    pem: bytes  # the public key of the portal's signatures
    tell: Tell


@dataclass(frozen=True)
class Sums:
    """What was counted for a release: all that its tables need to know of cases."""

    totals: tuple[int, int]  # received, concluded
    series: Document
    punctual: Sequence[bool]  # of each release before this one
    tallies: Mapping[str, Tallies] = field(repr=False)


@dataclass(frozen=True)
class Order:
    """Which release is to be made: everything that decides its bytes besides the cases."""

    quarter: str  # 2026-q3
    version: int
    level: str  # L0, L1, L2
    published_on: date  # the day that it bears
    previous: str  # SHA-256 of the manifest of the release before
    key: bytes = field(default=b"", repr=False)  # 32 bytes that draw the noise; empty: destroyed
    correction: Label | None = None  # what it corrects

    @property
    def name(self) -> str:
        """Return the release as it is cited: 2026-q3/v1."""
        return f"{self.quarter}/v{self.version}"


@dataclass(frozen=True)
class Counted:
    """The tables of a release, and how they came about."""

    documents: Documents
    totals: tuple[int, int] = (0, 0)
    protected: tuple[Protected, ...] = ()
    tallies: Mapping[str, Tallies] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Prepared:
    """A release that is ready to be read and signed off."""

    order: Order
    counted: Counted
    files: dict[str, bytes]
    checks: tuple[Result, ...]

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the manifest, which stands for the whole release."""
        return hashlib.sha256(self.files[archive.MANIFEST]).hexdigest()


def prepare(session: Session, order: Order, workshop: Workshop) -> Prepared:
    """Count the cases of a quarter and make every file of its release; change nothing.

    The same order and the same cases give the same bytes.

    Args:
        session: to read with.
        order: which release.
        workshop: folder, key, and how to print and tell.
    """
    return finish(order, count(session, order, workshop), workshop)


def count(session: Session, order: Order, workshop: Workshop) -> Counted:
    """Count the cases of a quarter, protect the counts, and compute what follows from them.

    Args:
        session: to read with.
        order: which release.
        workshop: folder, and how to tell.
    """
    workshop.tell(f"{order.name}: level {order.level}")
    tables = load().tables_of(order.quarter, order.level)
    with Session(session.get_bind()) as beside:
        tallies = counting.count(session, tables, order.quarter, workshop.tell, beside)
    series = exact_series(session, order.quarter)
    sums = Sums(
        _totals(session, order.quarter),
        series_document(series, quarter_span(order.quarter), order.name),
        punctual(session, order),
        tallies,
    )
    return computed(order, sums, workshop.folder)


def computed(order: Order, sums: Sums, folder: Path) -> Counted:
    """Protect what was counted, make it agree, compute what follows; no case is needed for that.

    Args:
        order: which release.
        sums: what was counted.
        folder: of all releases.
    """
    protected = tuple(
        Protected(
            table,
            span_of(table, order.quarter),
            cost := load().cost(table, order.level),
            protect(order.key, table.id, cost, table.cells(), sums.tallies[table.id]),
        )
        for table in load().tables_of(order.quarter, order.level)
    )
    exact = computing.Exact(sums.totals, sums.series, sums.punctual)
    history = history_of(order, folder)
    documents, agreed = computing.documents(order.quarter, order.name, protected, exact, history)
    return Counted(documents, sums.totals, agreed, sums.tallies)


def finish(order: Order, counted: Counted, workshop: Workshop) -> Prepared:
    """Let the gate look at the tables of a release, and make every file of it.

    Args:
        order: which release.
        counted: its tables.
        workshop: folder, key, and how to print and tell.
    """
    documents = marked(counted.documents, invented=workshop.house.publisher.demonstration)
    history = [*history_of(order, workshop.folder), (order.quarter, documents)]
    before = [(one.before, _records(counted.tallies[one.table.id])) for one in counted.protected]
    files = files_of(order, documents, workshop.house)
    checks = check_release(history, order.level, before, files)
    return Prepared(order, counted, files, tuple(checks))


def files_of(order: Order, documents: Documents, house: House) -> dict[str, bytes]:
    """Return every file of a release, the manifest last.

    Args:
        order: which release.
        documents: its tables.
        house: folder, key, and how to print and tell.
    """
    facts = Facts(
        house.publisher,
        order.quarter,
        order.version,
        order.level,
        order.published_on,
        order.previous,
        order.correction,
    )
    documents = marked(documents, invented=facts.publisher.demonstration)
    files = data_files(documents, facts)
    house.tell(f"  {len(files)} files of data")
    history = [*history_of(order, house.folder), (order.quarter, documents)]
    files |= page_files(history, facts, files, house.press)
    files[archive.PUBLIC_KEY] = house.pem
    house.tell(f"  {len(files)} files, {sum(map(len, files.values()))} bytes")
    files[archive.MANIFEST] = archive.manifest_of(
        files,
        list(documents),
        quarter=order.quarter,
        version=order.version,
        level=order.level,
        method=METHOD,
        published_on=order.published_on.isoformat(),
        previous=order.previous,
        correction=asdict(order.correction) if order.correction else None,
    )
    return files


def history_of(order: Order, folder: Path) -> History:
    """Return the documents of earlier quarters as they stood when this release was ordered."""
    earlier = archive.before(folder, order.previous, order.quarter)
    return [(one.quarter, one.documents()) for one in earlier]


def compared_with(order: Order, folder: Path) -> Mapping[str, Document]:
    """Return the documents that a draft is compared with: the version or the quarter before."""
    if order.version > 1:
        return archive.release(folder, order.quarter, order.version - 1).documents()
    history = history_of(order, folder)
    return history[-1][1] if history else {}


def charges(quarter: str, level: str) -> list[Charge]:
    """Return what the release of a quarter costs: one charge for each of its tables."""
    return [
        Charge(table.id, table.family, span.first, span.last, load().cost(table, level))
        for table in load().tables_of(quarter, level)
        for span in [span_of(table, quarter)]
    ]


def _totals(session: Session, quarter: str) -> tuple[int, int]:
    bounds = compute_quarter_bounds(quarter)
    return counting.total(session, "received", *bounds), counting.total(
        session, "concluded", *bounds
    )


def punctual(session: Session, order: Order) -> list[bool]:
    """Return of every release before this one whether it came on the day by the rule, on time.

    The minute of this one is not known yet. Of the oldest ones only the day is known.
    """
    released = select(Release.quarter, Release.released_on, Release.minutes_late).where(
        Release.version == 1, Release.released_on.is_not(None), Release.quarter < order.quarter
    )
    return [
        day == schedule.release_day(name) and not late
        for name, day, late in session.execute(released)
    ]


def _records(tallies: Tallies) -> dict[Cell, int]:
    return {cell: tally.records for cell, tally in tallies.items()}
