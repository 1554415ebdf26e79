"""Makes the files of a release: counts, protects, computes, writes; changes nothing."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.calendar import Quarter
from portal.core.terms import Label
from portal.statistics.catalogue import release_days
from portal.statistics.catalogue.codelists import Cell
from portal.statistics.catalogue.periods import make_quarter_span, make_table_span
from portal.statistics.catalogue.release_facts import Publisher, ReleaseFacts, ReleaseName
from portal.statistics.catalogue.tables import load
from portal.statistics.computing import documents as computing
from portal.statistics.computing.reconciliation import METHOD
from portal.statistics.counting import tables as counting
from portal.statistics.counting.exact_series import count_exact_series
from portal.statistics.dataset.history import History
from portal.statistics.dataset.table import Document
from portal.statistics.dataset.tabulation import tabulate_series
from portal.statistics.dataset.tallies import Tallies
from portal.statistics.disclosure.noise import protect
from portal.statistics.disclosure.protected_table import ProtectedTable
from portal.statistics.formats.columns import mark_invented
from portal.statistics.formats.data_files import build_data_files as data_files
from portal.statistics.gate.release import check_release
from portal.statistics.gate.result import AttackResult
from portal.statistics.models import ReleaseVersion
from portal.statistics.releases import archive, signature
from portal.statistics.service.ledger import Charge
from portal.statistics.site.pages.page_context import Renderer
from portal.statistics.site.pages.release_pages import build_release_pages as page_files
from portal.transparency.publishing import files as log_files
from portal.transparency.writing.service import Log

Tell = Callable[[str], None]
Documents = dict[str, Document]


@dataclass(frozen=True)
class BuildContext:
    """What making a release needs besides the cases."""

    folder: Path  # of all releases
    master: bytes = field(repr=False)  # the server's key of statistics
    publisher: Publisher
    press: Renderer
    tell: Tell
    log: Log  # says in public which manifest was published

    @property
    def environment(self) -> "RenderEnvironment":
        """Return what the bytes of a release depend on besides specification and numbers."""
        pem = signature.derive_public_pem(self.master)
        return RenderEnvironment(self.folder, self.publisher, self.press, pem, self.tell)

    @property
    def log_files(self) -> Path:
        """Return the folder of the files of the public log."""
        return self.folder.parent / log_files.FOLDER


@dataclass(frozen=True)
class RenderEnvironment:
    """Where files of a release are made, by the portal or by an auditor on their own machine."""

    folder: Path  # of all releases
    publisher: Publisher
    press: Renderer
    pem: bytes  # the public key of the portal's signatures
    tell: Tell


@dataclass(frozen=True)
class CountInputs:
    """What was counted for a release, from which its tables are computed without any case."""

    totals: tuple[int, int]  # received, concluded
    series: Document
    punctual: Sequence[bool]  # of each release before this one
    tallies: Mapping[str, Tallies] = field(repr=False)


@dataclass(frozen=True)
class ReleaseSpec:
    """Which release is to be made: everything that decides its bytes besides the cases."""

    quarter: Quarter  # 2026-q3
    version: int
    level: str  # L0, L1, L2
    published_on: date  # the day that it bears
    previous: str  # SHA-256 of the manifest of the release before
    key: bytes = field(default=b"", repr=False)  # 32 bytes that draw the noise; empty: destroyed
    correction: Label | None = None  # what it corrects

    @property
    def name(self) -> str:
        """Return the release as it is cited: 2026-q3/v1."""
        return str(ReleaseName(self.quarter, self.version))


@dataclass(frozen=True)
class CountedTables:
    """The tables of a release, and how they came about."""

    documents: Documents
    totals: tuple[int, int] = (0, 0)
    protected: tuple[ProtectedTable, ...] = ()
    tallies: Mapping[str, Tallies] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class BuiltRelease:
    """A release that is ready to be read and signed off."""

    spec: ReleaseSpec
    counted: CountedTables
    files: dict[str, bytes]
    checks: tuple[AttackResult, ...]

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the manifest, which stands for the whole release."""
        return hashlib.sha256(self.files[archive.MANIFEST]).hexdigest()


def prepare(session: Session, spec: ReleaseSpec, build: BuildContext) -> BuiltRelease:
    """Count the cases of a quarter and make every file of its release; change nothing.

    The same specification and the same cases give the same bytes.

    Args:
        session: to read with.
        spec: which release.
        build: folder, key, and how to print and tell.
    """
    return finish(spec, count(session, spec, build), build)


def count(session: Session, spec: ReleaseSpec, build: BuildContext) -> CountedTables:
    """Count the cases of a quarter, protect the counts, and compute what follows from them.

    Args:
        session: to read with.
        spec: which release.
        build: folder, and how to tell.
    """
    build.tell(f"{spec.name}: level {spec.level}")
    tables = load().select_tables(spec.quarter, spec.level)
    with Session(session.get_bind()) as beside:
        tallies = counting.count(session, tables, spec.quarter, build.tell, beside)
    series = count_exact_series(session, spec.quarter)
    sums = CountInputs(
        _count_totals(session, spec.quarter),
        tabulate_series(series, make_quarter_span(spec.quarter), spec.name),
        list_punctuality(session, spec),
        tallies,
    )
    return compute_tables(spec, sums, build.folder)


