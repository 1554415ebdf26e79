"""Nothing stands in the house that nobody uses: modules have importers, data has readers."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path

import pytest

from bench.parts import MODULES, PARTS
from portal.core import questions, taxonomy, terms

ROOT = Path(__file__).parents[2]
FOLDERS = ("bench", "crypto", "portal", "witness")
# Nobody imports it, and that is known: remove a line with its reason.
KNOWN: Mapping[str, str] = {}


@cache
def sources() -> Mapping[str, Path]:
    """Return every module of ours, by its name."""
    return {
        _name(path): path
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        if "node_modules" not in path.parts and path.name != "__init__.py"
    }


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imported() -> frozenset[str]:
    """Return what modules, the server's entry and the migrations import, each in full."""
    paths = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    paths += [ROOT / "wsgi.py", *(ROOT / "migrations").rglob("*.py")]
    return frozenset(
        name
        for path in paths
        if "node_modules" not in path.parts
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for name in _imports(node)
        if name != _name(path)
    )


def _imports(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (name.name for name in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module
        yield from (f"{node.module}.{name.name}" for name in node.names)


def is_run_or_read(name: str) -> bool:
    """Tell whether a module is a program, a part of the bench, a download, or writes a document."""
    text = sources()[name].read_text("utf-8")
    return (
        name.endswith(".__main__")
        or 'if __name__ == "__main__"' in text
        or name.removeprefix("bench.") in {MODULES.get(part, part) for part in PARTS}
        or name.startswith(("portal.data.", "portal.downloads."))
        or "as_markdown() -> str:" in text
    )


def test_every_module_is_imported_or_run() -> None:
    unused = {name for name in sources() if name not in imported() and not is_run_or_read(name)}

    assert unused == KNOWN.keys()


def test_no_module_of_ours_is_imported_relatively() -> None:
    """Otherwise `imported` would miss it."""
    relative = [
        name
        for name, path in sources().items()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]

    assert not relative


SCRIPTS = [
    path
    for path in sorted((ROOT / "portal" / "static").rglob("*.*"))
    if path.suffix in {".js", ".css"} and "vendor" not in path.parts
]


@cache
def naming() -> Mapping[Path, str]:
    """Return the files that may load a script or a style sheet."""
    kinds = ("portal/**/*.py", "portal/frontend/*.js", "portal/static/**/*.*", "templates/**/*.*")
    return {
        path: path.read_text("utf-8")
        for kind in kinds
        for path in ROOT.glob(kind)
        if path.is_file() and not {"node_modules", "vendor"} & set(path.parts)
    }


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_every_script_and_style_sheet_is_loaded_by_something(script: Path) -> None:
    assert any(script.name in text for path, text in naming().items() if path != script)


@cache
def read_names() -> frozenset[str]:
    """Return every attribute that the portal or one of its templates reads."""
    results: set[str] = set()
    for name, path in sources().items():
        if name.startswith("portal."):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                    results.add(node.attr)
    for path in (ROOT / "templates").rglob("*.*"):
        text = path.read_text("utf-8")
        results.update(re.findall(r"\.([a-z_]+)\b", text))
        results.update(re.findall(r"attr\(\"([a-z_]+)\"", text))
        results.update(re.findall(r"attribute=\"([a-z_]+)\"", text))
    return frozenset(results)


KINDS = [
    kind
    for module in (terms, questions, taxonomy)
    for kind in vars(module).values()
    if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == module.__name__
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_the_taxonomy_says_somebody_reads(kind: type) -> None:
    """By name: a field that is called like one that is read passes too."""
    assert is_dataclass(kind)
    unread = [field.name for field in fields(kind) if field.name not in read_names()]

    assert not unread
