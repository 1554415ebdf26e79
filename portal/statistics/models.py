"""Tables of published figures: releases, and the ledger of what cases have cost."""

from datetime import date

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.cases.models import CODE
from portal.core.db import Base
from portal.core.final import final


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
    """What every case has paid for one table whose event fell on one day.

    The day of an event never moves (portal/cases/models.py), and a day is in the ledger of a table
    once: so a case is counted in a table once, whatever happens to it later.
    """

    __tablename__ = "ledger"

    table_id: Mapped[str] = mapped_column(String(CODE), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    family: Mapped[str] = mapped_column(String(CODE))
    quarter: Mapped[str] = mapped_column(String(7))  # whose release counted it
    thousandths: Mapped[int]  # of epsilon


final(Base.metadata.tables["ledger"], "table_id", "day", "family", "quarter", "thousandths")
