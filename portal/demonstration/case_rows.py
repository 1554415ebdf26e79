"""Invented cases as bare rows: enough for figures of the highest level of detail.

They have what figures count and nothing else: no report, no receipt, no step of the public log.
Nobody can work with them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count, islice
from struct import unpack
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.cases import audit
from portal.cases.bodies import get_body_in
from portal.cases.clocks import compute_due_date
from portal.cases.codes import AuditAct, DeadlineCode, SealedBy, VerdictAnswer
from portal.cases.models import Allegation, Case, Clock, Sanction, StatusChange, Verdict
from portal.cases.reviews import Review
from portal.cases.states import Status
from portal.core.taxonomy import load
from portal.demonstration.preparing import Portal
from portal.demonstration.progress import PreparationProgress, Task
from portal.invented.country import Country, InventedCase

TABLES = (Case, StatusChange, Clock, Allegation, Sanction, Verdict, Review)
AT_ONCE = 5000  # cases whose rows are in memory
DAY = timedelta(days=1)

Row = dict[str, Any]
Act = tuple[date, AuditAct, str]  # what stands on the audit trail: when, what, its code


@dataclass
class Batch:
    """Rows of some cases, by table, and what was done in them, up to a day."""

    today: date
    numbers: Iterator[int]  # of allegations
    rows: Mapping[type, list[Row]] = field(default_factory=lambda: {table: [] for table in TABLES})
    acts: list[Act] = field(default_factory=list)

    def add(self, case: InventedCase) -> None:
        """Write what has happened in a case."""
        course = case.course
        end = course.concluded_on
        concluded_on = end if end and end <= self.today else None
        self._add_case(case, concluded_on)
        self._add_beginning(case, concluded_on)
        if not concluded_on:
            return
        self._add_status(case, 3, Status.DECIDED, concluded_on)
        for position in range(len(course.findings)):
            self._add_allegation(case, position, concluded_on)
        self._add_review(case)
        self._add_verdict(case)

    def write(self, session: Session) -> None:
        """Put the rows into their tables."""
        for table, rows in self.rows.items():
            if rows:
                session.execute(insert(table), rows)

    def _add_case(self, case: InventedCase, concluded_on: date | None) -> None:
        parts = enumerate(unpack("<4i", case.record_key), start=1)
        self.rows[Case].append(
            {
                "id": case.id,
                "row_key": case.row_key,
                "category": case.category,
                "region": case.region,
                "leadership": False,
                "outside_police": False,
                "body_code": get_body_in(case.body, case.region),
                "priority": load().routes[case.category].priority,
                "status": Status.CLOSED if concluded_on else Status.IN_REVIEW,
                "open": concluded_on is None,
                "language": "ru",
                "sealed_by": SealedBy.BROWSER,
                "received_on": case.course.received_on,
                "concluded_on": concluded_on,
                "version": 1,
                **{f"record_key_{place}": part for place, part in parts},
            }
        )

    def _add_beginning(self, case: InventedCase, concluded_on: date | None) -> None:
        """Write that a case was read, and what became of its clocks."""
        course = case.course
        received_on = course.received_on
        self._add_status(case, 0, Status.RECEIVED, received_on)
        self._add_status(case, 1, Status.ACKNOWLEDGED, course.read_on)
        if course.handed_over_on:
            self._add_status(case, 2, Status.ROUTED, course.handed_over_on)
        self._add_clock(case, DeadlineCode.ACKNOWLEDGEMENT, received_on, course.read_on)
        self._add_clock(case, DeadlineCode.DECISION, received_on, concluded_on)
        due_on = compute_due_date(DeadlineCode.DECISION, received_on)
        if due_on >= min(concluded_on or self.today, self.today):
            return
        if course.is_extended:
            self.acts.append((due_on, AuditAct.EXTENDED, course.reason))
            told_on = due_on + course.told_after * DAY
            self._add_clock(case, DeadlineCode.EXTENSION_NOTICE, due_on, told_on)
        else:
            self.acts.append((due_on + DAY, AuditAct.OVERDUE, DeadlineCode.DECISION))

    def _add_allegation(self, case: InventedCase, position: int, decided_on: date) -> None:
        number, finding = next(self.numbers), case.course.findings[position]
        self.rows[Allegation].append(
            {
                "id": number,
                "case_id": case.id,
                "position": position,
                "subcategory": case.category,
                "outcome": finding.outcome,
                "first_outcome": finding.outcome,
                "decided_on": decided_on,
            }
        )
        if finding.imposed_on and finding.imposed_on <= self.today:
            imposed = {"code": finding.sanction, "imposed_on": finding.imposed_on}
            self.rows[Sanction].append({"allegation_id": number, **imposed})

    def _add_review(self, case: InventedCase) -> None:
        review = case.course.review
        if review and review.asked_on <= self.today:
            is_decided = review.decided_on <= self.today
            self.rows[Review].append(
                {
                    "case_id": case.id,
                    "asked_on": review.asked_on,
                    "decided_on": review.decided_on if is_decided else None,
                    "changed": review.changed if is_decided else None,
                }
            )

    def _add_verdict(self, case: InventedCase) -> None:
        opinion = case.course.opinion
        if opinion and opinion.given_on <= self.today:
            self.rows[Verdict].append(
                {
                    "case_id": case.id,
                    "answer": VerdictAnswer(opinion.answer),
                    "respect": opinion.respect,
                    "given_on": opinion.given_on,
                }
            )

    def _add_status(self, case: InventedCase, position: int, status: Status, day: date) -> None:
        self.rows[StatusChange].append(
            {
                "case_id": case.id,
                "position": position,
                "status": status,
                "changed_on": min(day, self.today),
            }
        )

    def _add_clock(
        self, case: InventedCase, deadline: str, started_on: date, met_on: date | None
    ) -> None:
        self.rows[Clock].append(
            {
                "case_id": case.id,
                "deadline": deadline,
                "started_on": started_on,
                "due_on": compute_due_date(deadline, started_on),
                "met_on": met_on,
            }
        )


def draw_batches(country: Country, number: int) -> Iterator[tuple[int, Batch]]:
    """Yield the rows of so many cases of a country, some at a time, and how many there are by then.

    Args:
        country: draws them.
        number: of cases.
    """
    cases, numbers = country.draw_cases(number), count(1)
    for start in range(0, number, AT_ONCE):
        batch = Batch(country.today, numbers)
        for case in islice(cases, AT_ONCE):
            batch.add(case)
        yield min(start + AT_ONCE, number), batch


def fill(
    portal: Portal, first: date, number: int, today: date, progress: PreparationProgress
) -> None:
    """Write so many cases, and what stands on the audit trail of them.

    Args:
        portal: with bodies and without cases.
        first: the first day on which something is reported.
        number: how many cases.
        today: the last day.
        progress: what tells the operator.
    """
    acts: list[Act] = []
    for done, batch in draw_batches(Country(first, today), number):
        with portal.transaction() as session:
            batch.write(session)
        acts += batch.acts
        progress.tell(Task.CASES, done, number)
    with portal.transaction() as session:
        for day, act, code in sorted(acts):
            audit.record(session, act, actor=audit.SYSTEM, detail=code, today=day)
