"""Tables of published figures: releases, and the ledger of what each case has cost."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.cases.models import CODE
from portal.core.db import Base


class Release(Base):
    """One published quarter in one version; its files never change."""

    __tablename__ = "releases"
    __table_args__ = (UniqueConstraint("quarter", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    quarter: Mapped[str] = mapped_column(String(7))  # 2026-q3
    version: Mapped[int]
    level: Mapped[str] = mapped_column(String(2))  # L0, L1, L2
    published_on: Mapped[date]
    manifest: Mapped[str] = mapped_column(String(64))  # SHA-256 of the manifest
    previous: Mapped[str] = mapped_column(String(64))  # the same of the release before


class LedgerEntry(Base):
    """A case entered a cell of a base table: what that costs of its lifetime budget.

    Unique by case and table: a case is counted once in each, whatever happens to it later.
    """

    __tablename__ = "ledger"
    __table_args__ = (
        UniqueConstraint("case_id", "table"),
        Index("ix_ledger_quarter", "quarter", "table"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    table: Mapped[str] = mapped_column(String(CODE))
    quarter: Mapped[str] = mapped_column(String(7))
    thousandths: Mapped[int]  # of epsilon
