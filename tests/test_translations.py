"""The catalogues: complete and sound, and the pages say nothing that is not in them."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from sqlalchemy.orm import Session

from portal.core.terms import LANGUAGES
from tests.factories import Make
from tests.walk import Walk, said

ROOT = Path(__file__).parents[1]
TRANSLATED = ("kk", "ru")
DATA = ("agencies", "statistics", "taxonomy")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
# What keeps its Latin letters in every language.
NAMES = {"AA", "AES", "Browser", "BY", "CC", "Cookie", "CSV", "Escape", "JSON", "QR", "Safer"} | {
    *("PNG", "Python", "SHA", "SUMS", "UTF", "UTF-8", "XLSX"),
    *("Standard", "SVG", "Tor", "WCAG", "Wi-Fi", "age", "cookie", "e-Otinish", "eotinish.gov.kz"),
}
# What programs write: places for numbers, addresses, digests, quarters, measures, cases, logins.
CODES = re.compile(
    r"\{\w+\}|https?://\S+|/\S+|\b[0-9a-f]{64}\b"
    r"|\b\d{4}-[qQ]\d(?:/v\d)?\b|\b[KP]\d+[Bb]?\b|\b[0-9a-f]{4}-[0-9a-f]{4}\b"
    r"|\bmember-\d+\b|\bboard\.\w+\b"
)


# ---------------------------------------------------------------- catalogues


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Every text of the portal, collected anew as `make messages` does."""
    path = tmp_path_factory.mktemp("texts") / "portal.pot"
    options = re.findall(r"--(?:mapping-file|keywords)[= ](?:\"[^\"]*\"|\S+)", _recipe())
    arguments = [
        part.strip('"') for option in options for part in re.split(r"[= ]", option, maxsplit=1)
    ]
    arguments[1] = str(ROOT / arguments[1])
    CommandLineInterface().run(  # type: ignore[no-untyped-call]
        ["pybabel", "--quiet", "extract", *arguments, "--output-file", str(path), str(ROOT)]
    )
    with path.open("rb") as file:
        return read_po(file)


def _recipe() -> str:
    return (ROOT / "Makefile").read_text("utf-8").split("pybabel extract", 1)[1].split("update")[0]


@cache
def catalogue(language: str) -> Catalog:
    with (ROOT / "translations" / language / "LC_MESSAGES" / "portal.po").open("rb") as file:
        return read_po(file, locale=language)


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def pairs(language: str) -> Iterator[tuple[str, str]]:
    """Yield each text in its plural, with each form of its translation that is there."""
    for message in messages(catalogue(language)):
        for form in filter(None, forms(message.string)):
            yield forms(message.id)[-1], form


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_holds_every_text_and_no_other(template: Catalog, language: str) -> None:
    collected = {(message.context, message.id) for message in messages(template)}
    held = {(message.context, message.id) for message in messages(catalogue(language))}

    assert held == collected, "make messages"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated(language: str) -> None:
    result = messages(catalogue(language))

    assert not [message.id for message in result if not all(map(str.strip, forms(message.string)))]


def test_english_is_what_the_code_says() -> None:
    assert not list(pairs("en"))


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_a_guess(language: str) -> None:
    assert not [message.id for message in messages(catalogue(language)) if message.fuzzy]


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_keeps_what_the_program_puts_in(language: str) -> None:
    wrong = [
        translation
        for text, translation in pairs(language)
        if Counter(PLACEHOLDER.findall(text)) != Counter(PLACEHOLDER.findall(translation))
    ]

    assert not wrong


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_ends_as_its_text_does(language: str) -> None:
    """A sentence stays a sentence, and a question a question."""
    ends = ".:?…"
    wrong = [
        translation
        for text, translation in pairs(language)
        if {text[-1], translation[-1]} & set(ends) and text[-1] != translation[-1]
    ]

    assert not wrong


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_is_set_as_print_is(language: str) -> None:
    typewritten = re.compile(r"[\"'“”]|\.\.\.| - |\d (?:МБ|КБ|%)")

    assert not [
        translation for _, translation in pairs(language) if typewritten.search(translation)
    ]


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_letter_of_another_alphabet_hides_in_a_word(language: str) -> None:
    texts = [PLACEHOLDER.sub("", translation) for _, translation in pairs(language)]
    words = [word for text in texts for word in re.findall(r"\w+", text)]

    assert not [word for word in words if re.search("[A-Za-z]", word) and re.search("[Ѐ-ӿ]", word)]


def test_russian_has_three_plurals_and_kazakh_two() -> None:
    assert [catalogue(language).num_plurals for language in ("ru", "kk", "en")] == [3, 2, 2]


# -------------------------------------------------------------------- labels


def labels(data: Any) -> Iterator[dict[str, str]]:
    """Yield every label inside a data file."""
    if isinstance(data, dict):
        for key, inner in data.items():
            if key == "label":
                yield inner
            else:
                yield from labels(inner)
    elif isinstance(data, list):
        for inner in data:
            yield from labels(inner)


@pytest.mark.parametrize("name", DATA)
def test_every_label_is_there_in_three_languages(name: str) -> None:
    result = list(labels(tomllib.loads((ROOT / f"portal/data/{name}.toml").read_text("utf-8"))))

    assert result
    for label in result:
        assert set(label) == set(LANGUAGES), label
        assert all(label[language].strip() for language in LANGUAGES), label
        assert not [word for item in TRANSLATED for word in latin(label[item])], label


# --------------------------------------------------------------------- pages


def latin(text: str) -> list[str]:
    """Return the words in Latin letters that have no business in a Kazakh or Russian text."""
    words = re.findall(r"[A-Za-z][A-Za-z.-]*", CODES.sub(" ", text))
    return [word for word in words if word.strip(".-") not in NAMES]


def unmarked(text: str) -> str:
    """Return what of a text did not come out of the catalogue of brackets."""
    while (shorter := re.sub("⟦[^⟦⟧]*⟧", "", text)) != text:
        text = shorter
    return text


@pytest.fixture
def walk(app: Flask, session: Session, make: Make) -> Walk:
    return Walk(app, session, make)


def speak(app: Flask, language: str, texts: Catalog, folder: Path) -> None:
    """Let a portal speak a language out of a catalogue."""
    place = folder / language / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "portal.mo").open("wb") as file:
        write_mo(file, texts)
    babel = app.extensions["babel"]
    babel.translation_directories = [str(folder)]
    with app.app_context():
        babel.instance.domain_instance.cache.clear()  # what was printed before spoke otherwise


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_english_is_left_on_a_page(
    app: Flask, walk: Walk, tmp_path: Path, language: str
) -> None:
    speak(app, language, catalogue(language), tmp_path / "catalogues")
    count = 0
    for page in walk.pages(language):
        count += 1
        assert not {text for text in said(page, language) if latin(text)}
    assert count > 50


def test_every_text_of_a_page_comes_out_of_the_catalogue(
    app: Flask, walk: Walk, template: Catalog, tmp_path: Path
) -> None:
    """In a language of brackets, what stands outside of them was never given to translators."""
    bracketed = Catalog(locale="kk")
    for message in messages(template):
        texts = [f"⟦{text}⟧" for text in forms(message.id)]
        marked = texts[0] if isinstance(message.id, str) else texts
        bracketed.add(message.id, marked, context=message.context)
    speak(app, "kk", bracketed, tmp_path / "catalogues")

    for page in walk.pages("kk"):
        assert not {text for text in said(page, "kk") if latin(unmarked(text))}
