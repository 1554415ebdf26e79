"""What the invented reporters answer to the questions of the form."""

from datetime import date, timedelta

from portal.core.questions import Question
from portal.core.taxonomy import load
from portal.demonstration.plans import Plan
from portal.demonstration.stories import tell_detail, tell_story
from portal.intake.answers import CHOSEN
from portal.intake.draft import Draft
from portal.invented.named import draw_below, may_happen, pick

Given = dict[str, str | list[str]]

ANSWERED = 45  # percent of the questions that nobody must answer
PRESSING = 12  # percent of the answers that call for haste, where there is such an answer
# Free words that would need a text of their own.
DAYS = frozenset({"date_approx", "datetime_approx"})
LEFT_OUT = frozenset({"officer_details"})


def draft(plan: Plan) -> Draft:
    """Return the report of a plan as a person would have typed it."""
    given: Given = {}
    for question in load().list_questions(plan.choice.category):
        if question.id not in CHOSEN | LEFT_OUT and question.is_shown(given):
            answer = _answer(plan, question)
            if answer:
                given[question.id] = answer
    return Draft(plan.choice, plan.language, given)


def _answer(plan: Plan, question: Question) -> str | list[str]:
    """Return an answer, or nothing where nobody must answer and this person does not."""
    wanted = question.must_answer or question.id == "when_date"
    if not wanted and not may_happen(ANSWERED, "answered", plan.number, question.id):
        return ""
    if question.options:
        option = _pick_option(plan, question)
        return [option] if question.type == "multi" else option
    if question.type == "longtext":
        return tell_story(plan.choice.category, plan.language, plan.number)
    return _answer_line(plan, question)


def _answer_line(plan: Plan, question: Question) -> str:
    if question.type in DAYS:
        return _pick_day(plan).isoformat()
    if question.type == "number":
        return str(1 + draw_below(4, question.id, plan.number))
    return tell_detail(plan.choice.category, plan.language) if question.must_answer else ""


def _pick_option(plan: Plan, question: Question) -> str:
    pressing = load().urgencies.get(question.id, {})
    options = [option.id for option in question.options]
    calm = [option for option in options if option not in pressing]
    if pressing and calm and not may_happen(PRESSING, "pressing", plan.number, question.id):
        options = calm
    return pick(options, question.id, plan.number)


def _pick_day(plan: Plan) -> date:
    return plan.received_on - timedelta(days=draw_below(20, "before", plan.number))
