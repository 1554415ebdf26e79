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
from portal.cases.told import BEYOND, UNDECIDED
from portal.core.calendar import compute_quarter
from portal.statistics.auditing.contents import Contents
from portal.statistics.auditing.package import Package
from portal.statistics.catalogue import schedule
from portal.statistics.catalogue.codes import UNKNOWN, UNRECORDED, Cell
from portal.statistics.catalogue.periods import QUARTERS_A_YEAR, quarter_span, span_of
from portal.statistics.catalogue.tables import Table, load
from portal.statistics.dataset.table import EXACT, SERIES, TOTALS, Document, observations
from portal.statistics.dataset.writing import series_document
from portal.statistics.formats.columns import marked
from portal.statistics.releases import archive
from portal.statistics.service.build import Counted, House, Sums, computed, files_of

NOTHING = "–"
SPAN = ("freq", "time_period")  # first columns of the series
PACE = ("0-90", BEYOND)
_FROM_RECORDS = frozenset({"region", "finding", "outcome", "pace"})


class Fault(NamedTuple):
    """Something that differs: where, what the log or the computation says, what is published."""

    where: str
    expected: str
    found: str


class Finding(NamedTuple):
    """What came of one check."""

    check: str
    compared: int  # how many things
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Case:
    """What is put before the checks."""

    package: Package
    log: Contents
    house: House

    @property
    def tables(self) -> tuple[Table, ...]:
        """Return the tables of the release."""
        return load().tables_of(self.package.order.quarter, self.package.order.level)

    @cached_property
    def published(self) -> Mapping[str, bytes]:
        """Return every file of the release but those beside it, as it was published."""
        order = self.package.order
        place = archive.place_of(self.house.folder, order.quarter, order.version)
        found = (path for path in place.rglob("*") if path.is_file())
        named = {path.relative_to(place).as_posix(): path for path in found}
        return {
            name: path.read_bytes()
            for name, path in sorted(named.items())
            if name not in archive.BESIDE
        }

    @cached_property
    def opened(self) -> Mapping[int, Outcome | str]:
        """Return the record of each outcome by its place, or why there is none."""
        steps = {
            place: (step, quarter)
            for quarter, found in self.log.outcomes.items()
            for place, step in found.items()
        }
        made: dict[int, Outcome | str] = {}
        for place, opening in self.package.outcomes.items():
            try:
                step, quarter = steps[place]
                opening.check(step)
                record, day, _digest = log_entries.split_fields(opening.payload, 3)
                made[place] = known = outcome.parse(record)
                if not known.quarter == quarter == quarter_of_day(day):
                    made[place] = f"{known.quarter}, {day.decode()}"
            except KeyError:
                made[place] = NOTHING
            except (CryptoError, ValueError) as error:
                made[place] = str(error)
        return made

    @cached_property
    def counted(self) -> Counted:
        """Return the tables made anew.

        Raises:
            ValueError: something was counted in a cell that a table does not have, or the series
                cannot be read.
        """
        order, folder = self.package.order, self.house.folder
        published = _document(self.published, SERIES)
        end = published.columns.index(EXACT[-1]) + 1  # a demonstration has a column more
        rows = [tuple(row[len(SPAN) : end]) for row in published.rows]
        series = series_document(rows, quarter_span(order.quarter), order.name)
        package = self.package
        sums = Sums(package.totals, series, package.punctual, package.tallies)
        found = computed(order, sums, folder)
        invented = package.publisher.demonstration
        return replace(found, documents=marked(found.documents, invented=invented))

    @cached_property
    def made(self) -> Mapping[str, bytes]:
        """Return every file made anew."""
        return files_of(self.package.order, self.counted.documents, self.house)


def check(package: Package, log: Contents, house: House) -> list[Finding]:
    """Do every check.

    Args:
        package: what the portal gave.
        log: what the log says.
        house: how files are made, and the folder of all releases as they were published.
    """
    case = Case(package, log, house)
    return [_found(name, list(found(case))) for name, found in CHECKS.items()]


