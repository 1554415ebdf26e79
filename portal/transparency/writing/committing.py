"""Facts of cases that were filed before their reports committed to any: from one day on they do."""

from datetime import date

from sqlalchemy.orm import Session

from portal.cases import audit, committed_facts
from portal.cases.codes import AuditAct
from portal.transparency.queries.case_records import CaseRecord, read_cases


def commit_facts(session: Session, *, today: date) -> int:
    """Write a step for each such case that says all its facts as they are now.

    What was altered before cannot be told from what is right: verify first. The reporter sees
    that codes were written down on that day, and which.

    Args:
        session: of a transaction that writes; nobody else does meanwhile.
        today: the day.

    Returns:
        How many cases that were.
    """
    steps = [
        committed_facts.build_facts_step(
            facts.id, committed_facts.split_facts(facts.rows, whole=True), today=today
        )
        for facts in read_cases(session)
        if _is_uncommitted(facts)
    ]
    if steps:
        session.add_all(steps)
        audit.record(
            session,
            AuditAct.FACTS_COMMITTED,
            actor=audit.SYSTEM,
            detail=str(len(steps)),
            today=today,
        )
    return len(steps)


def _is_uncommitted(facts: CaseRecord) -> bool:
    """Tell whether a case has an entry in the log, or will have one, that says nothing of facts."""
    if facts.log_key is None or facts.erased:
        return False
    _, whole = committed_facts.fold_steps(facts.steps)
    return not whole
