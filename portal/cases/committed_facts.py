"""Coded facts of a case that the public log commits to, gathered from each change itself.

A rule for each table says which of its columns are committed to, and which of them the reporter
knows. What a transaction changes is written down as a step of the case when it ends; nothing that
changes a row through a session can forget it, and nothing else finds its way into a step.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from hashlib import sha256
from secrets import token_hex
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import (
    PassiveFlag,
    Session,
    SessionTransaction,
    UOWTransaction,
    attributes,
)

from crypto.json_types import require_object
from crypto.log_entries import STEP
from crypto.steps import FACTS
from crypto.text import from_json, to_json
from portal.cases.models import (
    Allegation,
    Case,
    Clock,
    CriminalStep,
    Envelope,
    LogStep,
    Notice,
    ReplacedHeader,
    Sanction,
    StatusChange,
    StoredAttachment,
    Verdict,
)
from portal.core.db import Base

Row = dict[str, Any]
Rows = dict[str, Row | None]
"""Values of columns by the name of their row in a case; None: the row was deleted."""

ACCESS = "access"  # not a column: what only the reporter can make again, from receipt and half
SALT_BYTES = 16
_SALT, _WHOLE = "salt", "whole"
_PENDING, _STEPS, _DAY = "facts of cases", "steps of cases", "day of the acts"
_SAVEPOINTS = "facts and steps when savepoints began"


@dataclass(frozen=True)
class Rule:
    """How the rows of a table stand among the facts of their case."""

    named: tuple[str, ...]  # columns that tell rows of one case apart
    inside: tuple[str, ...]  # columns that only the portal knows
    shown: tuple[str, ...] = ()  # columns whose values the reporter knows
    case: str = "case_id"  # the column that says whose they are; "": another row does
    table: str = field(default="", kw_only=True)

    @property
    def columns(self) -> tuple[str, ...]:
        """Everything that is committed to."""
        return (*self.shown, *self.inside)

    def format_name(self, row: Any) -> str:
        """Return what a row is called in its case."""
        parts = (str(_encode(getattr(row, column))) for column in self.named)
        return " ".join((self.table, *parts))

    def encode_value(self, row: Any, column: str) -> object:
        """Return a value as it is written down; of bytes a digest."""
        return _encode(getattr(row, column))


RULES: dict[type[Base], Rule] = {}


def register_table(model: type[Base], *named: str, **about: Any) -> None:
    """Let the public log commit to rows of a table.

    Args:
        model: the table.
        named: columns that tell rows of one case apart.
        about: as in `Rule`.
    """
    RULES[model] = Rule(named, table=model.__tablename__, **about)


_OBJECT = (Envelope, Envelope.id == StoredAttachment.envelope_id)
# Whose rows they are that do not say so: the column with the case, and what is joined to get there.
ABOVE: Mapping[type[Base], Sequence[tuple[Any, ...]]] = {
    Sanction: [(Allegation.case_id, (Allegation, Allegation.id == Sanction.allegation_id))],
    StoredAttachment: [(Envelope.case_id, _OBJECT)],
    ReplacedHeader: [
        (Envelope.case_id, (Envelope, Envelope.id == ReplacedHeader.object_id)),
        (
            Envelope.case_id,
            (StoredAttachment, StoredAttachment.id == ReplacedHeader.object_id),
            _OBJECT,
        ),
    ],
}
register_table(
    Case,
    shown=("category", "region", "outside_police", "body_code", "language"),
    inside=(
        *("row_key", "second_half", "unit_code", "leadership", "priority", "sealed_by"),
        "received_on",
    ),
    case="id",
)
register_table(
    Allegation, "position", inside=("id", "subcategory", "outcome", "decided_on", "first_outcome")
)
register_table(Sanction, "allegation_id", "code", inside=("imposed_on",), case="")
register_table(CriminalStep, "stage", inside=("reached_on",))
register_table(StatusChange, "position", inside=("status", "changed_on"))
register_table(
    Envelope, "thread", "seq", inside=("id", "kind", "author", "body_code", "digest", "filed_on")
)
register_table(StoredAttachment, "id", inside=("envelope_id", "length", "digest"), case="")
register_table(ReplacedHeader, "object_id", "body_code", inside=("header",), case="")
register_table(Clock, "deadline", "started_on", inside=("due_on", "met_on"))
register_table(Notice, "body_code", "kind", "subject", inside=("sent_on",))
register_table(Verdict, inside=(), shown=("answer", "respect", "given_on"))


@dataclass(frozen=True)
class CommittedFacts:
    """Facts as a step has them, each JSON to the byte."""

    shown: str  # what the reporter knows
    inside: str  # what only the portal knows, salted: its digest says nothing


def set_act_day(session: Session, today: date) -> None:
    """Say on which day the acts of this transaction are done."""
    session.info[_DAY] = today


def take_case_facts(session: Session, case: Case, *, access: str) -> CommittedFacts:
    """Return everything that is known of a new case, whose report commits to it.

    Args:
        session: of the transaction that files it, with all rows written.
        case: the case.
        access: see `ACCESS`.
    """
    rows: Rows = session.info.get(_PENDING, {}).pop(case.id, {})
    made = split_facts(rows, whole=True)
    shown = require_object(from_json(made.shown))
    shown["cases"] = {**require_object(shown["cases"]), ACCESS: access}
    return CommittedFacts(to_json(shown), made.inside)


def attach_facts(session: Session) -> None:
    """Let steps commit to the facts that this transaction has changed so far.

    The last step that a case got takes them; if there is none, a step of their own does.
    """
    session.flush()
    pending: dict[str, Rows] = session.info.pop(_PENDING, {})
    steps: list[LogStep] = session.info.pop(_STEPS, [])
    today: date | None = session.info.pop(_DAY, None)
    for step in reversed(steps):
        told = split_facts(pending.pop(step.case_id, {}))
        step.facts, step.inside = told.shown or None, told.inside
    for case_id, rows in pending.items():
        case = session.get(Case, case_id)
        # On no day nobody did anything: `log verify` names what was changed then.
        if today is not None and case is not None and case.log_key is not None:
            session.add(build_facts_step(case_id, split_facts(rows), today=today))
    session.flush()


def build_facts_step(case_id: str, told: CommittedFacts, *, today: date) -> LogStep:
    """Return a step that says facts and nothing else."""
    return LogStep(
        case_id=case_id,
        type=STEP,
        what=FACTS,
        made_on=today,
        digest="",
        record="",
        facts=told.shown or None,
        inside=told.inside,
    )


def split_facts(rows: Rows, *, whole: bool = False) -> CommittedFacts:
    """Part facts into what the reporter knows and what only the portal knows.

    Args:
        rows: the facts.
        whole: whether they are all of the case.
    """
    shown: dict[str, Any] = {}
    inside: dict[str, Any] = {_SALT: token_hex(SALT_BYTES), **({_WHOLE: True} if whole else {})}
    for name, row in rows.items():
        rule = _get_rule(name)
        if row is None:
            (shown if rule.shown else inside)[name] = None
            continue
        for place, columns in ((shown, rule.shown), (inside, rule.inside)):
            if part := {column: row[column] for column in columns if column in row}:
                place[name] = part
    return CommittedFacts(to_json(shown) if shown else "", to_json(inside))


def get_shown_facts(model: type[Base], row: Any) -> Row:
    """Return the values of a row that its reporter knows, as steps have them."""
    rule = RULES[model]
    return {column: rule.encode_value(row, column) for column in rule.shown}


def fold_steps(steps: list[LogStep]) -> tuple[Rows, bool]:
    """Return what steps say of a case in the end, and whether that is all of it.

    Raises:
        FormatError: the facts of a step are no JSON.
    """
    told: Rows = {}
    whole = False
    for step in steps:
        if not step.inside:
            continue
        inside = require_object(from_json(step.inside))
        inside.pop(_SALT, None)
        is_all = inside.pop(_WHOLE, False)
        whole = whole or bool(is_all)
        for part in (require_object(from_json(step.facts)) if step.facts else {}, inside):
            _fold(told, part)
    (told.get("cases") or {}).pop(ACCESS, None)
    return told, whole


def _fold(told: Rows, part: Mapping[str, Any]) -> None:
    for name, row in part.items():
        if row is None:
            told.pop(name, None)
        else:
            told[name] = {**(told.get(name) or {}), **require_object(row)}


def _get_rule(name: str) -> Rule:
    table = name.split(" ", 1)[0]
    return next(rule for rule in RULES.values() if rule.table == table)


def _encode(value: object) -> object:
    """Return a value of a column as JSON has it."""
    match value:
        case date():
            return value.isoformat()
        case bytes():
            return sha256(value).hexdigest()
        case Enum():
            return value.value
        case _:
            return value


def _find_case_id(session: Session, rule: Rule, row: Any) -> str | None:
    """Return whose row it is."""
    if rule.case:
        case_id: str = getattr(row, rule.case)
        return case_id
    match row:
        case Sanction():
            above: Any = session.get(Allegation, row.allegation_id)
        case StoredAttachment():
            above = session.get(Envelope, row.envelope_id)
        case _:
            above = session.get(Envelope, row.object_id)
            if above is None and (file := session.get(StoredAttachment, row.object_id)):
                above = session.get(Envelope, file.envelope_id)
    return above.case_id if above else None


def _gather_flushed(session: Session, _context: UOWTransaction) -> None:
    """Note what is being written: of new rows everything, of others what changes."""
    for row in (*session.new, *session.dirty):
        rule = RULES.get(type(row))
        if rule is not None:
            _gather_row(session, rule, row, _get_changes(session, rule, row))
        elif isinstance(row, LogStep) and row in session.new and _is_bare(row):
            session.info.setdefault(_STEPS, []).append(row)


def _is_bare(step: LogStep) -> bool:
    """Tell whether a step can commit to facts and does not yet."""
    return step.type == STEP and step.inside is None


def _gather_row(session: Session, rule: Rule, row: Any, changed: Row | None) -> None:
    """Note what changes of a row; None: it is deleted."""
    case_id = _find_case_id(session, rule, row) if changed or changed is None else None
    if case_id is None:
        return
    rows = session.info.setdefault(_PENDING, {}).setdefault(case_id, {})
    name = rule.format_name(row)
    rows[name] = None if changed is None else {**(rows.get(name) or {}), **changed}


def _gather_deleted(session: Session, row: object) -> None:
    """Note that a row was deleted, also one that was only taken out of a list of its owner."""
    rule = RULES.get(type(row))  # type: ignore[arg-type]
    if rule is not None:
        with session.no_autoflush:
            _gather_row(session, rule, row, None)


def _get_changes(session: Session, rule: Rule, row: Any) -> Row:
    """Return the committed values that differ from those of the row before."""
    return {
        column: rule.encode_value(row, column)
        for column in rule.columns
        if row in session.new
        or attributes.get_history(row, column, PassiveFlag.PASSIVE_NO_INITIALIZE).has_changes()
    }


def _attach_at_commit(session: Session) -> None:
    if not session.in_nested_transaction():
        attach_facts(session)


def _save_pending(session: Session, transaction: SessionTransaction) -> None:
    """Keep what is noted when a savepoint begins: rolling back to it undoes what comes after."""
    if transaction.nested:
        noted = {case_id: dict(rows) for case_id, rows in session.info.get(_PENDING, {}).items()}
        kept = (noted, list(session.info.get(_STEPS, [])))
        session.info.setdefault(_SAVEPOINTS, []).append(kept)


def _drop_savepoint(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session.info[_SAVEPOINTS].pop()


def _restore_pending(session: Session) -> None:
    if session.in_nested_transaction():
        session.info[_PENDING], session.info[_STEPS] = session.info[_SAVEPOINTS][-1]
        return
    for name in (_PENDING, _STEPS, _DAY):
        session.info.pop(name, None)


event.listen(Session, "after_flush", _gather_flushed)
event.listen(Session, "persistent_to_deleted", _gather_deleted)
event.listen(Session, "before_commit", _attach_at_commit)
event.listen(Session, "after_transaction_create", _save_pending)
event.listen(Session, "after_transaction_end", _drop_savepoint)
event.listen(Session, "after_rollback", _restore_pending)
