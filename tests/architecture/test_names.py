"""Names are the field's: a class and a module stand for one thing, a function says what it does."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("bench", "crypto", "migrations", "portal", "witness")
VERBS = frozenset((Path(__file__).parent / "verbs.txt").read_text("utf-8").split())
# What every feature has, each time for its own subject; see docs/architecture.md.
ROLES = frozenset(
    {"__init__", "__main__", "blueprint", "cli", "errors", "forms", "models", "parts", "policy"}
    | {"queries", "service", "views"}
)
# These name a page, a value or a block of code, not an act.
NOT_ACTS = ("property", "contextmanager", ".get(", ".post(", ".route(", "fixture")
# Words that hide what a variable holds.
EMPTY_WORDS = frozenset({"one", "found"})


@cache
def trees(*further: str) -> Mapping[Path, ast.Module]:
    """Return every file of the house, and of further folders, as its syntax tree."""
    return {
        path.relative_to(ROOT): ast.parse(path.read_text("utf-8"))
        for room in (*ROOMS, *further)
        for path in sorted((ROOT / room).rglob("*.py"))
        if "node_modules" not in path.parts
    }


def feature_of(path: Path) -> str:
    """Return the room a file stands in: a feature of the portal, or a package beside it."""
    parts = path.parts
    return "/".join(parts[:2]) if parts[0] == "portal" and len(parts) > 2 else parts[0]


def is_act(node: ast.FunctionDef) -> bool:
    """Tell whether a function does something, so that its name must say what."""
    written = [ast.unparse(decorator) for decorator in node.decorator_list]
    return not node.name.startswith("__") and not any(
        word in text for text in written for word in NOT_ACTS
    )


def stored(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield every name that a file gives to a value or a function, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.FunctionDef):
            yield node.name, node.lineno


def test_a_class_name_stands_for_one_thing_in_the_whole_house() -> None:
    places = defaultdict(list)
    for path, tree in trees("tests").items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("Test"):
                places[node.name].append(f"{path}:{node.lineno}")

    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_a_module_name_stands_for_one_kind_of_thing() -> None:
    places = defaultdict(set)
    for path in trees():
        if path.stem not in ROLES:
            places[path.stem].add(feature_of(path))

    assert {name: rooms for name, rooms in places.items() if len(rooms) > 1} == {}


@pytest.mark.parametrize("room", ROOMS)
def test_a_function_begins_with_a_verb(room: str) -> None:
    nouns = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in trees().items()
        if path.parts[0] == room
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and is_act(node)
        and node.name.lstrip("_").split("_")[0] not in VERBS
    ]

    assert nouns == []


def test_the_list_of_verbs_is_in_order_and_has_none_that_nothing_uses() -> None:
    lines = (Path(__file__).parent / "verbs.txt").read_text("utf-8").split()
    used = {
        node.name.lstrip("_").split("_")[0]
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }

    assert lines == sorted(set(lines))
    assert set(lines) - used == set()


def test_a_variable_says_what_it_holds() -> None:
    empty = [
        f"{path}:{line} {name}"
        for path, tree in trees("tests").items()
        for name, line in stored(tree)
        if name in EMPTY_WORDS
    ]

    assert empty == []
