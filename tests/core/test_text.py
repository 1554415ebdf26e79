"""Typed texts: composed, plain line ends, nothing invisible that a screen obeys."""

from hypothesis import given
from hypothesis.strategies import text

from portal.core.text import ascii_digits, has_forbidden, normal, without_forbidden


@given(text())
def test_a_cleaned_text_has_nothing_forbidden_and_cleaning_again_changes_nothing(raw: str) -> None:
    cleaned = without_forbidden(raw)

    assert not has_forbidden(cleaned)
    assert without_forbidden(cleaned) == cleaned


@given(text())
def test_a_normal_text_stays_as_it_is(raw: str) -> None:
    assert normal(normal(raw)) == normal(raw)
    assert "\r" not in normal(raw)


def test_what_people_write_stays() -> None:
    said = "Ұлы Отан, «ё» — 5 000 ₸\n\tқатар 😊"

    assert not has_forbidden(said)
    assert normal(said) == said


def test_commands_that_cannot_be_seen_are_found() -> None:
    for hidden in ("\x00", "\x1b", "\x7f", "\u202e", "\u2066", "\ufffd", "\x85"):
        assert has_forbidden(f"a{hidden}b")
        assert without_forbidden(f"a{hidden}b") == "ab"


def test_digits_of_any_script_become_the_usual_ones() -> None:
    assert ascii_digits("٤٢ and ४२ and 42") == "42 and 42 and 42"
