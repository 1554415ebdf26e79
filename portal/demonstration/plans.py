"""Which cases there are: pure, the same in every run for the same day and number."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from portal.core.calendar import Quarter, add_months, is_working_day
from portal.core.taxonomy import load
from portal.demonstration.courses import BY_ID, COURSES, OF_REPORTERS, Act, Course, CourseStep
from portal.intake.draft import Choice
from portal.invented.case_subjects import draw_subject
from portal.invented.frequencies import CITY, OUTCOMES
from portal.invented.named import draw_below, may_happen, pick_weighted

YEARS = 2
ONE_DAY = timedelta(days=1)
SLACK = 12  # days that weekends and holidays can add to a short course
OLD = 160  # days: longer than any course
PRESSING, HURRIED = 2, 85  # priority, percent
BEGINNING = frozenset({Act.CLAIM, Act.ACKNOWLEDGE, Act.ASSESS})
RESTING = 25  # a case that rests began at most so many days before it had to


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
class PlannedAct:
    """One act on one day; the order of all moments is the order in which they are played."""

    day: date
    number: int  # of the case
    place: int  # in its course; 0: the report itself
    act: Act


@dataclass(frozen=True)
class PrintedCase:
    """A case whose receipt is printed, so that both sides of it can be played."""

    course: str
    age: int
    language: str
    category: str
    subcategory: str


PRINTED_CASES = (
    PrintedCase("forgotten", 1, "kk", "bribery", "bribery.roadside"),
    PrintedCase("waiting for an answer", 24, "ru", "evidence", "evidence.planted"),
    PrintedCase("slow", 34, "en", "excessive_force", "excessive_force.physical"),
    PrintedCase("taking longer", 32, "kk", "refusal_inaction", "refusal_inaction.not_registered"),
    PrintedCase("just decided", 36, "ru", "conduct", "conduct.rude"),
    PrintedCase("to be reviewed", 40, "en", "ill_treatment", "ill_treatment.custody_beating"),
    PrintedCase("before the court", 30, "kk", "ill_treatment", "ill_treatment.confession"),
    PrintedCase("on its way", 20, "ru", "excess_of_power", "excess_of_power.unlawful_seizure"),
    PrintedCase("judged", 150, "ru", "staff_report", "staff_report.quota"),
)


def compute_first_day(today: date) -> date:
    """Return the day the portal opened: the first of a quarter, two years ago."""
    return Quarter.from_day(add_months(today, -12 * YEARS)).first


def make_plans(count: int, today: date) -> list[Plan]:
    """Return so many cases, in which every status and every outcome occurs."""
    made = [_plan_printed(number, case, today) for number, case in enumerate(PRINTED_CASES)]
    made += [
        _plan_certain(number, *wanted, today)
        for number, wanted in enumerate(_list_wanted(), len(made))
    ]
    made += [_plan_drawn(number, today) for number in range(len(made), count)]
    return made


def list_acts(plans: list[Plan], today: date) -> list[PlannedAct]:
    """Return everything that has happened by today, in order."""
    return sorted(act for plan in plans for act in _yield_acts(plan) if act.day <= today)


def _yield_acts(plan: Plan) -> Iterator[PlannedAct]:
    day, hurried = plan.received_on, _is_hurried(plan)
    yield PlannedAct(day, plan.number, 0, Act.FILE)
    for place, step in enumerate(plan.course.steps, start=1):
        if not (hurried and step.act in BEGINNING):
            day += timedelta(days=step.least + _draw_gap(plan, place, step))
            while step.act not in OF_REPORTERS and not is_working_day(day):
                day += ONE_DAY
        yield PlannedAct(day, plan.number, place, step.act)


def _draw_gap(plan: Plan, place: int, step: CourseStep) -> int:
    """Return how many days more than the least a step takes; mostly few."""
    draws = (
        draw_below(step.most - step.least + 1, "gap", plan.number, place, draw) for draw in (0, 1)
    )
    return min(draws)


def _is_hurried(plan: Plan) -> bool:
    """Tell whether somebody on duty takes the case at once, also on a Sunday."""
    urgent = load().routes[plan.choice.category].priority <= PRESSING
    return urgent and may_happen(HURRIED, "hurried", plan.number)


def _list_wanted() -> Iterator[tuple[Course, str]]:
    """Yield what must occur: each course, and each outcome that a course does not bring."""
    for course in COURSES:
        yield course, course.outcome
    for outcome in OUTCOMES:
        yield BY_ID["plain"], outcome


def _plan_printed(number: int, case: PrintedCase, today: date) -> Plan:
    choice = Choice(case.category, case.subcategory, region=CITY, agency="police_unit")
    received_on = today - timedelta(days=case.age)
    return Plan(number, choice, case.language, received_on, BY_ID[case.course], shown=True)


def _plan_certain(number: int, course: Course, outcome: str, today: date) -> Plan:
    age = (
        _draw_resting_age(number, course) if course.rests else OLD + draw_below(260, "old", number)
    )
    return _plan(number, course, today - timedelta(days=age), outcome)


def _plan_drawn(number: int, today: date) -> Plan:
    course = BY_ID[
        pick_weighted({course.id: course.weight for course in COURSES}, "course", number)
    ]
    if course.rests:
        return _plan(number, course, today - timedelta(days=_draw_resting_age(number, course)), "")
    span = (today - compute_first_day(today)).days + 1
    # Of two draws the later one counts most of the time: a portal that becomes known.
    draws = sorted(draw_below(span, "day", number, draw) for draw in range(2))
    place = draws[may_happen(62, "later", number)]
    return _plan(number, course, compute_first_day(today) + timedelta(days=place), "")


def _draw_resting_age(number: int, course: Course) -> int:
    return course.longest + SLACK + draw_below(RESTING, "rest", number)


def _plan(number: int, course: Course, received_on: date, outcome: str) -> Plan:
    told = draw_subject(number)
    choice = Choice(
        category=told.category,
        subcategory=told.subcategory,
        region=told.region,
        agency=told.agency,
        service=told.service,
        leadership=told.leadership,
        outside_police=told.outside_police,
    )
    return Plan(number, choice, told.language, received_on, course, outcome or course.outcome)
