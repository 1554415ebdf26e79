"""What the reporter of each case was told against what the database says of the case now."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto import body as bodies
from crypto import outcome
from crypto.errors import FormatError
from crypto.log_entries import OUTCOME, REPORT, STEP
from crypto.outcome import Outcome
from crypto.steps import FACTS
from portal.cases.clocks import compute_due_date
from portal.cases.codes import AuditAct, DeadlineCode
from portal.cases.log_steps import UNDECIDED, UNKNOWN, get_duration_band
from portal.cases.models import AuditEntry, Case, LogStep
from portal.cases.states import Status, is_shown_to_reporter
from portal.core.calendar import Quarter
from portal.transparency.queries.case_records import CaseRecord, read_cases
from portal.transparency.verifying import case_facts, chains, erasures
from portal.transparency.verifying.contents import Contents
from portal.transparency.writing import schedule
from portal.transparency.writing.log_keys import BlindingKeys

# Days off are moved by the government after deadlines were reckoned with the old ones.
TOLERANCE = timedelta(days=7)
_STATUSES = frozenset(status.value for status in Status)


def check(
    session: Session,
    contents: Contents,
    blinds: BlindingKeys,
    tell: Callable[[int, int], None],
    *,
    today: date,
) -> Iterator[str]:
    """Yield every difference between a case and what the log has of it.

    Args:
        session: to read with.
        contents: what the entries say.
        blinds: opens the steps of cases.
        tell: hears how many cases of how many are done.
        today: the day; what was promised by an earlier one is overdue.
    """
    yield from _find_deleted(session)
    number = session.scalar(select(func.count()).select_from(Case)) or 0
    for done, facts in enumerate(read_cases(session), start=1):
        for fault in _check_case(facts, contents, blinds, today=today):
            yield f"case {facts.id}: {fault}"
        if done % 1000 == 0 or done == number:
            tell(done, number)


def _find_deleted(session: Session) -> Iterator[str]:
    """Yield cases of which nothing but their steps, or their trail, is left."""
    left = ~select(Case.id).where(Case.id == LogStep.case_id).exists()
    gone = select(LogStep.case_id, func.count()).where(left).group_by(LogStep.case_id)
    named = set[str]()
    for case_id, steps in session.execute(gone):
        named.add(case_id)
        yield f"case {case_id}: it was deleted, and {steps} of its steps were told to its reporter"
    came = select(AuditEntry.case_id, AuditEntry.done_on).where(
        AuditEntry.act == AuditAct.RECEIVED,
        ~select(Case.id).where(Case.id == AuditEntry.case_id).exists(),
    )
    for gone_id, day in session.execute(came):
        if gone_id not in named:
            yield f"case {gone_id}: received on {day}, and it was deleted"


def _check_case(
    facts: CaseRecord, contents: Contents, blinds: BlindingKeys, *, today: date
) -> Iterator[str]:
    if not _is_older(facts, contents):
        yield from chains.check(facts, blinds)
        yield from _check_registration(facts)
        yield from _check_objects(facts)
        yield from _check_statuses(facts)
        yield from _check_conclusion(facts)
        yield from _check_batches(facts, contents, today=today)
        yield from case_facts.check(facts)
    yield from _check_trail(facts)
    yield from _check_history(facts)
    yield from _check_clocks(facts)
    yield from erasures.check(facts, contents)


def _is_older(facts: CaseRecord, contents: Contents) -> bool:
    """Tell whether a case came before there was a log, which then has nothing of it.

    What stands in the trail binds it; the log commits to the trail.
    """
    began = contents.batches[0].through if contents.batches else date.max
    has_entry = any(step.type == REPORT or step.number is not None for step in facts.steps)
    return facts.log_key is None and not has_entry and facts.received_on <= began


def _check_trail(facts: CaseRecord) -> Iterator[str]:
    if facts.received_on not in facts.acts[AuditAct.RECEIVED]:
        yield f"received on {facts.received_on}, when the trail has nothing of it"
    for sealed in facts.sealed:
        if sealed.digest != sealed.real:
            what = f"its {sealed.kind} {sealed.seq} of {sealed.filed_on}"
            yield f"{what} is not the object that came then"


def _check_registration(facts: CaseRecord) -> Iterator[str]:
    reports = [step for step in facts.steps if step.type == REPORT]
    if len(reports) > 1:
        yield "it was received twice"
    for step in reports[:1]:
        if step.made_on != facts.received_on:
            yield f"received on {facts.received_on}, and {step.made_on} was told"
        if step.due_on != schedule.compute_promised_day(step.made_on):
            yield f"promised by {step.due_on}, and a report of {step.made_on} is promised otherwise"


def _check_objects(facts: CaseRecord) -> Iterator[str]:
    """Compare sealed objects with the steps that say that they were added."""
    silent = {*_STATUSES, FACTS}
    told = [step for step in facts.steps if step.what not in silent and step.erased_on is None]
    there = [sealed for sealed in facts.told if sealed.kind != bodies.DECISION]
    yield from _compare(
        [(step.what, step.made_on, step.digest) for step in told],
        [(sealed.kind, sealed.filed_on, sealed.real) for sealed in there],
    )
    decided = [step.digest for step in facts.steps if step.what == Status.DECIDED]
    for sealed in facts.told:
        if sealed.kind == bodies.DECISION and sealed.real not in decided:
            yield f"its decision {sealed.seq} of {sealed.filed_on} is not the one that was told"
    known = {sealed.real for sealed in facts.told}
    for step in facts.steps:
        kept = step.what == Status.DECIDED and step.digest and step.erased_on is None
        if kept and step.digest not in known:
            yield f"the decision of {step.made_on} is gone"


ObjectRow = tuple[str, date, str]


def _compare(told: list[ObjectRow], there: list[ObjectRow]) -> Iterator[str]:
    """Compare what was told with what is there, both in order."""
    if told == there:
        return
    gone = [row for row in told if row not in there]
    new = [row for row in there if row not in told]
    for kind, day, _ in gone:
        yield f"the {kind} of {day} that was told is gone or was exchanged"
    for kind, day, _ in new:
        yield f"a {kind} of {day} is there that nobody was told of"
    if not gone and not new:
        yield "its messages are in another order, or one is there twice"


def _check_statuses(facts: CaseRecord) -> Iterator[str]:
    """Compare the history with the steps; nobody is told what comes after erasure."""
    told = [(step.what, step.made_on) for step in facts.steps if step.what in _STATUSES]
    had = [(status.value, day) for status, day in facts.history[1:] if is_shown_to_reporter(status)]
    if facts.erased:
        had = had[: len(told)] + [row for row in had[len(told) :] if row[0] != Status.CLOSED]
    if told != had:
        place = next(
            (n for n, (row, other) in enumerate(zip(told, had, strict=False)) if row != other),
            min(len(told), len(had)),
        )
        said, row = _describe_row(told, place), _describe_row(had, place)
        yield f"its reporter was told {said}, and its history has {row}"


def _check_history(facts: CaseRecord) -> Iterator[str]:
    if facts.history and facts.history[0] != (Status.RECEIVED, facts.received_on):
        yield f"its history begins with {_describe_row(facts.history, 0)}"
    if facts.history and facts.history[-1][0] != facts.status:
        yield f"its status is {facts.status}, and its history ends with {facts.history[-1][0]}"


def _describe_row(rows: list[tuple[str, date]] | list[tuple[Status, date]], place: int) -> str:
    return f"{rows[place][0]} on {rows[place][1]}" if place < len(rows) else "nothing more"


def _check_conclusion(facts: CaseRecord) -> Iterator[str]:
    """Compare how it ended, as the figures count it, with what was told."""
    outcomes = [step for step in facts.steps if step.type == OUTCOME]
    if len(outcomes) > 1:
        yield "it was concluded for the first time twice"
    first = outcomes[0].made_on if outcomes else None
    if facts.concluded_on != first:
        yield f"concluded on {facts.concluded_on}, and {first} was told"
    if not outcomes:
        return
    last = [step for step in facts.steps if step.record][-1]
    try:
        told = outcome.parse(last.record.encode("ascii"))
    except (FormatError, UnicodeEncodeError):
        yield "the record of its outcome cannot be read"
        return
    yield from _check_outcome(facts, last.made_on, told)


def _check_outcome(facts: CaseRecord, day: date, told: Outcome) -> Iterator[str]:
    """Compare the outcome that was told last with the one that follows from the rows."""
    try:
        now = _build_outcome(facts, day, len(told.findings))
    except FormatError:
        said = _format_outcome(told)
        yield f"its outcome was told as {said}, and nothing of it can be made any more"
        return
    if told != now:
        said, row = _format_outcome(told), _format_outcome(now)
        yield f"its outcome was told as {said}, and the database has {row}"
    for each in facts.allegations[len(told.findings) :]:
        if each.outcome is not None:
            yield f"the outcome of {each.subcategory} was never told"


def _build_outcome(facts: CaseRecord, day: date, number: int) -> Outcome:
    """Return the outcome that follows from the rows; what was added since has none yet."""
    return Outcome(
        category=facts.category,
        region=facts.region or UNKNOWN,
        quarter=Quarter.from_day(day),
        duration=get_duration_band(facts.received_on, day),
        findings=tuple(
            outcome.Finding(
                each.subcategory, each.outcome or UNDECIDED, tuple(sorted(facts.sanctions[each.id]))
            )
            for each in facts.allegations[:number]
        ),
    )


def _format_outcome(outcome: Outcome) -> str:
    """Return an outcome in a few words."""
    findings = "; ".join(
        f"{finding.subcategory} {finding.outcome} {'+'.join(finding.sanctions) or 'nothing'}"
        for finding in outcome.findings
    )
    where = f"{outcome.category} {outcome.region} {outcome.quarter}"
    return f"{where} {outcome.duration} days ({findings})"


def _check_clocks(facts: CaseRecord) -> Iterator[str]:
    """Compare the days of clocks with days on which something happened, and with the calendar."""
    days = set().union(*facts.acts.values())
    for deadline, started, due, met in facts.clocks:
        for what, day in (("started", started), ("met", met)):
            if day is not None and day not in days:
                yield f"its clock {deadline} {what} on {day}, when nothing happened"
        moved = deadline == DeadlineCode.DECISION and AuditAct.EXTENDED in facts.acts
        if not moved and abs(due - compute_due_date(deadline, started)) > TOLERANCE:
            yield f"its clock {deadline} of {started} is due on {due}, which is not the deadline"


def _check_batches(facts: CaseRecord, contents: Contents, *, today: date) -> Iterator[str]:
    """Compare the day of each step with the batch that it is in, or should be."""
    for step in facts.steps:
        if step.position is None:
            if step.due_on is not None and step.due_on < today:
                yield f"the log was to have it by {step.due_on}, and has not"
            elif contents.last is not None and step.made_on <= contents.last:
                yield f"{step.what} of {step.made_on} is not in the log; the next batch takes it"
            continue
        batch = contents.find_batch(step.position)
        if batch is None:
            yield f"{step.what} of {step.made_on} stands in a batch that was not closed"
        elif step.made_on > batch.through:
            yield f"{step.what} of {step.made_on} stands in the batch of {batch.through} already"
        elif step.type != STEP and Quarter.from_day(step.made_on) != Quarter.from_day(
            batch.through
        ):
            yield (
                f"{step.what} of {step.made_on} came into the log with {batch.through} only:"
                " whoever counts entries counts it in another quarter"
            )
