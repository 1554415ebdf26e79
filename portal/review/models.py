"""Table of proposals: what may be done to a case only by two people of different bodies."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.cases.committed_facts import register_table
from portal.cases.models import Case
from portal.core.db import Base
from portal.core.taxonomy import CODE


class ProposalKind(StrEnum):
    """What discredits a report or destroys it."""

    NO_SUBSTANCE = "no_substance"
    ERASURE = "erasure"


def _get_values(kind: type[ProposalKind]) -> list[str]:
    return [member.value for member in kind]


class Proposal(Base):
    """What one person asked for, and what a person of another body answered."""

    __tablename__ = "proposals"
    __table_args__ = (
        CheckConstraint("(granted IS NULL) = (answered_by IS NULL)", name="answered"),
        Index("ix_proposals_open", "granted", "case_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)  # random, 16 bytes as hex
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[ProposalKind] = mapped_column(
        Enum(ProposalKind, native_enum=False, length=CODE, values_callable=_get_values)
    )
    asked_by: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    asked_on: Mapped[date]
    answered_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    answered_on: Mapped[date | None]
    granted: Mapped[bool | None]

    case: Mapped[Case] = relationship()

    @property
    def erases(self) -> bool:
        """Tell whether it destroys what was written."""
        return self.kind is ProposalKind.ERASURE


register_table(
    Proposal,
    "id",
    inside=("kind", "asked_by", "asked_on", "answered_by", "answered_on", "granted"),
)
