"""Cases of a whole country as bare rows: enough for figures of the highest level of detail.

They have what figures count and nothing else: no report, no receipt, no step of the public log.
Nobody can work with them. Regions differ in how much is reported, how fast it is answered and what
is found, as they do; in one of them much more is reported in the end than was to be expected.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from math import exp, log
from struct import unpack
from typing import Any

from sqlalchemy import insert

from portal.cases import audit
from portal.cases.bodies import DP_USB, KNB_AC, MVD_DSB, PROS_REG, PROS_SPEC, get_body_in
from portal.cases.clocks import compute_due_date
from portal.cases.codes import AuditAct, DeadlineCode, SealedBy, VerdictAnswer
from portal.cases.models import Allegation, Case, Clock, Sanction, StatusChange, Verdict
from portal.cases.reviews import Review
from portal.cases.states import Status
from portal.core.taxonomy import load
from portal.demonstration.by_staff import WITH_SANCTION
from portal.demonstration.courses import OUTCOMES, SANCTIONS
from portal.demonstration.plans import CATEGORIES
from portal.demonstration.preparing import Portal
from portal.demonstration.progress import PreparationProgress
from portal.statistics.attacks.draws import Chance, Mix

TABLES = (Case, StatusChange, Clock, Allegation, Sanction, Verdict, Review)
AT_ONCE = 5000  # cases whose rows are in memory
NOWHERE = 0.03  # share of reports whose writer does not know the region
GROWTH = 0.05  # share of reports that come as a portal becomes known
PROPENSITY, PACE, FINDS = 0.35, 0.25, 0.2  # how regions differ: spreads of logarithms
MEDIAN_DAYS, SPREAD_DAYS = 14, 0.8  # to the conclusion, log-normal
NEVER = 0.03  # share of cases that are never concluded
HANDED_OVER, TWO_MATTERS, EXTENDED, SANCTIONED = 0.08, 0.12, 0.6, 0.6
REVIEWED, CHANGED = 0.05, 0.25
RATED, FORMAL, PARTIAL, UNSAID, RESPECTED = 0.4, 0.35, 0.35, 0.2, 0.7
SURGE_REGION, SURGE_CATEGORY, SURGE_DAYS, SURGE = "KZ-35", "refusal_inaction", 330, 0.03
BODIES: Mapping[str, int] = {PROS_SPEC: 18, PROS_REG: 22, DP_USB: 34, MVD_DSB: 14, KNB_AC: 12}
DAY = timedelta(days=1)

Row = dict[str, Any]
Act = tuple[date, AuditAct, str]  # what stands on the audit trail: when, what, its code


@dataclass(frozen=True)
class Region:
    """How a region differs from the others."""

    pace: float  # everything takes so many times longer
    outcomes: Mix


@dataclass
class Batch:
    """Rows of some cases, by table, and what was done in them."""

    rows: Mapping[type, list[Row]] = field(default_factory=lambda: {one: [] for one in TABLES})
    acts: list[Act] = field(default_factory=list)


class Country:
    """Draws cases, the same in every run for the same days and number."""

    def __init__(self, first: date, today: date) -> None:
        self.first, self.today = first, today
        self._chance = Chance("a country")
        regions = load().regions
        weights = [one.population * self._about(PROPENSITY) for one in regions.values()]
        self._places = Mix(list(regions), weights)
        self._regions = {code: self._region() for code in (*regions, None)}
        self._categories = _mix(CATEGORIES)
        self._sanctions = _mix(SANCTIONS)
        self._bodies = _mix(BODIES)
        self._allegations = count(1)

    def cases(self, number: int) -> Iterator[tuple[int, Batch]]:
        """Yield the rows of so many cases, some at a time, and how many there are by then."""
        for start in range(0, number, AT_ONCE):
            batch, end = Batch(), min(start + AT_ONCE, number)
            for _ in range(start, end):
                self._case(batch)
            yield end, batch

    def _about(self, spread: float) -> float:
        """Return a factor around 1."""
        return exp(spread * self._chance.normal())

    def _happens(self, share: float) -> bool:
        return self._chance.uniform() < share

    def _below(self, limit: int) -> int:
        return int(self._chance.uniform() * limit)

    def _region(self) -> Region:
        finds = self._about(FINDS)
        weights = {
            one: weight * (finds if one in WITH_SANCTION else 1) for one, weight in OUTCOMES.items()
        }
        return Region(self._about(PACE), _mix(weights))

    def _received(self) -> date:
        place = self._chance.uniform()
        if self._happens(GROWTH):
            place = max(place, self._chance.uniform())
        return self.first + DAY * int(place * ((self.today - self.first).days + 1))

    def _case(self, batch: Batch) -> None:
        received_on = self._received()
        code = None if self._happens(NOWHERE) else self._places.draw(self._chance)
        category = self._categories.draw(self._chance)
        late = received_on > self.today - SURGE_DAYS * DAY
        if late and self._happens(SURGE):
            code, category = SURGE_REGION, SURGE_CATEGORY
        region = self._regions[code]
        days = int(exp(log(MEDIAN_DAYS) + SPREAD_DAYS * self._chance.normal()) * region.pace) + 1
        concluded_on = None if self._happens(NEVER) else received_on + days * DAY
        if concluded_on and concluded_on > self.today:
            concluded_on = None
        case = {
            "id": self._chance.key().hex(),
            "row_key": self._chance.key() + self._chance.key(),
            "category": category,
            "region": code,
            "leadership": False,
            "outside_police": False,
            "body_code": get_body_in(self._bodies.draw(self._chance), code),
            "priority": load().routes[category].priority,
            "status": Status.CLOSED if concluded_on else Status.IN_REVIEW,
            "open": concluded_on is None,
            "language": "ru",
            "sealed_by": SealedBy.BROWSER,
            "received_on": received_on,
            "concluded_on": concluded_on,
            "version": 1,
        }
        parts = unpack("<4i", self._chance.key())
        case |= {f"record_key_{place}": part for place, part in enumerate(parts, start=1)}
        batch.rows[Case].append(case)
        self._begun(batch, case)
        if concluded_on:
            self._concluded(batch, case, region)

    def _begun(self, batch: Batch, case: Row) -> None:
        """Write that a case was read, and what became of its clocks."""
        received_on, concluded_on = case["received_on"], case["concluded_on"]
        read_on = received_on + self._below(5) * DAY
        self._status(batch, case, 0, Status.RECEIVED, received_on)
        self._status(batch, case, 1, Status.ACKNOWLEDGED, read_on)
        if self._happens(HANDED_OVER):
            self._status(batch, case, 2, Status.ROUTED, received_on + (1 + self._below(7)) * DAY)
        for deadline, met_on in (
            (DeadlineCode.ACKNOWLEDGEMENT, read_on),
            (DeadlineCode.DECISION, concluded_on),
        ):
            self._clock(batch, case, deadline, received_on, met_on)
        due_on = batch.rows[Clock][-1]["due_on"]
        if due_on >= min(concluded_on or self.today, self.today):
            return
        if self._happens(EXTENDED):
            reasons = list(load().extension_reasons)
            reason = reasons[min(self._below(len(reasons)), self._below(len(reasons)))]
            batch.acts.append((due_on, AuditAct.EXTENDED, reason))
            told_on = due_on + self._below(6) * DAY
            self._clock(batch, case, DeadlineCode.EXTENSION_NOTICE, due_on, told_on)
        else:
            batch.acts.append((due_on + DAY, AuditAct.OVERDUE, DeadlineCode.DECISION))

    def _concluded(self, batch: Batch, case: Row, region: Region) -> None:
        """Write what was found, and what the reporter said of it."""
        concluded_on = case["concluded_on"]
        self._status(batch, case, 3, Status.DECIDED, concluded_on)
        for position in range(1 + self._happens(TWO_MATTERS)):
            self._allegation(batch, case, position, region.outcomes.draw(self._chance))
        if self._happens(REVIEWED):
            self._review(batch, case)
        if self._happens(RATED):
            self._verdict(batch, case, region)

    def _review(self, batch: Batch, case: Row) -> None:
        asked_on = case["concluded_on"] + (1 + self._below(25)) * DAY
        decided_on = asked_on + (5 + self._below(20)) * DAY
        decided = decided_on <= self.today
        if asked_on <= self.today:
            batch.rows[Review].append(
                {
                    "case_id": case["id"],
                    "asked_on": asked_on,
                    "decided_on": decided_on if decided else None,
                    "changed": self._happens(CHANGED) if decided else None,
                }
            )

    def _verdict(self, batch: Batch, case: Row, region: Region) -> None:
        """Write what the reporter says: the slower the region, the more formal its answers."""
        given_on = case["concluded_on"] + self._below(30) * DAY
        formal = min(FORMAL * region.pace, 0.9)
        rest = VerdictAnswer.PARTIAL if self._happens(PARTIAL) else VerdictAnswer.SUBSTANTIVE
        if given_on <= self.today:
            batch.rows[Verdict].append(
                {
                    "case_id": case["id"],
                    "answer": VerdictAnswer.FORMAL if self._happens(formal) else rest,
                    "respect": None if self._happens(UNSAID) else self._happens(RESPECTED),
                    "given_on": given_on,
                }
            )

    def _allegation(self, batch: Batch, case: Row, position: int, outcome: str) -> None:
        number, decided_on = next(self._allegations), case["concluded_on"]
        batch.rows[Allegation].append(
            {
                "id": number,
                "case_id": case["id"],
                "position": position,
                "subcategory": case["category"],
                "outcome": outcome,
                "first_outcome": outcome,
                "decided_on": decided_on,
            }
        )
        imposed_on = decided_on + (10 + self._below(50)) * DAY
        if outcome in WITH_SANCTION and self._happens(SANCTIONED) and imposed_on <= self.today:
            code = self._sanctions.draw(self._chance)
            batch.rows[Sanction].append(
                {"allegation_id": number, "code": code, "imposed_on": imposed_on}
            )

    def _status(self, batch: Batch, case: Row, position: int, status: str, day: date) -> None:
        batch.rows[StatusChange].append(
            {
                "case_id": case["id"],
                "position": position,
                "status": status,
                "changed_on": min(day, self.today),
            }
        )

    def _clock(
        self, batch: Batch, case: Row, deadline: str, started_on: date, met_on: date | None
    ) -> None:
        batch.rows[Clock].append(
            {
                "case_id": case["id"],
                "deadline": deadline,
                "started_on": started_on,
                "due_on": compute_due_date(deadline, started_on),
                "met_on": met_on,
            }
        )


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
    for done, batch in Country(first, today).cases(number):
        with portal.transaction() as session:
            for table, rows in batch.rows.items():
                if rows:
                    session.execute(insert(table), rows)
        acts += batch.acts
        progress.tell("Cases", done, number)
    with portal.transaction() as session:
        for day, act, code in sorted(acts):
            audit.record(session, act, actor=audit.SYSTEM, detail=code, today=day)


def _mix(weights: Mapping[str, float]) -> Mix:
    return Mix(list(weights), list(weights.values()))
