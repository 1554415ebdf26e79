"""Tests stand where their module stands, so that each finds the other without a search."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OF_THE_WHOLE = {"architecture", "browser", "journeys"}
TESTS = [
    path.relative_to(ROOT / "tests")
    for path in sorted((ROOT / "tests").rglob("test_*.py"))
    if path.parent.name not in OF_THE_WHOLE
]


@pytest.mark.parametrize("test", TESTS, ids=str)
def test_a_test_file_is_named_for_the_module_it_tests(test: Path) -> None:
    name = test.name.removeprefix("test_").removesuffix(".py")
    places = tuple(room / test.parent for room in (ROOT, ROOT / "portal", ROOT / "tests"))

    assert any((place / f"{name}.py").is_file() or (place / name).is_dir() for place in places)
