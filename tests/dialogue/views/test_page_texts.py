"""The words in which a report is shown again."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from crypto.body import BindingError
from portal.cases.states import Status, is_shown_to_reporter
from portal.core.taxonomy import load
from portal.dialogue.service.thread import UNOPENED
from portal.dialogue.views.page_texts import (
    FAULTS,
    MEANINGS,
    get_report_labels,
    list_parts,
    list_report_rows,
)

TEXTS = st.text(min_size=1, max_size=30).filter(str.strip)


def test_every_state_that_a_reporter_sees_is_explained() -> None:
    assert MEANINGS.keys() == {status for status in Status if is_shown_to_reporter(status)}


def test_every_fault_is_explained() -> None:
    named = {"format", "type", "signature", "rid", "thread", "seq", "prev", "author", "attachment"}

    assert FAULTS.keys() == named | {UNOPENED}
    for what in named:
        assert BindingError(what).what in FAULTS


@pytest.mark.parametrize("category", load().categories)
def test_every_question_of_a_category_has_its_words(app: Flask, category: str) -> None:
    with app.test_request_context("/kk/case"):
        labels = get_report_labels(category)

    for question in load().list_questions(category):
        if question.type != "info" and question.id != "unit":
            assert labels[question.id]["label"]


@given(answers=st.dictionaries(st.sampled_from(["a", "b"]), TEXTS | st.lists(TEXTS, max_size=3)))
def test_whatever_was_answered_is_shown(answers: dict[str, str | list[str]]) -> None:
    labels = {name: {"label": name.upper(), "options": {}} for name in ("a", "b")}

    shown = dict(list_report_rows({"answers": answers}, labels))

    assert shown == {
        name.upper(): [value] if isinstance(value, str) else value
        for name, value in sorted(answers.items())
        if value
    }


@given(fields=st.dictionaries(st.text(max_size=8), TEXTS | st.integers() | st.none(), max_size=5))
def test_a_letter_of_any_shape_is_drawn(fields: dict[str, object]) -> None:
    for name, text in list_parts(fields):
        assert isinstance(name, str)
        assert text in fields.values()


def test_a_letter_shows_its_parts_and_not_its_codes() -> None:
    letter = {"reason": "expert_opinion", "finding": "F", "facts": "W", "text": "T"}

    assert list_parts(letter) == [
        ("", "T"),
        ("What was established", "W"),
        ("What was decided, and why", "F"),
    ]
    assert list_parts({"unheard_of": "shown all the same"}) == [("", "shown all the same")]
