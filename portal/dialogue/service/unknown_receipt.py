"""What became of a report that its receipt does not open any more, as the public log has it."""

from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.log_entries import REPORT, VERSION, WITH_FACTS
from portal.cases.models import Case, LogStep
from portal.transparency.models import OF_CASES, LogEntry


class UnknownReceipt(StrEnum):
    """Why a receipt opens nothing."""

    UNKNOWN = "unknown"  # no report was ever filed with it
    ERASED = "erased"  # its content was destroyed on purpose, and the log says so
    ALTERED = "altered"  # the report is here, and what opens it was exchanged or destroyed
    MISSING = "missing"  # the log has the report, the database does not


def explain_unknown_receipt(session: Session, tag: bytes) -> UnknownReceipt:
    """Return what became of a report that was not found by its receipt.

    Args:
        session: to read with.
        tag: of its entry in the public log, 16 bytes; follows from the receipt alone. Tags are
            public: whoever takes one from the log learns here only what the log says already.
    """
    step = session.scalars(
        select(LogStep).where(LogStep.tag == tag, LogStep.type == REPORT)
    ).first()
    if step is None:
        return UnknownReceipt.MISSING if _is_logged(session, tag) else UnknownReceipt.UNKNOWN
    case = session.get(Case, step.case_id)
    if case is None:
        return UnknownReceipt.MISSING
    return (
        UnknownReceipt.ERASED
        if case.second_half is None and step.erased_on
        else UnknownReceipt.ALTERED
    )


def _is_logged(session: Session, tag: bytes) -> bool:
    heads = [bytes([version]) + REPORT.encode() + tag for version in (VERSION, WITH_FACTS)]
    positions = select(LogEntry.position).where(OF_CASES)
    return any(
        session.scalar(positions.where(LogEntry.entry > head, LogEntry.entry < head + b"\xff" * 33))
        is not None
        for head in heads
    )
