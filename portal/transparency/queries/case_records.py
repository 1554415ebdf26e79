"""What the database says of cases now, read for some hundred of them at a time."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from crypto import body as bodies
from portal.cases.committed_facts import ABOVE, RULES, Rows
from portal.cases.models import (
    Allegation,
    AuditEntry,
    Case,
    Clock,
    Envelope,
    LogStep,
    Sanction,
    StatusChange,
)
from portal.cases.states import Status

MANY = 500  # cases at once
_SEALED_AT_ONCE = 50


class SealedObject(NamedTuple):
    """A sealed object: what its row says, and the digest of the bytes that are really there."""

    thread: str
    kind: str
    seq: int
    digest: str
    real: str
    filed_on: date


class AllegationOutcome(NamedTuple):
    """An allegation with its outcome."""

    id: int
    subcategory: str
    outcome: str | None


@dataclass
class CaseRecord:
    """Everything about one case that the log has something to say of."""

    id: str
    log_key: bytes | None
    erased: bool
    category: str
    region: str | None
    received_on: date
    concluded_on: date | None
    status: Status
    steps: list[LogStep] = field(default_factory=list)
    sealed: list[SealedObject] = field(default_factory=list)
    history: list[tuple[Status, date]] = field(default_factory=list)
    allegations: list[AllegationOutcome] = field(default_factory=list)
    sanctions: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    clocks: list[tuple[str, date, date, date | None]] = field(default_factory=list)
    acts: dict[str, set[date]] = field(default_factory=lambda: defaultdict(set))
    rows: Rows = field(default_factory=dict)  # everything that steps commit to, as it is now

    @property
    def told(self) -> list[SealedObject]:
        """What was added to the thread that the reporter reads."""
        return [sealed for sealed in self.sealed if sealed.thread == bodies.CASE]


def read_cases(session: Session) -> Iterator[CaseRecord]:
    """Yield every case; memory holds some hundred."""
    last = ""
    while some := _read_some(session, last):
        _CaseReader(session, some, last).fill()
        yield from some
        last = some[-1].id


def _read_some(session: Session, after: str) -> list[CaseRecord]:
    rows = session.execute(
        select(
            Case.id,
            Case.log_key,
            Case.second_half.is_(None),
            Case.category,
            Case.region,
            Case.received_on,
            Case.concluded_on,
            Case.status,
        )
        .where(Case.id > after)
        .order_by(Case.id)
        .limit(MANY)
    )
    return [CaseRecord(*row) for row in rows]


class _CaseReader:
    """Some neighbouring cases, and how their rows are read."""

    def __init__(self, session: Session, some: Sequence[CaseRecord], after: str) -> None:
        self.session = session
        self.by_id = {facts.id: facts for facts in some}
        self.after, self.last = after, some[-1].id

    def fill(self) -> None:
        """Read the rows of these cases."""
        for facts, (step,) in self._read_rows(LogStep.case_id, LogStep, LogStep.id):
            facts.steps.append(step)
        self._fill_sealed()
        had = StatusChange
        for facts, row in self._read_rows(had.case_id, had.status, had.changed_on, had.position):
            facts.history.append(row)
        self._fill_outcomes()
        days = Clock.started_on, Clock.due_on, Clock.met_on
        for facts, row in self._read_rows(Clock.case_id, Clock.deadline, *days, Clock.id):
            facts.clocks.append(row)
        entry = AuditEntry
        for facts, (act, day) in self._read_rows(
            entry.case_id, entry.act, entry.done_on, entry.number
        ):
            facts.acts[act].add(day)
        self._fill_rows()

    def _read_rows(
        self, case_id: InstrumentedAttribute[Any], *columns: Any
    ) -> Iterator[tuple[CaseRecord, Any]]:
        """Yield rows, each with its case; the last column orders them and is left out."""
        wanted = select(case_id, *columns).where(case_id > self.after, case_id <= self.last)
        for row in self.session.execute(wanted.order_by(case_id, columns[-1])):
            if facts := self.by_id.get(row[0]):
                yield facts, tuple(row[1:-1])

    def _fill_rows(self) -> None:
        """Read the rows that steps commit to."""
        for model, rule in RULES.items():
            columns = [getattr(model, name) for name in {*rule.named, *rule.columns}]
            for owner, *joins in ABOVE.get(model, [(getattr(model, rule.case or "id"),)]):
                wanted = select(owner.label("of_case"), *columns).select_from(model)
                for other, condition in joins:
                    wanted = wanted.join(other, condition)
                for row in self.session.execute(
                    wanted.where(owner > self.after, owner <= self.last)
                ):
                    values = {column: rule.encode_value(row, column) for column in rule.columns}
                    if facts := self.by_id.get(row.of_case):
                        facts.rows[rule.format_name(row)] = values

    def _fill_sealed(self) -> None:
        """Hash what is really there of each sealed object; few are in memory at once."""
        table = Envelope
        wanted = (
            select(
                table.case_id,
                table.thread,
                table.kind,
                table.seq,
                table.digest,
                table.sealed,
                table.filed_on,
            )
            .where(table.case_id > self.after, table.case_id <= self.last)
            .order_by(table.case_id, table.seq)
            .execution_options(yield_per=_SEALED_AT_ONCE)
        )
        for case_id, thread, kind, seq, digest, sealed, day in self.session.execute(wanted):
            real = sha256(sealed).hexdigest()
            self.by_id[case_id].sealed.append(SealedObject(thread, kind, seq, digest, real, day))

    def _fill_outcomes(self) -> None:
        table = Allegation
        for facts, row in self._read_rows(
            table.case_id, table.id, table.subcategory, table.outcome, table.position
        ):
            facts.allegations.append(AllegationOutcome(*row))
        sanctions = (
            select(table.case_id, Sanction.allegation_id, Sanction.code)
            .join_from(Sanction, table, table.id == Sanction.allegation_id)
            .where(table.case_id > self.after, table.case_id <= self.last)
        )
        for case_id, allegation, code in self.session.execute(sanctions):
            self.by_id[case_id].sanctions[allegation].append(code)
