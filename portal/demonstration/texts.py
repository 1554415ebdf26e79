"""What the invented people write, in three languages, from portal/data/demonstration.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from portal.core.records import by_id, data_text, record
from portal.core.terms import Label
from portal.demonstration.chance import pick


@dataclass(frozen=True)
class Words:
    """Turns of phrase in one language each, as many in every language."""

    kk: tuple[str, ...]
    ru: tuple[str, ...]
    en: tuple[str, ...]


@dataclass(frozen=True)
class Story:
    """What a report of one category tells; `detail` answers its short questions."""

    id: str
    text: Label
    detail: Label


@dataclass(frozen=True)
class Letter:
    """Something that is written again and again."""

    id: str
    text: Label


@dataclass(frozen=True)
class Texts:
    """Everything that is written in the demonstration."""

    words: Mapping[str, Words]
    stories: Mapping[str, Story]
    letters: Mapping[str, Letter]


@cache
def load() -> Texts:
    """Return the texts.

    Raises:
        ValueError: the file has unknown keys, or something is missing.
    """
    source = tomllib.loads(data_text("demonstration.toml"))
    return Texts(
        words={name: record(Words, row) for name, row in source["words"].items()},
        stories=by_id([record(Story, row) for row in source["story"]]),
        letters=by_id([record(Letter, row) for row in source["letter"]]),
    )


def story(category: str, language: str, number: int) -> str:
    """Return what the report of this number tells."""
    known = load()
    parts = {
        name: pick(getattr(words, language), "words", name, number)
        for name, words in known.words.items()
    }
    told = known.stories[category].text.get(language).format(**parts)
    return told[0].upper() + told[1:]


def detail(category: str, language: str) -> str:
    """Return a short answer that fits the story."""
    return load().stories[category].detail.get(language)


def letter(name: str, language: str) -> str:
    """Return a letter in a language."""
    return load().letters[name].text.get(language)
