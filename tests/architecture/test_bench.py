"""The bench measures the portal, and stands without its tests; tests may use what it drives."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]


def imported(source: str) -> Iterator[str]:
    """Yield the name of each module that a source imports, wherever it does."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def of_tests(source: str) -> list[str]:
    return [name for name in imported(source) if name.split(".")[0] == "tests"]


def test_no_module_of_the_bench_imports_a_test() -> None:
    paths = sorted((ROOT / "bench").rglob("*.py"))

    faults = [
        f"{path.name}: {name}" for path in paths for name in of_tests(path.read_text("utf-8"))
    ]

    assert len(paths) > 20
    assert faults == []


def test_each_way_of_importing_is_seen() -> None:
    for way in (
        "import tests",
        "import tests.page",
        "from tests import page",
        "from tests.a import b",
    ):
        assert of_tests(f"def hidden():\n    {way}"), way
