"""Compares a release with what it was counted from, and both with the log. No database, no case."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from hashlib import sha256
from itertools import zip_longest
from typing import Any, NamedTuple

from crypto import log_entries, outcome
from crypto.errors import CryptoError
from crypto.outcome import Outcome
from portal.cases.log_steps import BEYOND, UNDECIDED
from portal.core.calendar import Quarter
from portal.statistics.auditing.logged_figures import LoggedFigures
from portal.statistics.auditing.package import Package
from portal.statistics.catalogue.codelists import UNKNOWN, UNRECORDED, Cell
from portal.statistics.catalogue.periods import QUARTERS_A_YEAR, make_quarter_span, make_table_span
from portal.statistics.catalogue.tables import Table, load
from portal.statistics.dataset.table import (
    SERIES,
    SERIES_COLUMNS,
    TOTALS,
    Document,
    read_observations,
)
from portal.statistics.dataset.tabulation import tabulate_series
from portal.statistics.formats.columns import mark_invented
from portal.statistics.releases import archive
from portal.statistics.service.build import (
    CountedTables,
    CountInputs,
    RenderEnvironment,
    compute_tables,
    make_files,
)

NOTHING = "–"
SPAN_COLUMNS = ("freq", "time_period")  # first columns of the series
PACE = ("0-90", BEYOND)
_FROM_RECORDS = frozenset({"region", "finding", "outcome", "pace"})


class Discrepancy(NamedTuple):
    """Something that differs: where, what the log or the computation says, what is published."""

    where: str
    expected: str
    published: str


class CheckResult(NamedTuple):
    """What came of one check."""

    check: str
    compared: int  # how many things
    faults: tuple[Discrepancy, ...]


@dataclass(frozen=True)
class AuditInputs:
    """What is put before the checks."""

    package: Package
    log: LoggedFigures
    environment: RenderEnvironment

    @property
    def tables(self) -> tuple[Table, ...]:
        """Return the tables of the release."""
        return load().select_tables(self.package.spec.quarter, self.package.spec.level)

    @cached_property
    def published(self) -> Mapping[str, bytes]:
        """Return every file of the release but those beside it, as it was published."""
        spec = self.package.spec
        place = archive.locate_release(self.environment.folder, spec.quarter, spec.version)
        paths = (path for path in place.rglob("*") if path.is_file())
        paths_by_name = {path.relative_to(place).as_posix(): path for path in paths}
        return {
            name: path.read_bytes()
            for name, path in sorted(paths_by_name.items())
            if name not in archive.BESIDE
        }

    @cached_property
    def opened(self) -> Mapping[int, Outcome | str]:
        """Return the record of each outcome by its place, or why there is none."""
        steps = {
            place: (step, quarter)
            for quarter, steps_of_quarter in self.log.outcomes.items()
            for place, step in steps_of_quarter.items()
        }
        opened: dict[int, Outcome | str] = {}
        for place, opening in self.package.outcomes.items():
            try:
                step, quarter = steps[place]
                opening.check(step)
                record, day, _digest = log_entries.split_fields(opening.payload, 3)
                opened[place] = recorded = outcome.parse(record)
                if not recorded.quarter == quarter == read_quarter_of_day(day):
                    opened[place] = f"{recorded.quarter}, {day.decode()}"
            except KeyError:
                opened[place] = NOTHING
            except (CryptoError, ValueError) as error:
                opened[place] = str(error)
        return opened

    @cached_property
    def tables_recomputed(self) -> CountedTables:
        """Return the tables made anew.

        Raises:
            ValueError: something was counted in a cell that a table does not have, or the series
                cannot be read.
        """
        spec, folder = self.package.spec, self.environment.folder
        published = _read_document(self.published, SERIES)
        end = published.columns.index(SERIES_COLUMNS[-1]) + 1  # a demonstration has a column more
        rows = [tuple(row[len(SPAN_COLUMNS) : end]) for row in published.rows]
        series = tabulate_series(rows, make_quarter_span(spec.quarter), spec.name)
        package = self.package
        sums = CountInputs(package.totals, series, package.punctual, package.tallies)
        tables = compute_tables(spec, sums, folder)
        invented = package.publisher.demonstration
        return replace(tables, documents=mark_invented(tables.documents, invented=invented))

    @cached_property
    def recomputed(self) -> Mapping[str, bytes]:
        """Return every file made anew."""
        return make_files(self.package.spec, self.tables_recomputed.documents, self.environment)


def check(
    package: Package, log: LoggedFigures, environment: RenderEnvironment
) -> list[CheckResult]:
    """Do every check.

    Args:
        package: what the portal gave.
        log: what the log says.
        environment: how files are made, and the folder of all releases as they were published.
    """
    case = AuditInputs(package, log, environment)
    return [_make_finding(name, list(compare(case))) for name, compare in CHECKS.items()]


def read_quarter_of_day(day: bytes) -> Quarter:
    """Return the quarter of a day as a payload has it.

    Raises:
        ValueError: no day.
    """
    return Quarter.from_day(date.fromisoformat(day.decode("ascii")))


def _make_finding(name: str, compared: list[Discrepancy | None]) -> CheckResult:
    return CheckResult(name, len(compared), tuple(fault for fault in compared if fault is not None))


def _compare(where: str, expected: object, published: object) -> Discrepancy | None:
    return None if expected == published else Discrepancy(where, str(expected), str(published))


def _compare_received(case: AuditInputs) -> Iterator[Discrepancy | None]:
    yield from _compare_totals(case, 0, "received")


def _compare_concluded(case: AuditInputs) -> Iterator[Discrepancy | None]:
    yield from _compare_totals(case, 1, "concluded")


def _compare_totals(case: AuditInputs, which: int, measure: str) -> Iterator[Discrepancy | None]:
    quarter = case.package.spec.quarter
    counted = case.log.totals.find_quarter(quarter)
    logged = (counted.reports, counted.outcomes)[which] if counted else NOTHING
    yield _compare(f"{quarter}: {measure}", logged, case.package.totals[which])
    yield _compare(f"{TOTALS}.json: {measure}", [logged], _read_numbers(case, TOTALS, measure))


def _compare_openings(case: AuditInputs) -> Iterator[Discrepancy | None]:
    """Compare the outcomes of the log with those that were opened: each, and no other."""
    for place, record in case.opened.items():
        broken = record if isinstance(record, str) else None
        yield Discrepancy(f"#{place}", "", broken) if broken else None
    known = {*case.package.outcomes, *case.package.unopened}
    for quarter in _list_quarters_of_outcomes(case):
        for place in sorted(case.log.outcomes.get(quarter, {}).keys() - known):
            yield Discrepancy(f"#{place}", quarter, NOTHING)


def _compare_conclusions(case: AuditInputs) -> Iterator[Discrepancy | None]:
    """Compare every table of conclusions with the records in the log."""
    for table in case.tables:
        if table.event == "concluded":
            yield from _compare_table(case, table)
    if not case.package.unopened:
        quarter = case.package.spec.quarter
        findings = sum(
            finding.outcome != UNDECIDED
            for record in _select_outcomes(case)
            if record.quarter == quarter
            for finding in record.findings
        )
        published = _read_numbers(case, SERIES, "allegations")
        yield _compare(f"{SERIES}: allegations", [findings], published)


def _compare_table(case: AuditInputs, table: Table) -> Iterator[Discrepancy | None]:
    """Compare cells; what nobody can open any more may fill up what is missing, and no more."""
    quarters = _list_quarters(case, table)
    names = [name for name in table.dimensions if name in _FROM_RECORDS]
    opened = Counter(
        _assign_cell(record, names)
        for record in _select_outcomes(case)
        if record.quarter in quarters
    )
    counted: Counter[Cell] = Counter()
    for cell, tally in case.package.tallies.get(table.id, {}).items():
        codes = zip(table.dimensions, cell, strict=True)
        counted[tuple(code for name, code in codes if name in names)] += tally.records
    hidden = _count_unopened(case, quarters)
    fits = sum(counted.values()) - sum(opened.values()) == hidden
    for cell in sorted(opened.keys() | counted.keys()):
        more = counted[cell] - opened[cell]
        fault = Discrepancy(f"{table.id}: {', '.join(cell)}", str(opened[cell]), str(counted[cell]))
        yield fault if more < 0 or (more and not (hidden and fits)) else None


def _compare_reports(case: AuditInputs) -> Iterator[Discrepancy | None]:
    """Compare the sum of every table of reports with the reports in the log."""
    for table in case.tables:
        if table.event in {"received", "cohort"}:
            totals = [
                case.log.totals.find_quarter(quarter) for quarter in _list_quarters(case, table)
            ]
            logged = sum(total.reports for total in totals if total)
            counted = sum(
                tally.records for tally in case.package.tallies.get(table.id, {}).values()
            )
            yield _compare(table.id, logged, counted)


def _compare_numbers(case: AuditInputs) -> Iterator[Discrepancy | None]:
    """Compare every number of every table with the same one made anew."""
    try:
        documents = case.tables_recomputed.documents
    except ValueError as error:
        yield Discrepancy(str(error), NOTHING, NOTHING)
        return
    for name, recomputed in documents.items():
        try:
            published = _read_document(case.published, name)
        except ValueError as error:
            yield Discrepancy(name, NOTHING, str(error))
            continue
        for expected, row in zip_longest(recomputed.rows, published.rows):
            yield _compare(name, _format_row(expected), _format_row(row))


def _compare_files(case: AuditInputs) -> Iterator[Discrepancy | None]:
    """Compare every file with the same one made anew, to the byte."""
    try:
        recomputed = case.recomputed
    except ValueError as error:
        yield Discrepancy(str(error), NOTHING, NOTHING)
        return
    for name in sorted(recomputed.keys() | case.published.keys()):
        yield _compare(
            name, _hash_content(recomputed.get(name)), _hash_content(case.published.get(name))
        )


def _compare_manifest(case: AuditInputs) -> Iterator[Discrepancy | None]:
    """Compare the manifest that was published with the one that the log names, once."""
    spec, manifest = case.package.spec, _hash_content(case.published.get(archive.MANIFEST))
    entries = [digest.hex() for _, digest in case.log.releases.get(spec.name, [])]
    yield _compare(archive.MANIFEST, entries, [manifest])
    yield _compare(
        f"{archive.MANIFEST}, as it was given to the auditor", case.package.manifest, manifest
    )


CHECKS: Mapping[str, Callable[[AuditInputs], Iterator[Discrepancy | None]]] = {
    "manifest": _compare_manifest,
    "received": _compare_received,
    "concluded": _compare_concluded,
    "openings": _compare_openings,
    "conclusions": _compare_conclusions,
    "reports": _compare_reports,
    "noise": _compare_numbers,
    "files": _compare_files,
}


def _read_document(published: Mapping[str, bytes], name: str) -> Document:
    """Return a table as it was published.

    Raises:
        ValueError: it is missing, or no table.
    """
    path = f"{name}.json"
    if path not in published:
        raise ValueError(f"{path} is missing")
    return Document.from_json(json.loads(published[path]))


def _read_numbers(case: AuditInputs, name: str, measure: str) -> list[int | None] | str:
    """Return the numbers that a published table gives for a measure, or why it cannot be read."""
    try:
        rows = read_observations(_read_document(case.published, name))
        return [row.obs_value for row in rows if row.measure == measure]
    except ValueError as error:
        return str(error)


def _select_outcomes(case: AuditInputs) -> Iterator[Outcome]:
    return (
        outcome_or_reason
        for outcome_or_reason in case.opened.values()
        if isinstance(outcome_or_reason, Outcome)
    )


def _list_quarters(case: AuditInputs, table: Table) -> list[Quarter]:
    """Return the quarters that a table counts."""
    last = Quarter.from_day(make_table_span(table, case.package.spec.quarter).last)
    number = 1 if table.period == "quarter" else QUARTERS_A_YEAR
    return [last.get_earlier(before) for before in reversed(range(number))]


def _list_quarters_of_outcomes(case: AuditInputs) -> list[str]:
    quarters = {
        quarter
        for table in case.tables
        if table.event == "concluded"
        for quarter in _list_quarters(case, table)
    }
    return sorted({case.package.spec.quarter, *quarters})


def _count_unopened(case: AuditInputs, quarters: list[Quarter]) -> int:
    """Return how many outcomes of these quarters nobody can open."""
    places = {place for quarter in quarters for place in case.log.outcomes.get(quarter, {})}
    return len(places & set(case.package.unopened))


def _assign_cell(record: Outcome, names: list[str]) -> Cell:
    """Return the cell that a case is counted in, by what its record says."""
    ranks = {code: rank for rank, code in enumerate(load().prevailing)}
    outcomes = [finding.outcome for finding in record.findings if finding.outcome in ranks]
    prevails = min(outcomes, key=ranks.__getitem__, default=UNRECORDED)
    codes = {
        "region": record.region if record.region in load().regions else UNKNOWN,
        "finding": load().dimensions["finding"].get_code(prevails),
        "outcome": load().dimensions["outcome"].get_code(prevails),
        "pace": PACE[record.duration == BEYOND],
    }
    return tuple(codes[name] for name in names)


def _format_row(row: Sequence[Any] | None) -> str:
    return ", ".join("" if value is None else str(value) for value in row) if row else NOTHING


def _hash_content(content: bytes | None) -> str:
    return NOTHING if content is None else sha256(content).hexdigest()
