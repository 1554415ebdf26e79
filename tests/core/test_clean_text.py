"""Typed texts: composed, plain line ends, nothing invisible that a screen obeys."""

from hypothesis import given
from hypothesis.strategies import text

from portal.core.clean_text import (
    clean_file_name,
    clean_media_type,
    has_forbidden,
    normalise,
    strip_forbidden,
)


@given(text())
def test_a_cleaned_text_has_nothing_forbidden_and_cleaning_again_changes_nothing(raw: str) -> None:
    cleaned = strip_forbidden(raw)

    assert not has_forbidden(cleaned)
    assert strip_forbidden(cleaned) == cleaned


@given(text())
def test_a_normal_text_stays_as_it_is(raw: str) -> None:
    assert normalise(normalise(raw)) == normalise(raw)
    assert "\r" not in normalise(raw)


def test_what_people_write_stays() -> None:
    said = "Ұлы Отан, «ё» — 5 000 ₸\n\tқатар 😊"

    assert not has_forbidden(said)
    assert normalise(said) == said


def test_commands_that_cannot_be_seen_are_found() -> None:
    for hidden in ("\x00", "\x1b", "\x7f", "\u202e", "\u2066", "\ufffd", "\x85"):
        assert has_forbidden(f"a{hidden}b")
        assert strip_forbidden(f"a{hidden}b") == "ab"


@given(text())
def test_the_name_of_a_file_is_short_and_leads_to_no_folder(raw: str) -> None:
    name = clean_file_name(raw)

    assert 0 < len(name.encode(errors="replace")) <= 255
    assert "/" not in name
    assert "\\" not in name
    assert not has_forbidden(name)


def test_the_name_of_a_file_keeps_what_people_need() -> None:
    assert clean_file_name("C:\\me\\фото  у поста.jpg") == "фото у поста.jpg"
    assert clean_file_name("a\u202egpj.exe") == "agpj.exe"
    assert clean_file_name("../..") == "file"
    assert clean_file_name("ы" * 300 + ".pdf").endswith("ы.pdf")


def test_a_type_of_file_that_is_none_becomes_the_unknown_one() -> None:
    assert clean_media_type("image/jpeg") == "image/jpeg"
    assert clean_media_type("text/html; x=<b>") == "application/octet-stream"