def compute_tables(spec: ReleaseSpec, sums: CountInputs, folder: Path) -> CountedTables:
    """Protect what was counted, make it agree, compute what follows; no case is needed for that.

    Args:
        spec: which release.
        sums: what was counted.
        folder: of all releases.
    """
    protected = tuple(
        ProtectedTable(
            table,
            make_table_span(table, spec.quarter),
            cost := load().get_cost(table, spec.level),
            protect(spec.key, table.id, cost, table.enumerate_cells(), sums.tallies[table.id]),
        )
        for table in load().select_tables(spec.quarter, spec.level)
    )
    exact = computing.ExactNumbers(sums.totals, sums.series, sums.punctual)
    history = read_history(spec, folder)
    documents, agreed = computing.make_documents(spec.quarter, spec.name, protected, exact, history)
    return CountedTables(documents, sums.totals, agreed, sums.tallies)


def finish(spec: ReleaseSpec, counted: CountedTables, build: BuildContext) -> BuiltRelease:
    """Let the gate look at the tables of a release, and make every file of it.

    Args:
        spec: which release.
        counted: its tables.
        build: folder, key, and how to print and tell.
    """
    documents = mark_invented(counted.documents, invented=build.environment.publisher.demonstration)
    history = [*read_history(spec, build.folder), (spec.quarter, documents)]
    before = [
        (protected.before, _extract_records(counted.tallies[protected.table.id]))
        for protected in counted.protected
    ]
    files = make_files(spec, documents, build.environment)
    checks = check_release(history, spec.level, before, files)
    return BuiltRelease(spec, counted, files, tuple(checks))


def make_files(
    spec: ReleaseSpec, documents: Documents, environment: RenderEnvironment
) -> dict[str, bytes]:
    """Return every file of a release, the manifest last.

    Args:
        spec: which release.
        documents: its tables.
        environment: folder, key, and how to print and tell.
    """
    facts = ReleaseFacts(
        environment.publisher,
        spec.quarter,
        spec.version,
        spec.level,
        spec.published_on,
        spec.previous,
        spec.correction,
    )
    documents = mark_invented(documents, invented=facts.publisher.demonstration)
    files = data_files(documents, facts)
    environment.tell(f"  {len(files)} files of data")
    history = [*read_history(spec, environment.folder), (spec.quarter, documents)]
    files |= page_files(history, facts, files, environment.press)
    files[archive.PUBLIC_KEY] = environment.pem
    environment.tell(f"  {len(files)} files, {sum(map(len, files.values()))} bytes")
    files[archive.MANIFEST] = archive.build_manifest(
        files,
        list(documents),
        quarter=spec.quarter,
        version=spec.version,
        level=spec.level,
        method=METHOD,
        published_on=spec.published_on.isoformat(),
        previous=spec.previous,
        correction=dict(spec.correction.texts) if spec.correction else None,
    )
    return files


def read_history(spec: ReleaseSpec, folder: Path) -> History:
    """Return the documents of earlier quarters as they stood when this release was begun."""
    earlier = archive.list_releases_before(folder, spec.previous, spec.quarter)
    return [(release.quarter, release.read_documents()) for release in earlier]


def read_previous_documents(spec: ReleaseSpec, folder: Path) -> Mapping[str, Document]:
    """Return the documents that a draft is compared with: the version or the quarter before."""
    if spec.version > 1:
        return archive.get_release(folder, spec.quarter, spec.version - 1).read_documents()
    history = read_history(spec, folder)
    return history[-1][1] if history else {}


def list_charges(quarter: Quarter, level: str) -> list[Charge]:
    """Return what the release of a quarter costs: one charge for each of its tables."""
    return [
        Charge(table.id, table.family, span.first, span.last, load().get_cost(table, level))
        for table in load().select_tables(quarter, level)
        for span in [make_table_span(table, quarter)]
    ]


def _count_totals(session: Session, quarter: Quarter) -> tuple[int, int]:
    bounds = quarter.days
    return counting.count_cases(session, "received", *bounds), counting.count_cases(
        session, "concluded", *bounds
    )


def list_punctuality(session: Session, spec: ReleaseSpec) -> list[bool]:
    """Return of every release before this one whether it came on the day by the rule, on time.

    The minute of this one is not known yet. Of the oldest ones only the day is known.
    """
    released = select(
        ReleaseVersion.quarter, ReleaseVersion.released_on, ReleaseVersion.minutes_late
    ).where(
        ReleaseVersion.version == 1,
        ReleaseVersion.released_on.is_not(None),
        ReleaseVersion.quarter < spec.quarter,
    )
    return [
        day == release_days.compute_release_day(name) and not late
        for name, day, late in session.execute(released)
    ]


def _extract_records(tallies: Tallies) -> dict[Cell, int]:
    return {cell: tally.records for cell, tally in tallies.items()}
