"""Tables of the shared kernel: bodies and their keys, cases, sealed envelopes, clocks, audit.

What stands here in the clear is listed, with the reason, in docs/data.md; a test holds the two
together. Every word a person wrote is inside a sealed object that the server cannot open.
"""

from datetime import date
from secrets import randbits

from sqlalchemy import (
    CheckConstraint,
    Enum,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    TextClause,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crypto import body as bodies
from portal.cases.codes import AuditAct, SealedBy
from portal.cases.states import Status
from portal.core.db import Base
from portal.core.taxonomy import CODE
from portal.core.write_once import write_once


def _match_acts(*acts: AuditAct) -> TextClause:
    """Return the condition that an entry of the trail has one of these acts."""
    return text(f"act IN ({', '.join(repr(act.value) for act in acts)})")


# What published figures count and few rows are. Indexes of these rows alone cost filing nothing;
# a statement must say the condition word for word.
COUNTED = _match_acts(
    AuditAct.ERASED,
    AuditAct.EXTENDED,
    AuditAct.OVERDUE,
    AuditAct.RECOMMENDED,
    AuditAct.RECOMMENDATION_ANSWERED,
    AuditAct.STATUS_CONFLICT_HOLD,
)
# What people are told about accounts and keys, and what the operator does to releases.
TOLD = _match_acts(
    AuditAct.ACCOUNT_MADE,
    AuditAct.ACCOUNT_INVITED,
    AuditAct.ACCOUNT_OPENED,
    AuditAct.ACCOUNT_CLOSED,
    AuditAct.PERSONAL_KEY,
    AuditAct.FOUNDED,
    AuditAct.ADMITTED,
    AuditAct.ADMITTED_BY_ONE,
    AuditAct.REMOVED,
    AuditAct.REMOVED_BY_ONE,
    AuditAct.CAME_BACK,
    AuditAct.UNIT_KEY,
    AuditAct.RECOVERY_KEY,
    AuditAct.AUDITOR_ADDED,
    AuditAct.RELEASE_CORRECTED,
    AuditAct.RELEASE_GIVEN_UP,
    AuditAct.RELEASE_MOVED,
)
PEOPLE = text("actor NOT IN ('reporter', 'system')")  # what somebody with an account did
TRANSFERS = text("status = 'routed'")
REOPENINGS = text("status = 'reopened'")
WAITING = text("position IS NULL")  # steps that the public log does not have yet
RECOVERY = "RECOVERY"  # the oversight recovery key stands among the unit keys under this name


def _make_partial_index(name: str, condition: TextClause, *columns: str) -> Index:
    """Return an index of the rows that meet a condition."""
    return Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


def _make_key_part() -> int:
    """Return 32 random bits as a number that every database adds up without a conversion."""
    return randbits(32) - (1 << 31)


def _get_values(kind: type[Status]) -> list[str]:
    return [member.value for member in kind]


class PublicBody(Base):
    """A body that can be responsible for cases: PROS_SPEC, or DP_USB.KZ-75 for one of a region."""

    __tablename__ = "bodies"

    code: Mapped[str] = mapped_column(String(CODE), primary_key=True)
    kind: Mapped[str] = mapped_column(String(CODE))
    region: Mapped[str | None] = mapped_column(String(5))

    keys: Mapped[list["UnitKey"]] = relationship(order_by="UnitKey.epoch")


class UnitKey(Base):
    """The public keys of a body in one epoch; the private ones lie sealed to its members."""

    __tablename__ = "unit_keys"
    __table_args__ = (UniqueConstraint("body_code", "epoch"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    body_code: Mapped[str] = mapped_column(ForeignKey("bodies.code"))
    epoch: Mapped[int]
    recipient: Mapped[str] = mapped_column(String(2200))  # age1pq1…
    signing: Mapped[bytes] = mapped_column(LargeBinary(32))  # Ed25519 public key
    made_on: Mapped[date]
    retired_on: Mapped[date | None]


class Case(Base):
    """One report under review: coded fields, days and keys, never a word of it."""

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint("priority BETWEEN 1 AND 4", name="priority"),
        # The queue: one body, open or closed, most urgent first, nearest clock first.
        Index("ix_cases_queue", "body_code", "open", "priority", "next_due_on", "id"),
        Index("ix_cases_holder_id", "holder_id"),
        Index("ix_cases_received_on", "received_on"),
        Index("ix_cases_concluded_on", "concluded_on"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)  # random, 16 bytes as hex
    row_key: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)  # found by receipt only
    second_half: Mapped[bytes | None] = mapped_column(LargeBinary(80))  # encrypted; gone: burnt
    log_key: Mapped[bytes | None] = mapped_column(LargeBinary(80))  # encrypted blinding key
    category: Mapped[str] = mapped_column(String(CODE))
    region: Mapped[str | None] = mapped_column(String(5))  # null: the reporter does not know
    unit_code: Mapped[bytes | None] = mapped_column(LargeBinary(16))  # keyed code of the unit
    leadership: Mapped[bool]
    outside_police: Mapped[bool]
    body_code: Mapped[str] = mapped_column(ForeignKey("bodies.code"))
    holder_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    priority: Mapped[int]
    status: Mapped[Status] = mapped_column(
        Enum(Status, native_enum=False, length=CODE, values_callable=_get_values)
    )
    open: Mapped[bool]
    language: Mapped[str] = mapped_column(String(2))
    sealed_by: Mapped[str] = mapped_column(String(7))  # SealedBy
    # Days, never times: an exact time could be matched against network logs.
    received_on: Mapped[date]
    concluded_on: Mapped[date | None]  # first conclusion; a later one does not move it
    next_due_on: Mapped[date | None]  # nearest running clock
    # Noise keys: the 128 bits of a record key, lowest part first, so that SQL can add them up.
    record_key_1: Mapped[int] = mapped_column(default=_make_key_part)
    record_key_2: Mapped[int] = mapped_column(default=_make_key_part)
    record_key_3: Mapped[int] = mapped_column(default=_make_key_part)
    record_key_4: Mapped[int] = mapped_column(default=_make_key_part)
    version: Mapped[int] = mapped_column()  # counts writes; a stale one raises StaleDataError

    body: Mapped[PublicBody] = relationship()
    allegations: Mapped[list["Allegation"]] = relationship(order_by="Allegation.position")
    envelopes: Mapped[list["Envelope"]] = relationship(order_by="Envelope.seq")
    clocks: Mapped[list["Clock"]] = relationship(order_by="Clock.due_on")
    history: Mapped[list["StatusChange"]] = relationship(order_by="StatusChange.position")

    __mapper_args__ = {"version_id_col": version}

    @property
    def sealed_in_browser(self) -> bool:
        """Tell whether the server never had its text."""
        return self.sealed_by == SealedBy.BROWSER


class Allegation(Base):
    """One thing complained of in a case, and in the end its coded outcome."""

    __tablename__ = "allegations"
    __table_args__ = (
        UniqueConstraint("case_id", "position"),
        CheckConstraint("(outcome IS NULL) = (decided_on IS NULL)", name="decided"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    position: Mapped[int]
    subcategory: Mapped[str] = mapped_column(String(CODE * 2))
    outcome: Mapped[str | None] = mapped_column(String(CODE))
    decided_on: Mapped[date | None]
    # Its outcome when the case was first concluded: what the log and the figures say, for good.
    first_outcome: Mapped[str | None] = mapped_column(String(CODE))

    sanctions: Mapped[list["Sanction"]] = relationship(cascade="all, delete-orphan")


class Sanction(Base):
    """A coded consequence of one allegation."""

    __tablename__ = "sanctions"
    __table_args__ = (UniqueConstraint("allegation_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    allegation_id: Mapped[int] = mapped_column(ForeignKey("allegations.id"))
    code: Mapped[str] = mapped_column(String(CODE))
    imposed_on: Mapped[date]


class CriminalStep(Base):
    """A stage of the criminal track that a case reached."""

    __tablename__ = "criminal_steps"
    __table_args__ = (UniqueConstraint("case_id", "stage"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    stage: Mapped[str] = mapped_column(String(CODE))
    reached_on: Mapped[date]


class StatusChange(Base):
    """A status that a case had, and since which day."""

    __tablename__ = "status_changes"
    __table_args__ = (
        UniqueConstraint("case_id", "position"),
        _make_partial_index(
            "ix_status_changes_transfers", TRANSFERS, "case_id", "changed_on", "status"
        ),
        _make_partial_index(
            "ix_status_changes_reopenings", REOPENINGS, "case_id", "changed_on", "status"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    position: Mapped[int]
    status: Mapped[Status] = mapped_column(
        Enum(Status, native_enum=False, length=CODE, values_callable=_get_values)
    )
    changed_on: Mapped[date]


class Envelope(Base):
    """One sealed object of a thread: a report, message, reply, decision, transfer or note."""

    __tablename__ = "envelopes"
    __table_args__ = (UniqueConstraint("case_id", "thread", "seq"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    thread: Mapped[str] = mapped_column(String(5))  # "case", or "notes" which reporters never see
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))  # crypto.body types
    author: Mapped[str] = mapped_column(String(8))  # "reporter" or "body"
    body_code: Mapped[str] = mapped_column(ForeignKey("bodies.code"))  # whose key it is sealed to
    sealed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of the sealed bytes
    filed_on: Mapped[date]

    attachments: Mapped[list["StoredAttachment"]] = relationship(order_by="StoredAttachment.id")

    @property
    def of_reporter(self) -> bool:
        """Tell whether the reporter wrote it."""
        return self.author == bodies.REPORTER


class StoredAttachment(Base):
    """One sealed file; its name, type and true size are in the body of its envelope only."""

    __tablename__ = "attachments"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)  # also its name in the store
    envelope_id: Mapped[str] = mapped_column(ForeignKey("envelopes.id"), index=True)
    length: Mapped[int]  # of the sealed file, bytes: one of some 400 padded sizes
    digest: Mapped[str] = mapped_column(String(64))


class ReplacedHeader(Base):
    """The header that opens an object for a body which took the case over (same file key)."""

    __tablename__ = "replaced_headers"
    __table_args__ = (UniqueConstraint("object_id", "body_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    object_id: Mapped[str] = mapped_column(String(32))  # of an envelope or an attachment
    body_code: Mapped[str] = mapped_column(ForeignKey("bodies.code"))
    header: Mapped[bytes] = mapped_column(LargeBinary)


class Clock(Base):
    """One deadline of a case: when it began, when it is due, when it was met."""

    __tablename__ = "clocks"
    __table_args__ = (
        UniqueConstraint("case_id", "deadline", "started_on"),
        Index("ix_clocks_due", "met_on", "due_on"),
        # The nearest clock of one case: without this the queue would walk through all clocks.
        Index("ix_clocks_next", "case_id", "met_on", "due_on", "deadline"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    deadline: Mapped[str] = mapped_column(String(CODE))  # DeadlineCode
    started_on: Mapped[date]
    due_on: Mapped[date]
    met_on: Mapped[date | None]


class Notice(Base):
    """A coded notice to a body, without content: a copy, an overdue clock, nobody left."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("case_id", "body_code", "kind", "subject"),
        Index("ix_notices_body", "body_code", "sent_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    body_code: Mapped[str] = mapped_column(ForeignKey("bodies.code"))
    kind: Mapped[str] = mapped_column(String(CODE))  # NoticeKind
    subject: Mapped[str] = mapped_column(String(CODE))  # the deadline, or ""
    sent_on: Mapped[date]


class Verdict(Base):
    """What the reporter says of the decision; once for each case."""

    __tablename__ = "verdicts"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    answer: Mapped[str] = mapped_column(String(CODE))  # VerdictAnswer
    respect: Mapped[bool | None]
    given_on: Mapped[date] = mapped_column(index=True)


class LogStep(Base):
    """A step of a case for the public log: what its reporter was told, and where the log has it.

    It refers to no other row: whoever deletes a case leaves its steps behind.
    """

    __tablename__ = "log_steps"
    __table_args__ = (_make_partial_index("ix_log_steps_waiting", WAITING, "made_on", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(String(32), index=True)
    type: Mapped[str] = mapped_column(String(1))  # crypto.log_entries: R, S or O
    what: Mapped[str] = mapped_column(String(CODE))  # a status, or the kind of an object
    made_on: Mapped[date]
    digest: Mapped[str] = mapped_column(String(64))  # of the sealed object that says so, or ""
    record: Mapped[str] = mapped_column(Text)  # of an outcome, or ""
    # Coded facts that the step commits to (portal.cases.committed_facts), JSON; null: none.
    facts: Mapped[str | None] = mapped_column(Text)
    inside: Mapped[str | None] = mapped_column(Text)  # those that the reporter does not know
    due_on: Mapped[date | None]  # the day by which a promise says that the log has it
    # Filled when it is put into the log; of a report all but the last when it is filed.
    number: Mapped[int | None]  # of the step in its case
    tag: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    commitment: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    position: Mapped[int | None] = mapped_column(unique=True)  # of its entry in the log
    erased_on: Mapped[date | None]  # the object was destroyed
    erasure: Mapped[int | None] = mapped_column(unique=True)  # position of the entry that says so


class Filing(Base):
    """A form that was accepted: lets the same form, sent again, find its own receipt.

    The row is found and opened only with the token that stands in the reporter's page; it does
    not say which case it made, and it is deleted after some days.
    """

    __tablename__ = "filings"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    # Encrypted under the token: the receipt, or what tells the page that sealed it by itself.
    receipt: Mapped[bytes] = mapped_column(LargeBinary(128))
    promise: Mapped[bytes] = mapped_column(LargeBinary(1024))  # encrypted likewise
    filed_on: Mapped[date] = mapped_column(index=True)


class AuditEntry(Base):
    """Who did what on which day, never content; each row holds the hash of the one before."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_case_id", "case_id"),
        _make_partial_index("ix_audit_counted", COUNTED, "act", "done_on"),
        _make_partial_index("ix_audit_told", TOLD, "number"),
        _make_partial_index("ix_audit_people", PEOPLE, "actor", "number"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    done_on: Mapped[date]
    actor: Mapped[str] = mapped_column(String(32))  # account id, "reporter" or "system"
    act: Mapped[str] = mapped_column(String(CODE))  # AuditAct; another version may have more
    case_id: Mapped[str | None] = mapped_column(String(32))
    detail: Mapped[str] = mapped_column(String(CODE * 2))
    # What the actor signed, of acts that are signed (crypto/acts.py).
    statement: Mapped[str | None] = mapped_column(Text)
    signature: Mapped[bytes | None] = mapped_column(LargeBinary(64))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditHead(Base):
    """The last number and hash of the audit chain; one row, locked by whoever appends."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


# A case is counted on the days of its events; none of them moves, so it is never counted twice.
write_once(Base.metadata.tables["cases"], "received_on", "concluded_on")
write_once(Base.metadata.tables["allegations"], "first_outcome")
write_once(Base.metadata.tables["verdicts"], "given_on")
# What the public log says of a case cannot be said otherwise later.
write_once(
    Base.metadata.tables["log_steps"],
    *("case_id", "type", "what", "made_on", "digest", "record", "facts", "inside", "due_on"),
    *("number", "tag", "commitment", "position", "erased_on", "erasure"),
)
