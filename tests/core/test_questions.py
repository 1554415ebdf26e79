"""A question appears exactly when earlier answers call for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.questions import Condition
from portal.core.taxonomy import load

WORDS = st.sampled_from(["day", "month", "period", "unknown"])


def test_a_date_is_asked_for_only_if_it_is_known() -> None:
    when = load().questions["when_date"]

    assert when.is_shown({"when_precision": "month"})
    assert not when.is_shown({"when_precision": "unknown"})
    assert not when.is_shown({})


def test_details_are_asked_for_if_anything_but_nothing_is_known_of_the_officer() -> None:
    details = load().questions["officer_details"]

    assert details.is_shown({"officer_id_kind": ["badge", "none"]})
    assert not details.is_shown({"officer_id_kind": ["none"]})
    assert not details.is_shown({"officer_id_kind": []})


def test_a_question_without_a_condition_is_always_shown() -> None:
    assert load().questions["danger_now"].is_shown({})


@given(st.lists(WORDS, min_size=1, unique=True), WORDS)
def test_for_one_answer_in_and_not_in_are_opposites(values: list[str], answer: str) -> None:
    listed = ", ".join(values)
    answers = {"when": answer}

    holds = Condition.parse(f"when in [{listed}]").is_met(answers)
    fails = Condition.parse(f"when not in [{listed}]").is_met(answers)

    assert holds == (answer in values)
    assert holds != fails


@pytest.mark.parametrize(
    "text", ["", "when", "when in day", "when is [day]", "when in []", "when in [day] or more"]
)
def test_a_condition_in_other_words_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a condition"):
        Condition.parse(text)
