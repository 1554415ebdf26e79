"""The glossary is the law: its names are those of the code, its words those of the pages."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from portal.core.db import Base
from tests.installation import TABLES

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / "docs" / "GLOSSARY.md"
TABLES_ARE_KNOWN = TABLES
STEM = 4  # letters of a word that no case or number changes
IN_CODE = 3  # the cell of a term that names it in code


def rows() -> Iterator[list[str]]:
    """Yield the cells of each line of each table, heads left out."""
    for line in GLOSSARY.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and not line.startswith(("| қазақша", "| language")):
            yield cells


TERMS = [cells for cells in rows() if len(cells) == 5]
UNUSED = [cells for cells in rows() if len(cells) == 3]
NAMES = sorted({name for cells in TERMS for name in re.findall(r"`([^`]+)`", cells[IN_CODE])})


@cache
def defined() -> frozenset[str]:
    """Return every class, function and constant of a module of ours."""
    results: set[str] = set()
    for folder in ("crypto", "portal", "witness"):
        for path in (ROOT / folder).rglob("*.py"):
            if "node_modules" not in path.parts:
                for node in ast.parse(path.read_text("utf-8")).body:
                    results.update(_names(node))
    return frozenset(results)


def _names(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        yield node.name
    elif isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id


@cache
def data_tables() -> frozenset[str]:
    """Return the tables of the data files, `[[rows]]` and `[single]` ones."""
    return frozenset(
        f"[[{name}]]" if isinstance(value, list) else f"[{name}]"
        for path in (ROOT / "portal" / "data").glob("*.toml")
        for name, value in tomllib.loads(path.read_text("utf-8")).items()
    )


def columns() -> set[str]:
    return {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_code_is_there(name: str) -> None:
    if name.startswith("["):
        assert name in data_tables()
    elif "." in name:
        assert name in columns()
    else:
        assert name in defined()


def test_every_term_has_its_five_cells() -> None:
    lines = [cells for cells in rows() if len(cells) not in {3, 5}]

    assert lines == []
    assert len(TERMS) > 60
    assert all(cells[2] and cells[IN_CODE] and cells[4] for cells in TERMS)


def test_no_word_of_a_language_stands_for_two_things() -> None:
    for language in (0, 1):
        told = [cells[language] for cells in TERMS if cells[language] != "–"]
        assert len(told) == len(set(told))


@cache
def alone(language: str) -> dict[str, str]:
    """Return the texts of pages that nobody had to tell apart from others, in lower case."""
    with (ROOT / "translations" / language / "LC_MESSAGES" / "portal.po").open("rb") as file:
        return {
            message.id.lower(): message.string.lower()
            for message in read_po(file)
            if isinstance(message.id, str)
            and isinstance(message.string, str)
            and not message.context
        }


@pytest.mark.parametrize(("place", "language"), [(0, "kk"), (1, "ru")])
def test_a_term_that_stands_alone_on_a_page_has_its_word(place: int, language: str) -> None:
    wrong = []
    for cells in TERMS:
        term = re.split(r"[:,;.(]", cells[2])[0].strip().lower()
        told = alone(language).get(term)
        stems = [word[:STEM] for word in re.findall(r"\w+", cells[place].lower())]
        if told is not None and not any(stem in told for stem in stems):
            wrong.append((term, told, cells[place]))

    assert not wrong


@cache
def texts(language: str) -> str:
    """Return whatever readers of a language are told, in lower case."""
    if language == "en":
        pages = (*ROOT.glob("templates/**/*.html"), *ROOT.glob("docs/*.md"))
        told = [path.read_text("utf-8") for path in pages if path != GLOSSARY]
    else:
        with (ROOT / "translations" / language / "LC_MESSAGES" / "portal.po").open("rb") as file:
            strings = [message.string or "" for message in read_po(file) if message.id]
        told = [item for text in strings for item in ([text] if isinstance(text, str) else text)]
        told += [path.read_text("utf-8") for path in ROOT.glob(f"docs/*.{language}.md")]
    data = [path.read_text("utf-8") for path in ROOT.glob("portal/data/*.toml")]
    return "\n".join([*told, *data]).lower()


@pytest.mark.parametrize(("language", "word", "instead"), UNUSED, ids=lambda text: text)
def test_a_word_that_is_not_used_is_nowhere(language: str, word: str, instead: str) -> None:
    assert word not in texts(language), f"say: {instead}"
