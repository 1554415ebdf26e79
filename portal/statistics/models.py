"""Tables of published figures: releases, who read their drafts, replies, what cases cost."""

import json
from datetime import date

from sqlalchemy import (
    Dialect,
    ForeignKey,
    LargeBinary,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.calendar import Quarter
from portal.core.db import Base
from portal.core.taxonomy import CODE
from portal.core.write_once import write_once
from portal.statistics.catalogue.release_facts import ReleaseName


class _QuarterColumn(TypeDecorator[Quarter]):
    """A quarter as it is written; read as one."""

    impl = String(7)
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Quarter | None:
        return None if value is None else Quarter(value)


class _TextsColumn(TypeDecorator[dict[str, str]]):
    """A text by language, as JSON: one more language needs no other table."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, str] | None, _dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> dict[str, str] | None:
        return None if value is None else dict(json.loads(value))


PUBLISHED = "published"  # verdict of the board on a reply


class ReleaseVersion(Base):
    """One quarter in one version, from its draft on; once released, its files never change."""

    __tablename__ = "releases"
    __table_args__ = (UniqueConstraint("quarter", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    quarter: Mapped[Quarter] = mapped_column(_QuarterColumn)  # 2026-q3
    version: Mapped[int]
    level: Mapped[str] = mapped_column(String(2))  # L0, L1, L2
    published_on: Mapped[date]  # the announced day, which everything of the release bears
    previous: Mapped[str] = mapped_column(String(64))  # manifest of the release before
    correction: Mapped[str | None] = mapped_column(Text)  # JSON: what this version corrects
    # Both locked under a key of the server, until they are destroyed.
    key: Mapped[bytes | None] = mapped_column(LargeBinary)  # draws the noise
    counted: Mapped[bytes | None] = mapped_column(LargeBinary)  # the cells before the noise
    manifest: Mapped[str | None] = mapped_column(String(64))  # SHA-256; none: not yet counted
    signed_on: Mapped[date | None]  # the day of the second signature
    released_on: Mapped[date | None]  # the day it entered the ledger and became public
    minutes_late: Mapped[int | None]  # after the announced minute of that day
    # The record keys of its cases are redrawn in the order of receipt: up to this day as yet.
    renewed_until: Mapped[date | None]
    renewed_on: Mapped[date | None]  # the day the last of them was redrawn

    @property
    def name(self) -> str:
        """Return the release as it is cited: 2026-q3/v1."""
        return str(ReleaseName(self.quarter, self.version))


class SignOff(Base):
    """A member of the oversight board who read a draft; signed_on if they signed it off.

    It belongs to one manifest: a draft that changes is another one, and nobody has signed it.
    """

    __tablename__ = "sign_offs"

    release_id: Mapped[int] = mapped_column(ForeignKey("releases.id"), primary_key=True)
    manifest: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    read_on: Mapped[date]
    signed_on: Mapped[date | None]


class Reply(Base):
    """What a body says to figures of a release, and what the oversight board decided about it.

    It is published as a file of its own (portal/statistics/releases/replies.py)
    that never changes.
    """

    __tablename__ = "replies"
    __table_args__ = (UniqueConstraint("release_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("releases.id"))
    area: Mapped[str] = mapped_column(String(CODE))  # a region, or the nation
    about: Mapped[str] = mapped_column(String(CODE))  # which of its figures
    body_code: Mapped[str] = mapped_column(ForeignKey("bodies.code"))
    author_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    texts: Mapped[dict[str, str]] = mapped_column(_TextsColumn)  # by language, one at least
    written_on: Mapped[date]
    verdict: Mapped[str | None] = mapped_column(String(CODE))  # published, or why it was returned
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    decided_on: Mapped[date | None]
    number: Mapped[int | None]  # among those published to this release


class LedgerEntry(Base):
    """What every case has paid for one table whose event fell on one day.

    The day of an event never moves (portal/cases/models.py), and a day is in the ledger of a table
    once: so a case is counted in a table once, whatever happens to it later.
    """

    __tablename__ = "ledger"

    table_id: Mapped[str] = mapped_column(String(CODE), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    family: Mapped[str] = mapped_column(String(CODE))
    quarter: Mapped[Quarter] = mapped_column(_QuarterColumn)  # whose release counted it
    thousandths: Mapped[int]  # of epsilon


write_once(Base.metadata.tables["ledger"], "table_id", "day", "family", "quarter", "thousandths")
write_once(Base.metadata.tables["releases"], "quarter", "version", "released_on", "minutes_late")
write_once(
    Base.metadata.tables["replies"],
    *("release_id", "area", "about", "body_code", "texts", "written_on"),
    *("verdict", "decided_on", "number"),
)
