"""Sums of an event, and the cells of tables that they belong to."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from queue import SimpleQueue
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from portal.cases.bodies import get_body_kind
from portal.cases.models import Case
from portal.core.calendar import Quarter, add_months
from portal.core.db import read_much
from portal.core.taxonomy import load as load_taxonomy
from portal.statistics.catalogue.codelists import UNKNOWN, UNRECORDED, Cell
from portal.statistics.catalogue.periods import make_table_span
from portal.statistics.catalogue.tables import Table, load
from portal.statistics.counting.days import ONE_DAY
from portal.statistics.counting.events import query_event
from portal.statistics.dataset.tallies import Tallies
from portal.statistics.disclosure.noise import Tally

UNDIVIDED_EVENTS = frozenset({"reopened"})  # looks for the few cases of all that were touched again

_KEYS = (Case.record_key_1, Case.record_key_2, Case.record_key_3, Case.record_key_4)
_DAYS = {"received": Case.received_on, "concluded": Case.concluded_on}


@dataclass(frozen=True)
class CountTask:
    """What one statement adds up: the cases of an event in some days, for the tables that ask.

    `until` is the last day of all tasks that belong together.
    """

    event: str
    first: date
    last: date
    until: date
    tables: tuple[Table, ...]


def count(
    session: Session,
    tables: Sequence[Table],
    quarter: Quarter,
    tell: Callable[[str], None],
    beside: Session | None = None,
) -> dict[str, Tallies]:
    """Return what each table counts; every event of a day is read once for all tables that ask.

    Memory and the work of Python depend on the number of cells, not of cases.

    Args:
        session: to read with.
        tables: of the release.
        quarter: of the release, such as 2026-q3.
        tell: is told what was counted; for the operator only, as these numbers are exact.
        beside: reads the same database at the same time. It may see what was committed since
            `session` began; that moves no case, as every case is in one part of an event only.

    Returns:
        For each table its cells that are not empty.
    """
    tasks = list(_plan_tasks(tables, quarter))
    tallies: dict[str, Tallies] = {table.id: {} for table in tables}
    added_up = _run_tasks([session] if beside is None else [session, beside], tasks)
    counted = zip(tasks, added_up, strict=True)
    for (event, until), tasks_and_rows in groupby(
        counted, key=lambda task_and_rows: (task_and_rows[0].event, task_and_rows[0].until)
    ):
        cases, begin = 0, until
        for task, rows in tasks_and_rows:
            cases, begin = cases + _add_to_cells(rows, task.tables, tallies), min(begin, task.first)
        tell(f"  {event}, {begin} to {until}: {cases} cases")
    return tallies


def count_cases(session: Session, event: str, first: date, last: date) -> int:
    """Return how many cases were received, or first concluded, in these days."""
    day = _DAYS[event].between(first, last)
    return session.scalar(select(func.count()).select_from(Case).where(day)) or 0


def find_first_day(session: Session) -> date | None:
    """Return the day of the oldest case."""
    return session.scalar(select(func.min(Case.received_on)))


def _plan_tasks(tables: Sequence[Table], quarter: Quarter) -> Iterator[CountTask]:
    """Yield what each statement adds up, those of an event one after the other, the oldest first.

    A month: a database that sorts what it groups, as SQLite does, is slow with much at a time.
    """
    together: dict[tuple[str, date], list[Table]] = {}
    for table in tables:
        together.setdefault((table.event, make_table_span(table, quarter).last), []).append(table)
    for (event, until), group in together.items():
        begins = sorted({make_table_span(table, quarter).first for table in group})
        if event not in UNDIVIDED_EVENTS:
            begins = begins[:1]
            while (following := add_months(begins[-1], 1)) <= until:
                begins.append(following)
        ends = [*(begin - ONE_DAY for begin in begins[1:]), until]
        for first, last in zip(begins, ends, strict=True):
            asking = [table for table in group if make_table_span(table, quarter).first <= first]
            yield CountTask(event, first, last, until, tuple(asking))


def _run_tasks(
    sessions: Sequence[Session], tasks: Sequence[CountTask]
) -> Iterator[Sequence[Row[Any]]]:
    """Yield the sums of each part, in their order; of several sessions each has its own thread."""
    free: SimpleQueue[Session] = SimpleQueue()
    for session in sessions:
        read_much(session, len(sessions))
        free.put(session)

    def run_task(task: CountTask) -> Sequence[Row[Any]]:
        session = free.get()
        try:
            return session.execute(_select_sums(task.event, task.first, task.last)).all()
        finally:
            free.put(session)

    if len(sessions) == 1:
        yield from map(run_task, tasks)
        return
    with ThreadPoolExecutor(len(sessions)) as pool:
        yield from pool.map(run_task, tasks)


def _add_to_cells(
    rows: Sequence[Row[Any]], tables: Sequence[Table], tallies: Mapping[str, Tallies]
) -> int:
    """Add cases that have all facts in common to their cell of each table; return how many."""
    for row in rows:
        tally = Tally.from_sums(row.records, (row.key_1, row.key_2, row.key_3, row.key_4))
        for table in tables:
            if (cell := _find_cell(table, row)) is not None:
                cells = tallies[table.id]
                cells[cell] = cells.get(cell, Tally()).merge(tally)
    return sum(row.records for row in rows)


def _select_sums(event: str, first: date, last: date) -> Select[Any]:
    """Return the statement that adds up the cases that have all facts in common."""
    query = query_event(event, first, last)
    facts: list[ColumnElement[Any]] = [fact.label(name) for name, fact in query.facts.items()]
    facts_and_keys = (
        select(*facts, *_KEYS).select_from(query.source).where(query.condition).subquery()
    )
    grouped = [facts_and_keys.c[name] for name in query.facts]
    sums = [
        func.sum(facts_and_keys.c[key.key]).label(f"key_{part}")
        for part, key in enumerate(_KEYS, 1)
    ]
    return select(*grouped, func.count().label("records"), *sums).group_by(*grouped)


def _find_cell(table: Table, row: Row[Any]) -> Cell | None:
    """Return the one cell of a table that cases of these facts are counted in, or None."""
    codes = [_CODERS[name](row) for name in table.dimensions]
    cell = tuple(code for code in codes if code is not None)
    return cell if len(cell) == len(codes) else None


def _get_code(dimension: str, member: str) -> str:
    return load().dimensions[dimension].get_code(member)


def _get_outcome_code(dimension: str, row: Row[Any]) -> str:
    outcome = UNRECORDED if row.outcome is None else load().prevailing[row.outcome]
    return _get_code(dimension, outcome)


def _get_code_of_rank(dimension: str, rank: int | None) -> str | None:
    return None if rank is None else load().dimensions[dimension].codes[rank].id


def _get_sanctioned_code(rank: int | None) -> str:
    """Return whether the gravest sanction is one; what comes after it is none either."""
    if rank is None:
        return "none"
    return _get_code("sanctioned", load().dimensions["sanction"].codes[rank].members[0])


_RESPECT: Mapping[bool | None, str] = {True: "yes", False: "no", None: "unsaid"}

_CODERS: Mapping[str, Callable[[Row[Any]], str | None]] = {
    "region": lambda row: row.region if row.region in load().regions else UNKNOWN,
    "category": lambda row: _get_code("category", load_taxonomy().categories[row.category].group),
    "body": lambda row: get_body_kind(row.body),
    "finding": lambda row: _get_outcome_code("finding", row),
    "outcome": lambda row: _get_outcome_code("outcome", row),
    "pace": lambda row: _get_code_of_rank("pace", row.late),
    "duration": lambda row: _get_code_of_rank("duration", row.band),
    "acknowledgement": lambda row: "in_time" if row.acknowledged else "not",
    "procedure": lambda row: row.procedure,
    "rating": lambda row: _get_code("rating", row.answer),
    "respect": lambda row: _RESPECT[row.respect],
    "review": lambda row: row.review,
    "sanction": lambda row: _get_code_of_rank("sanction", row.sanction) or "none",
    "sanctioned": lambda row: _get_sanctioned_code(row.sanction),
}
