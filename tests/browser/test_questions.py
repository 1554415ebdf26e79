"""The form asks and counts the same in the browser as on the server."""

from dataclasses import asdict
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.modules import Bench
from crypto import receipt
from crypto.digits import to_ascii_digits
from portal.core.clean_text import clean_file_name, clean_media_type, normalise, strip_forbidden
from portal.core.questions import Question
from portal.core.taxonomy import load
from portal.intake.answers import list_questions, list_visible, select_counted

MODULE = 'const twin = await import("/static/questions.js"); '
FILES = 'const twin = await import("/static/filename.js"); '
MODEST = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
VALUES = st.sampled_from(["", " ", "yes", "none", "unknown", "words"])
# What a browser can send: no half characters.
TYPED = st.text(st.characters(exclude_categories=["Cs"]))


def rules(question: Question) -> dict[str, Any]:
    """Return a question as the page gives it to the script."""
    condition = question.show_if
    return {
        "id": question.id,
        "type": question.type,
        "required": question.must_answer,
        "at_least": question.min_chars or 0,
        "at_most": question.max_chars or 200,
        "show_if": asdict(condition) if condition else None,
    }


@st.composite
def filled_in(draw: st.DrawFn) -> tuple[str, dict[str, str | list[str]]]:
    category = draw(st.sampled_from(sorted(load().categories)))
    answers: dict[str, str | list[str]] = {}
    for question in list_questions(category):
        options = st.sampled_from([option.id for option in question.options] or ["words"])
        if draw(st.booleans()) and question.type != "info":
            chosen: st.SearchStrategy[str | list[str]] = options | VALUES
            if question.type == "multi":
                chosen = st.lists(options, max_size=3, unique=True)
            answers[question.id] = draw(chosen)
    return category, answers


@MODEST
@given(sent=filled_in())
def test_the_same_answers_count(bench: Bench, sent: tuple[str, dict[str, str | list[str]]]) -> None:
    category, answers = sent
    questions = [
        rules(question) for question in list_questions(category) if question.type != "info"
    ]
    urgencies = {question["id"]: load().urgencies.get(question["id"], {}) for question in questions}

    result = bench.run(
        MODULE
        + """
        const [questions, given, urgencies] = arguments;
        const kept = twin.counted(questions, given);
        return [twin.visible(questions, given), kept, twin.urgency(urgencies, kept)];
        """,
        questions,
        answers,
        urgencies,
    )

    kept = select_counted(category, answers)
    assert result == [list(list_visible(category, answers)), kept, load().find_most_urgent(kept)]


@MODEST
@given(typed=TYPED)
def test_texts_are_written_alike(bench: Bench, typed: str) -> None:
    result = bench.run(
        MODULE
        + """
        const of = (type) => twin.normal({ type }, arguments[0]);
        return [of("text"), of("money"), twin.readable(of("text"))];
        """,
        typed,
    )

    plain = normalise(typed)
    assert result == [plain, to_ascii_digits(plain), strip_forbidden(plain)]


@MODEST
@given(name=TYPED | st.from_regex(r"[a-zё/\\. \t]{0,12}\.?[a-zё]{0,20}", fullmatch=True))
def test_names_of_files_are_written_alike(bench: Bench, name: str) -> None:
    result = bench.run(FILES + "return twin.fileName(arguments[0])", name)

    assert result == clean_file_name(name)


def test_spaces_in_names_are_written_alike(bench: Bench) -> None:
    for space in ("\r", "\r\n", "\t", "\x0b", "\x85", "\xa0", "\u2028", "\u3000", "\ufeff"):
        name = f"{space}one{space}{space}two{space}"
        result = bench.run(FILES + "return twin.fileName(arguments[0])", name)
        assert result == clean_file_name(name), repr(name)


def test_long_names_are_cut_alike(bench: Bench) -> None:
    for name in ("ы" * 300 + ".pdf", "a." + "b" * 300, "🙁" * 90, "x" * 255 + ".y"):
        assert bench.run(FILES + "return twin.fileName(arguments[0])", name) == clean_file_name(
            name
        )


def test_types_of_files_are_written_alike(bench: Bench) -> None:
    for name in ("image/jpeg", "", "text/plain", "no type", "application/vnd.ms-excel", "x/" * 90):
        assert bench.run(FILES + "return twin.mediaType(arguments[0])", name) == clean_media_type(
            name
        )


def test_the_script_complains_where_the_server_would(bench: Bench) -> None:
    base: dict[str, object] = {
        "id": "x",
        "type": "text",
        "required": False,
        "at_least": 0,
        "at_most": 10,
    }
    cases: list[tuple[dict[str, object], object, str | None]] = [
        ({"required": True}, "", "required"),
        ({"required": True}, "  \n", "required"),
        ({"required": True, "type": "multi"}, [], "required"),
        ({}, "", None),
        ({"at_least": 5}, "four", "short"),
        ({}, "x" * 11, "long"),
        ({}, "🙁" * 10, None),
        ({}, "a\u202eb", "unreadable"),
        ({"type": "number"}, "12", None),
        ({"type": "number"}, "-1", "number"),
        ({"at_most": 200}, f"see {receipt.format_digits(bytes(11))}", "receipt"),
        ({"at_most": 200}, "12345 " * 6, None),
    ]
    for more, value, fault in cases:
        result = bench.run(MODULE + "return twin.complaint(...arguments)", base | more, value)
        assert result == fault, (more, value)


def test_a_typed_word_that_every_object_has_is_no_priority(bench: Bench) -> None:
    for word in ("constructor", "__proto__", "toString"):
        given = {"what_happened": word, "danger_now": "yes"}
        levels = {"what_happened": {}, "danger_now": {"yes": 1}}
        assert bench.run(MODULE + "return twin.urgency(...arguments)", levels, given) == 1
