"""A country in which much is reported: whole lives of cases, each drawn from one row of draws.

Regions differ in how much is reported, how fast it is answered and what is found, as they do; in
one of them much more is reported in the end than was to be expected.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from portal.core.taxonomy import load
from portal.invented.chance import Chance, Mix
from portal.invented.frequencies import BODIES, CATEGORIES, OUTCOMES, SANCTIONS, WITH_SANCTION

NOWHERE = 0.03  # share of reports whose writer does not know the region
GROWTH = 0.05  # share of reports that come as a portal becomes known
PROPENSITY, PACE, FINDS = 0.35, 0.25, 0.2  # how regions differ: spreads of logarithms
MEDIAN_DAYS, SPREAD_DAYS = 14, 0.8  # to the conclusion, log-normal
NEVER = 0.03  # share of cases that are never concluded
HANDED_OVER, TWO_MATTERS, EXTENDED, SANCTIONED = 0.08, 0.12, 0.6, 0.6
REVIEWED, CHANGED = 0.05, 0.25
RATED, FORMAL, PARTIAL, UNSAID, RESPECTED = 0.4, 0.35, 0.35, 0.2, 0.7
SURGE_REGION, SURGE_CATEGORY, SURGE_DAYS, SURGE = "KZ-35", "refusal_inaction", 330, 0.03
DAY = timedelta(days=1)


@dataclass(frozen=True)
class EndedMatter:
    """How an allegation ends, and what is imposed for it."""

    outcome: str
    sanction: str | None
    imposed_on: date | None


@dataclass(frozen=True)
class VerdictGiven:
    """What the reporter says of the answer."""

    answer: str
    respect: bool | None
    given_on: date


@dataclass(frozen=True)
class SecondLook:
    """A review of the conclusion."""

    asked_on: date
    decided_on: date
    changed: bool


@dataclass(frozen=True)
class Proceedings:
    """What is done in a case, and when; some of it may lie after any day that is looked at."""

    received_on: date
    read_on: date
    handed_over_on: date | None
    is_extended: bool  # if its time runs out; otherwise it is late
    reason: str  # of the extension
    told_after: int  # days after the term was over
    concluded_on: date | None
    findings: tuple[EndedMatter, ...]
    review: SecondLook | None
    opinion: VerdictGiven | None


@dataclass(frozen=True)
class InventedCase:
    """A whole life of a case."""

    id: str
    row_key: bytes
    record_key: bytes
    category: str
    region: str | None
    body: str  # a kind
    course: Proceedings


@dataclass(frozen=True)
class Habits:
    """How a region differs from the others."""

    pace: float  # everything takes so many times longer
    outcomes: Mix[str]


class Country:
    """Draws cases, the same in every run for the same days and seed."""

    def __init__(self, first: date, today: date, seed: str = "a country") -> None:
        self.first, self.today = first, today
        self._chance = Chance(seed)
        self._places = mix_regions(self._chance, PROPENSITY, NOWHERE)
        self._regions = {code: self._draw_habits() for code in (*load().regions, None)}
        self._categories, self._bodies = _mix(CATEGORIES), _mix(BODIES)
        self._sanctions = _mix(SANCTIONS)
        self._reasons = list(load().extension_reasons)

    def draw_cases(self, number: int) -> Iterator[InventedCase]:
        """Yield so many cases."""
        for _ in range(number):
            yield self._draw_case()

    def _draw_habits(self) -> Habits:
        finds = self._chance.draw_factor(FINDS)
        weights = {
            outcome: weight * (finds if outcome in WITH_SANCTION else 1)
            for outcome, weight in OUTCOMES.items()
        }
        return Habits(self._chance.draw_factor(PACE), _mix(weights))

    def _draw_case(self) -> InventedCase:
        chance, received_on = self._chance, self._draw_day()
        region = self._places.draw(chance)
        category = self._categories.draw(chance)
        if received_on > self.today - SURGE_DAYS * DAY and chance.may_happen(SURGE):
            region, category = SURGE_REGION, SURGE_CATEGORY
        return InventedCase(
            id=chance.draw_key().hex(),
            row_key=chance.draw_key() + chance.draw_key(),
            record_key=chance.draw_key(),
            category=category,
            region=region,
            body=self._bodies.draw(chance),
            course=self._draw_course(received_on, self._regions[region]),
        )

    def _draw_day(self) -> date:
        place = self._chance.draw_uniform()
        if self._chance.may_happen(GROWTH):
            place = max(place, self._chance.draw_uniform())
        return self.first + DAY * int(place * ((self.today - self.first).days + 1))

    def _draw_course(self, received_on: date, region: Habits) -> Proceedings:
        chance, count = self._chance, len(self._reasons)
        days = int(draw_days_to_conclusion(chance, MEDIAN_DAYS, SPREAD_DAYS) * region.pace) + 1
        end = None if chance.may_happen(NEVER) else received_on + days * DAY
        matters = 1 + chance.may_happen(TWO_MATTERS) if end else 0
        return Proceedings(
            received_on=received_on,
            read_on=received_on + chance.draw_below(5) * DAY,
            handed_over_on=(
                received_on + (1 + chance.draw_below(7)) * DAY
                if chance.may_happen(HANDED_OVER)
                else None
            ),
            is_extended=chance.may_happen(EXTENDED),
            reason=self._reasons[min(chance.draw_below(count), chance.draw_below(count))],
            told_after=chance.draw_below(6),
            concluded_on=end,
            findings=tuple(self._draw_finding(end, region) for _ in range(matters) if end),
            review=self._draw_second_look(end) if end and chance.may_happen(REVIEWED) else None,
            opinion=self._draw_opinion(end, region) if end and chance.may_happen(RATED) else None,
        )

    def _draw_finding(self, decided_on: date, region: Habits) -> EndedMatter:
        chance = self._chance
        outcome = region.outcomes.draw(chance)
        if outcome not in WITH_SANCTION or not chance.may_happen(SANCTIONED):
            return EndedMatter(outcome, None, None)
        imposed_on = decided_on + (10 + chance.draw_below(50)) * DAY
        return EndedMatter(outcome, self._sanctions.draw(chance), imposed_on)

    def _draw_second_look(self, concluded_on: date) -> SecondLook:
        asked_on = concluded_on + (1 + self._chance.draw_below(25)) * DAY
        decided_on = asked_on + (5 + self._chance.draw_below(20)) * DAY
        return SecondLook(asked_on, decided_on, self._chance.may_happen(CHANGED))

    def _draw_opinion(self, concluded_on: date, region: Habits) -> VerdictGiven:
        """Say what the reporter does: the slower the region, the more formal its answers."""
        chance = self._chance
        given_on = concluded_on + chance.draw_below(30) * DAY
        formal = min(FORMAL * region.pace, 0.9)
        rest = "partial" if chance.may_happen(PARTIAL) else "substantive"
        answer = "formal" if chance.may_happen(formal) else rest
        respect = None if chance.may_happen(UNSAID) else chance.may_happen(RESPECTED)
        return VerdictGiven(answer, respect, given_on)


def mix_regions(chance: Chance, spread: float, nowhere: float) -> Mix[str | None]:
    """Return how often something is reported from each region, and from nobody knows where.

    Args:
        chance: draws how regions differ.
        spread: of the logarithm of reports for each inhabitant.
        nowhere: share of reports without a region, against all with one.
    """
    regions = load().regions
    weights = [region.population * chance.draw_factor(spread) for region in regions.values()]
    return Mix([*regions, None], [*weights, sum(weights) * nowhere])


def draw_days_to_conclusion(chance: Chance, median: float, spread: float) -> float:
    """Return how many days a case takes: log-normal, as many are quick and a few endless.

    Args:
        chance: draws.
        median: half of the cases take no longer.
        spread: of the logarithm.
    """
    return median * chance.draw_factor(spread)


def _mix(weights: Mapping[str, float]) -> Mix[str]:
    return Mix(list(weights), list(weights.values()))
