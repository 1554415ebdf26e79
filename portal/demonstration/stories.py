"""What the invented people write, in every language, from portal/data/demonstration.toml."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from portal.core.records import index_by_id, make_record, read_data
from portal.core.terms import LANGUAGES, Label
from portal.invented.named import pick

Phrases = Mapping[str, Sequence[str]]
"""Turns of phrase by language."""


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

    words: Mapping[str, Phrases]
    stories: Mapping[str, Story]
    letters: Mapping[str, Letter]


@cache
def load() -> Texts:
    """Return the texts.

    Raises:
        ValueError: the file has unknown keys, or something is missing.
    """
    source = tomllib.loads(read_data("demonstration.toml"))
    return Texts(
        words={name: _parse_phrases(name, row) for name, row in source["words"].items()},
        stories=index_by_id([make_record(Story, row) for row in source["story"]]),
        letters=index_by_id([make_record(Letter, row) for row in source["letter"]]),
    )


def _parse_phrases(name: str, row: Mapping[str, Sequence[str]]) -> Phrases:
    if row.keys() != set(LANGUAGES):
        raise ValueError(f"words {name}: {sorted(row)} are not the languages")
    return row


def tell_story(category: str, language: str, number: int) -> str:
    """Return what the report of this number tells."""
    known = load()
    parts = {
        name: pick(words[language], "words", name, number) for name, words in known.words.items()
    }
    told = known.stories[category].text.get(language).format(**parts)
    return told[0].upper() + told[1:]


def tell_detail(category: str, language: str) -> str:
    """Return a short answer that fits the story."""
    return load().stories[category].detail.get(language)


def write_letter(name: str, language: str) -> str:
    """Return a letter in a language."""
    return load().letters[name].text.get(language)