def quarter_of_day(day: bytes) -> str:
    """Return the quarter of a day as a payload has it.

    Raises:
        ValueError: no day.
    """
    return compute_quarter(date.fromisoformat(day.decode("ascii")))


def _found(name: str, compared: list[Fault | None]) -> Finding:
    return Finding(name, len(compared), tuple(one for one in compared if one is not None))


def _same(where: str, expected: object, found: object) -> Fault | None:
    return None if expected == found else Fault(where, str(expected), str(found))


def _received(case: Case) -> Iterator[Fault | None]:
    yield from _totals(case, 0, "received")


def _concluded(case: Case) -> Iterator[Fault | None]:
    yield from _totals(case, 1, "concluded")


def _totals(case: Case, which: int, measure: str) -> Iterator[Fault | None]:
    quarter = case.package.order.quarter
    counted = case.log.totals.find_quarter(quarter)
    logged = (counted.reports, counted.outcomes)[which] if counted else NOTHING
    yield _same(f"{quarter}: {measure}", logged, case.package.totals[which])
    yield _same(f"{TOTALS}.json: {measure}", [logged], _told(case, TOTALS, measure))


def _openings(case: Case) -> Iterator[Fault | None]:
    """Compare the outcomes of the log with those that were opened: each, and no other."""
    for place, record in case.opened.items():
        broken = record if isinstance(record, str) else None
        yield Fault(f"#{place}", "", broken) if broken else None
    known = {*case.package.outcomes, *case.package.unopened}
    for quarter in _quarters_of_outcomes(case):
        for place in sorted(case.log.outcomes.get(quarter, {}).keys() - known):
            yield Fault(f"#{place}", quarter, NOTHING)


def _conclusions(case: Case) -> Iterator[Fault | None]:
    """Compare every table of conclusions with the records in the log."""
    for table in case.tables:
        if table.event == "concluded":
            yield from _of_table(case, table)
    if not case.package.unopened:
        quarter = case.package.order.quarter
        findings = sum(
            one.outcome != UNDECIDED
            for record in _records(case)
            if record.quarter == quarter
            for one in record.findings
        )
        told = _told(case, SERIES, "allegations")
        yield _same(f"{SERIES}: allegations", [findings], told)


def _of_table(case: Case, table: Table) -> Iterator[Fault | None]:
    """Compare cells; what nobody can open any more may fill up what is missing, and no more."""
    quarters = _quarters(case, table)
    names = [name for name in table.dimensions if name in _FROM_RECORDS]
    opened = Counter(
        _cell(record, names) for record in _records(case) if record.quarter in quarters
    )
    counted: Counter[Cell] = Counter()
    for cell, tally in case.package.tallies.get(table.id, {}).items():
        codes = zip(table.dimensions, cell, strict=True)
        counted[tuple(code for name, code in codes if name in names)] += tally.records
    hidden = _hidden(case, quarters)
    fits = sum(counted.values()) - sum(opened.values()) == hidden
    for cell in sorted(opened.keys() | counted.keys()):
        more = counted[cell] - opened[cell]
        fault = Fault(f"{table.id}: {', '.join(cell)}", str(opened[cell]), str(counted[cell]))
        yield fault if more < 0 or (more and not (hidden and fits)) else None


def _reports(case: Case) -> Iterator[Fault | None]:
    """Compare the sum of every table of reports with the reports in the log."""
    for table in case.tables:
        if table.event in {"received", "cohort"}:
            found = [case.log.totals.find_quarter(one) for one in _quarters(case, table)]
            logged = sum(one.reports for one in found if one)
            counted = sum(one.records for one in case.package.tallies.get(table.id, {}).values())
            yield _same(table.id, logged, counted)


