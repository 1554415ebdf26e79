"""Only answers to questions that were called for count."""

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.taxonomy import load
from portal.intake.answers import (
    CHOSEN,
    QuestionGroups,
    group_questions,
    list_left_out,
    list_questions,
    list_visible,
    select_counted,
)

CATEGORIES = st.sampled_from(sorted(load().categories))
WORDS = st.sampled_from(["", " ", "told", "none", "unknown", "yes"])


@st.composite
def filled_in(draw: st.DrawFn) -> tuple[str, dict[str, str | list[str]]]:
    """A category, and answers as anybody could send them, also to questions of others."""
    category = draw(CATEGORIES)
    names = [question for question in load().questions.values() if question.type != "info"]
    answers: dict[str, str | list[str]] = {}
    for question in draw(st.lists(st.sampled_from(names), unique_by=lambda asked: asked.id)):
        offered = st.sampled_from([option.id for option in question.options] or ["words"])
        many = st.lists(offered, max_size=3)
        answers[question.id] = draw(st.one_of(WORDS, offered, many))
    return category, answers


@given(filled_in())
@settings(max_examples=100)
def test_an_answer_counts_if_its_question_is_asked_shown_and_not_left_empty(
    sent: tuple[str, dict[str, str | list[str]]],
) -> None:
    category, answers = sent

    kept = select_counted(category, answers)

    known = {question.id: question for question in list_questions(category)}
    for name, value in kept.items():
        condition = known[name].show_if
        assert value == answers[name]
        assert condition is None or condition.is_met(kept)
    for name in known.keys() & answers.keys() - kept.keys():
        value, condition = answers[name], known[name].show_if
        is_empty = not (value.strip() if isinstance(value, str) else value)
        assert is_empty or condition is not None
        assert is_empty == (name not in list_left_out(category, answers))


@given(filled_in())
@settings(max_examples=100)
def test_what_does_not_count_changes_nothing(
    sent: tuple[str, dict[str, str | list[str]]],
) -> None:
    category, answers = sent

    kept = select_counted(category, answers)

    assert select_counted(category, kept) == kept
    assert not list_left_out(category, kept)


@given(CATEGORIES)
def test_every_question_stands_in_one_part_of_the_page(category: str) -> None:
    groups = group_questions(category)

    placed = [
        question.id for name in QuestionGroups.__annotations__ for question in getattr(groups, name)
    ]

    assert sorted(placed) == sorted(question.id for question in list_questions(category))
    assert not CHOSEN & set(placed)


@given(CATEGORIES)
def test_nothing_that_must_be_answered_is_folded_away(category: str) -> None:
    groups = group_questions(category)

    assert not [question.id for question in (*groups.more, *groups.around) if question.must_answer]


def test_a_question_about_a_hidden_question_is_hidden_too() -> None:
    answers = {"reported_before": "no", "earlier_reply": "formal", "officer_details": "tall"}

    assert select_counted("other", answers) == {"reported_before": "no"}
    assert list_left_out("other", answers) == ("officer_details", "earlier_reply")
    assert "earlier_reply" in list_visible("other", {"reported_before": "102"})
