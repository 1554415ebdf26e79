"""Tables of the public log: its entries, the nodes of its tree, what it signed, what it names."""

from datetime import date

from sqlalchemy import BigInteger, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.core.write_once import write_once

HEAD = 1  # the only row of its table
LEVEL_BITS = 56
OF_CASES = text("length(entry) = 50")  # steps of cases: see crypto.log_entries


class LogHead(Base):
    """The name and the size of the log; one row, locked by whoever appends."""

    __tablename__ = "log_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(String(255))
    size: Mapped[int]


class LogEntry(Base):
    """An entry, as everybody can read it."""

    __tablename__ = "log_entries"
    # Whoever has the key of a case finds its report; a statement must say the condition likewise.
    __table_args__ = (
        Index("ix_log_entries_entry", "entry", sqlite_where=OF_CASES, postgresql_where=OF_CASES),
    )

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry: Mapped[bytes] = mapped_column(LargeBinary)


class LogNode(Base):
    """The hash of a full subtree; its place is the level in the upper bits, then the number."""

    __tablename__ = "log_nodes"

    place: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class LogCheckpoint(Base):
    """A state of the log, and what its key signed of it."""

    __tablename__ = "log_checkpoints"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    # Signed once the entries are committed; without cosignatures.
    note: Mapped[bytes] = mapped_column(LargeBinary, nullable=True)
    made_on: Mapped[date]


class LogCosignature(Base):
    """The line of a witness below a checkpoint."""

    __tablename__ = "log_cosignatures"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    witness: Mapped[str] = mapped_column(String(255), primary_key=True)
    key_id: Mapped[bytes] = mapped_column(LargeBinary(4), primary_key=True)
    line: Mapped[str] = mapped_column(String(4000))


class LogBatch(Base):
    """A batch of steps: everything up to and with a day, and how large the log was then."""

    __tablename__ = "log_batches"

    through: Mapped[date] = mapped_column(primary_key=True)
    size: Mapped[int]
    reports: Mapped[int]  # in this batch; as public as the log itself
    trail: Mapped[int | None]  # number of the last audit entry that was there
    merged_on: Mapped[date]


class LogName(Base):
    """Where an entry stands that names something: a key, code, a policy, a release, a batch."""

    __tablename__ = "log_names"
    __table_args__ = (Index("ix_log_names_name", "kind", "name"),)

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20))  # crypto.log_entries.ANNOUNCED, or "release"
    name: Mapped[str] = mapped_column(String(255))


# What was once in the log stays as it was.
write_once(Base.metadata.tables["log_entries"], "entry")
write_once(Base.metadata.tables["log_nodes"], "hash")
write_once(Base.metadata.tables["log_checkpoints"], "root", "note", "made_on")
write_once(Base.metadata.tables["log_names"], "kind", "name")