def _noise(case: Case) -> Iterator[Fault | None]:
    """Compare every number of every table with the same one made anew."""
    try:
        documents = case.counted.documents
    except ValueError as error:
        yield Fault(str(error), NOTHING, NOTHING)
        return
    for name, made in documents.items():
        try:
            published = _document(case.published, name)
        except ValueError as error:
            yield Fault(name, NOTHING, str(error))
            continue
        for expected, found in zip_longest(made.rows, published.rows):
            yield _same(name, _line(expected), _line(found))


def _files(case: Case) -> Iterator[Fault | None]:
    """Compare every file with the same one made anew, to the byte."""
    try:
        made = case.made
    except ValueError as error:
        yield Fault(str(error), NOTHING, NOTHING)
        return
    for name in sorted(made.keys() | case.published.keys()):
        yield _same(name, _digest(made.get(name)), _digest(case.published.get(name)))


def _manifest(case: Case) -> Iterator[Fault | None]:
    """Compare the manifest that was published with the one that the log names, once."""
    order, manifest = case.package.order, _digest(case.published.get(archive.MANIFEST))
    entries = [digest.hex() for _, digest in case.log.releases.get(order.name, [])]
    yield _same(archive.MANIFEST, entries, [manifest])
    yield _same(
        f"{archive.MANIFEST}, as it was given to the auditor", case.package.manifest, manifest
    )


CHECKS: Mapping[str, Callable[[Case], Iterator[Fault | None]]] = {
    "manifest": _manifest,
    "received": _received,
    "concluded": _concluded,
    "openings": _openings,
    "conclusions": _conclusions,
    "reports": _reports,
    "noise": _noise,
    "files": _files,
}


def _document(published: Mapping[str, bytes], name: str) -> Document:
    """Return a table as it was published.

    Raises:
        ValueError: it is missing, or no table.
    """
    path = f"{name}.json"
    if path not in published:
        raise ValueError(f"{path} is missing")
    return Document.from_json(json.loads(published[path]))


def _told(case: Case, name: str, measure: str) -> list[int | None] | str:
    """Return the numbers that a published table gives for a measure, or why it cannot be read."""
    try:
        rows = observations(_document(case.published, name))
        return [one.obs_value for one in rows if one.measure == measure]
    except ValueError as error:
        return str(error)


def _records(case: Case) -> Iterator[Outcome]:
    return (one for one in case.opened.values() if isinstance(one, Outcome))


def _quarters(case: Case, table: Table) -> list[str]:
    """Return the quarters that a table counts."""
    last = compute_quarter(span_of(table, case.package.order.quarter).last)
    number = 1 if table.period == "quarter" else QUARTERS_A_YEAR
    return [schedule.back(last, before) for before in reversed(range(number))]


def _quarters_of_outcomes(case: Case) -> list[str]:
    wanted = {
        quarter
        for table in case.tables
        if table.event == "concluded"
        for quarter in _quarters(case, table)
    }
    return sorted({case.package.order.quarter, *wanted})


def _hidden(case: Case, quarters: list[str]) -> int:
    """Return how many outcomes of these quarters nobody can open."""
    places = {place for one in quarters for place in case.log.outcomes.get(one, {})}
    return len(places & set(case.package.unopened))


def _cell(record: Outcome, names: list[str]) -> Cell:
    """Return the cell that a case is counted in, by what its record says."""
    ranks = {code: rank for rank, code in enumerate(load().prevailing)}
    found = [one.outcome for one in record.findings if one.outcome in ranks]
    prevails = min(found, key=ranks.__getitem__, default=UNRECORDED)
    codes = {
        "region": record.region if record.region in load().regions else UNKNOWN,
        "finding": load().dimensions["finding"].code_of(prevails),
        "outcome": load().dimensions["outcome"].code_of(prevails),
        "pace": PACE[record.duration == BEYOND],
    }
    return tuple(codes[name] for name in names)


def _line(row: Sequence[Any] | None) -> str:
    return ", ".join("" if one is None else str(one) for one in row) if row else NOTHING


def _digest(content: bytes | None) -> str:
    return NOTHING if content is None else sha256(content).hexdigest()
