"""Which questions a report is asked, and which answers count (twin: static/questions.js)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portal.core.questions import CORE, Answers, Question
from portal.core.taxonomy import load
from portal.intake.draft import Choice, Draft

# Asked on the first page, because they decide who can read the report.
CHOSEN = frozenset({"region", "unit", "service", "consent_forward"})

# What a question of the taxonomy lets a person say instead of an answer.
SKIP, UNKNOWN = "skip", "unknown"

# Notices of the taxonomy that belong to a category; those of single questions stand there.
NOTICES: Mapping[str, tuple[str, ...]] = {
    "bribery": ("bribe_giver", "reward"),
    "staff_report": ("device", "narrow_circle"),
}
FOR_ALL = ("identifying", "false_report", "anonymous_limits")


def list_questions(category: str) -> tuple[Question, ...]:
    """Return the questions of the second page, in their order.

    Raises:
        KeyError: there is no such category.
    """
    return tuple(
        question for question in load().list_questions(category) if question.id not in CHOSEN
    )


def list_notices(category: str) -> tuple[str, ...]:
    """Return the ids of the notices shown before the questions of a category."""
    return (*NOTICES.get(category, ()), *FOR_ALL)


def is_folded(question: Question) -> bool:
    """Tell whether a question stands in a part that is closed at first: nobody must answer it."""
    if question.show_if is not None:
        return is_folded(load().questions[question.show_if.question])
    return question.required == "optional" and question.type != "files"


def list_visible(category: str, given: Answers) -> tuple[str, ...]:
    """Return the ids of the questions that these answers call for.

    A question whose condition is itself not shown is not shown either.
    """
    return tuple(_find_shown(category, given))


def select_counted(category: str, given: Answers) -> dict[str, str | list[str]]:
    """Return the answers that count: to questions that are shown, and not empty.

    Args:
        category: id of the category.
        given: whatever was sent; unknown questions are left out.
    """
    return {
        question: value if isinstance(value, str) else list(value)
        for question in list_visible(category, given)
        if (value := given.get(question)) and not _is_blank(value)
    }


def list_left_out(category: str, given: Answers) -> tuple[str, ...]:
    """Return the ids of answered questions that do not count, because they were not called for."""
    kept = select_counted(category, given)
    return tuple(
        question.id
        for question in list_questions(category)
        if question.id not in kept and not _is_blank(given.get(question.id))
    )


def build_report_fields(draft: Draft) -> dict[str, object]:
    """Return the fields of the sealed report: what was chosen, and the answers that count."""
    chosen = get_chosen_answers(draft.choice)
    answers = select_counted(draft.choice.category, draft.answers)
    return {**get_chosen_fields(draft.choice, draft.language), "answers": {**chosen, **answers}}


def get_chosen_fields(choice: Choice, language: str) -> dict[str, object]:
    """Return the fields that the second page knows before anybody has written a word."""
    return {
        "category": choice.category,
        "subcategory": choice.subcategory,
        "region": choice.region,
        "agency": choice.agency,
        "leadership": choice.leadership,
        "outside_police": choice.outside_police,
        "language": language,
    }


def get_chosen_answers(choice: Choice) -> dict[str, str]:
    """Return the answers that were given on the first page and have no field of their own."""
    return {"service": choice.service} if choice.service else {}


def _find_shown(category: str, given: Answers) -> Iterator[str]:
    shown: dict[str, str | list[str]] = {}
    for question in list_questions(category):
        if question.type != "info" and question.is_shown(shown):
            value = given.get(question.id, "")
            said = value if isinstance(value, str) else list(value)
            shown[question.id] = "" if _is_blank(said) else said  # to say nothing calls for nothing
            yield question.id


def _is_blank(value: object) -> bool:
    return not (value.strip() if isinstance(value, str) else value)


@dataclass(frozen=True)
class QuestionGroups:
    """The questions of the second page as it groups them."""

    first: tuple[Question, ...]  # every report
    category: tuple[Question, ...]  # this kind of report
    more: tuple[Question, ...]  # this kind, nobody must answer
    around: tuple[Question, ...]  # place, people, proof: nobody must answer
    files: tuple[Question, ...]
    told: tuple[Question, ...]  # no questions, only said


def group_questions(category: str) -> QuestionGroups:
    """Return the questions of a category in the groups of the page, each once."""
    groups: dict[str, list[Question]] = {name: [] for name in QuestionGroups.__annotations__}
    for question in list_questions(category):
        groups[_build_part(question)].append(question)
    return QuestionGroups(**{name: tuple(questions) for name, questions in groups.items()})


def _build_part(question: Question) -> str:
    special = {"files": "files", "info": "told"}
    if question.type in special:
        return special[question.type]
    if question.scope == CORE:
        return "around" if is_folded(question) else "first"
    return "more" if is_folded(question) else "category"
