"""The first review of a case that its reporter asked for, and whether it changed the decision."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.cases.committed_facts import register_table
from portal.cases.models import Case
from portal.core.db import Base


class Review(Base):
    """The first review of a case: asked for, and what became of the decision."""

    __tablename__ = "reviews"
    __table_args__ = (CheckConstraint("(decided_on IS NULL) = (changed IS NULL)", name="decided"),)

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    asked_on: Mapped[date]
    decided_on: Mapped[date | None]
    changed: Mapped[bool | None]


register_table(Review, inside=("asked_on", "decided_on", "changed"))


def ask(session: Session, case: Case, *, today: date) -> None:
    """Write down that a review was asked for; a second one of the same case is not counted."""
    if session.get(Review, case.id) is None:
        session.add(Review(case_id=case.id, asked_on=today))


def decide(session: Session, case: Case, *, changed: bool, today: date) -> None:
    """Write down what the review came to, if it is the one that is counted."""
    review = session.get(Review, case.id)
    if review and review.decided_on is None:
        review.decided_on, review.changed = today, changed
