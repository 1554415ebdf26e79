"""Which cases there are: pure, the same in every run for the same day and number."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from portal.core.calendar import add_months, compute_quarter, compute_quarter_bounds, is_working_day
from portal.core.taxonomy import load
from portal.demonstration.chance import below, happens, pick, weighted
from portal.demonstration.courses import BY_ID, COURSES, OF_REPORTERS, OUTCOMES, Act, Course, Step
from portal.intake.draft import Choice

YEARS = 2
CITY = "KZ-75"  # here every body has a sign-in that is printed
ONE_DAY = timedelta(days=1)
SLACK = 12  # days that weekends and holidays can add to a short course
OLD = 160  # days: longer than any course
PRESSING, HURRIED = 2, 85  # priority, percent
BEGINNING = frozenset({Act.CLAIM, Act.ACKNOWLEDGE, Act.ASSESS})
RESTING = 25  # a case that rests began at most so many days before it had to

CATEGORIES: Mapping[str, int] = {
    "bribery": 17,
    "abuse_of_office": 7,
    "excess_of_power": 10,
    "excessive_force": 8,
    "ill_treatment": 4,
    "sexual": 2,
    "unlawful_detention": 5,
    "refusal_inaction": 17,
    "evidence": 5,
    "data_breach": 3,
    "discrimination": 3,
    "conduct": 12,
    "retaliation": 2,
    "staff_report": 3,
    "other": 2,
}
SHARES: Mapping[str, int] = {"ru": 56, "kk": 39, "en": 5}
AGENCIES: Mapping[str | None, int] = {
    "police_unit": 62,
    "police_region": 9,
    None: 20,
    "transport_police": 3,
    "penitentiary": 2,
    "ministry": 1,
    "internal_security": 1,
    "anticorruption": 1,
    "prosecutor": 1,
}
SERVICES: Mapping[str | None, int] = {
    "patrol": 34,
    "district_inspector": 18,
    "investigation": 12,
    "criminal": 9,
    "migration": 4,
    None: 23,
}


@dataclass(frozen=True)
class Plan:
    """One case: what is told, in which course, how it ends."""

    number: int
    choice: Choice
    language: str
    received_on: date
    course: Course
    outcome: str = ""  # of every allegation, if it is not drawn for each
    shown: bool = False  # its receipt is printed


@dataclass(frozen=True, order=True)
class Moment:
    """One act on one day; the order of all moments is the order in which they are played."""

    day: date
    number: int  # of the case
    place: int  # in its course; 0: the report itself
    act: Act


@dataclass(frozen=True)
class Shown:
    """A case whose receipt is printed, so that both sides of it can be played."""

    course: str
    age: int
    language: str
    category: str
    subcategory: str


SHOWN = (
    Shown("forgotten", 1, "kk", "bribery", "bribery.roadside"),
    Shown("waiting for an answer", 24, "ru", "evidence", "evidence.planted"),
    Shown("slow", 34, "en", "excessive_force", "excessive_force.physical"),
    Shown("taking longer", 32, "kk", "refusal_inaction", "refusal_inaction.not_registered"),
    Shown("just decided", 36, "ru", "conduct", "conduct.rude"),
    Shown("to be reviewed", 40, "en", "ill_treatment", "ill_treatment.custody_beating"),
    Shown("before the court", 30, "kk", "ill_treatment", "ill_treatment.confession"),
    Shown("on its way", 20, "ru", "excess_of_power", "excess_of_power.unlawful_seizure"),
    Shown("judged", 150, "ru", "staff_report", "staff_report.quota"),
)


def first_day(today: date) -> date:
    """Return the day the portal opened: the first of a quarter, two years ago."""
    return compute_quarter_bounds(compute_quarter(add_months(today, -12 * YEARS)))[0]


def plans(count: int, today: date) -> list[Plan]:
    """Return so many cases, in which every status and every outcome occurs."""
    found = [_shown(number, one, today) for number, one in enumerate(SHOWN)]
    found += [_sure(number, *one, today) for number, one in enumerate(_wanted(), len(found))]
    found += [_drawn(number, today) for number in range(len(found), count)]
    return found


def moments(found: list[Plan], today: date) -> list[Moment]:
    """Return everything that has happened by today, in order."""
    return sorted(one for plan in found for one in _life(plan) if one.day <= today)


def _life(plan: Plan) -> Iterator[Moment]:
    day, hurried = plan.received_on, _is_hurried(plan)
    yield Moment(day, plan.number, 0, Act.FILE)
    for place, step in enumerate(plan.course.steps, start=1):
        if not (hurried and step.act in BEGINNING):
            day += timedelta(days=step.least + _gap(plan, place, step))
            while step.act not in OF_REPORTERS and not is_working_day(day):
                day += ONE_DAY
        yield Moment(day, plan.number, place, step.act)


def _gap(plan: Plan, place: int, step: Step) -> int:
    """Return how many days more than the least a step takes; mostly few."""
    draws = (below(step.most - step.least + 1, "gap", plan.number, place, draw) for draw in (0, 1))
    return min(draws)


def _is_hurried(plan: Plan) -> bool:
    """Tell whether somebody on duty takes the case at once, also on a Sunday."""
    urgent = load().routes[plan.choice.category].priority <= PRESSING
    return urgent and happens(HURRIED, "hurried", plan.number)


def _wanted() -> Iterator[tuple[Course, str]]:
    """Yield what must occur: each course, and each outcome that a course does not bring."""
    for course in COURSES:
        yield course, course.outcome
    for outcome in OUTCOMES:
        yield BY_ID["plain"], outcome


def _shown(number: int, one: Shown, today: date) -> Plan:
    choice = Choice(one.category, one.subcategory, region=CITY, agency="police_unit")
    received_on = today - timedelta(days=one.age)
    return Plan(number, choice, one.language, received_on, BY_ID[one.course], shown=True)


def _sure(number: int, course: Course, outcome: str, today: date) -> Plan:
    age = _resting_age(number, course) if course.rests else OLD + below(260, "old", number)
    return _plan(number, course, today - timedelta(days=age), outcome)


def _drawn(number: int, today: date) -> Plan:
    course = BY_ID[weighted({one.id: one.weight for one in COURSES}, "course", number)]
    if course.rests:
        return _plan(number, course, today - timedelta(days=_resting_age(number, course)), "")
    span = (today - first_day(today)).days + 1
    # Of two draws the later one counts most of the time: a portal that becomes known.
    draws = sorted(below(span, "day", number, draw) for draw in range(2))
    place = draws[happens(62, "later", number)]
    return _plan(number, course, first_day(today) + timedelta(days=place), "")


def _resting_age(number: int, course: Course) -> int:
    return course.longest + SLACK + below(RESTING, "rest", number)


def _plan(number: int, course: Course, received_on: date, outcome: str) -> Plan:
    category = weighted(CATEGORIES, "category", number)
    agency = weighted(AGENCIES, "agency", number)
    choice = Choice(
        category=category,
        subcategory=pick(load().list_subcategories(category), "subcategory", number).id,
        region=_region(number),
        agency=agency,
        service=weighted(SERVICES, "service", number) if agency == "police_unit" else None,
        leadership=happens(4, "leadership", number),
        outside_police=happens(18, "outside", number),
    )
    language = weighted(SHARES, "language", number)
    return Plan(number, choice, language, received_on, course, outcome or course.outcome)


def _region(number: int) -> str | None:
    """Return a region as often as people live there; the largest city somewhat more often."""
    if happens(6, "no region", number):
        return None
    people = {code: one.population for code, one in load().regions.items()}
    return CITY if happens(9, "city", number) else weighted(people, "region", number)
