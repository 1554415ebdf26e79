"""The recipes of CONTRIBUTING are true: followed as they stand, on a copy of the house."""

import csv
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.architecture.test_glossary import defined

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
LEFT_OUT = shutil.ignore_patterns(
    *(".*", "__pycache__", "instance", "journeys", "node_modules", "vectors")
)
STEP = re.compile(
    r"^\d+\. (?P<act>Append to|New file) `(?P<file>[^`]+)`[^\n]*:\n\n"
    r" {3}```\w+\n(?P<text>.*?)^ {3}```$",
    re.MULTILINE | re.DOTALL,
)
ASKS = """
import pytest
from portal.core.taxonomy import load
from tests.factories import Make
from tests.intake.steps import write_page
from tests.page import Browser

@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_form_asks_it(browser: Browser, make: Make, language: str) -> None:
    make.portal()
    page = write_page(browser, lang=language, category="bribery")
    assert load().questions["{question}"].label.get(language) in page
    assert 'name="{question}"' in page
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of what a recipe may touch, and of the tests that hold it."""
    return Path(shutil.copytree(ROOT, tmp_path / "house", ignore=LEFT_OUT))


def steps(recipe: str, instead: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield what a recipe says to write: how, into which file, which text.

    Args:
        recipe: its heading.
        instead: what to write in the place of each placeholder.
    """
    part = GUIDE.split(f"\n## {recipe}\n", 1)[1].split("\n## ", 1)[0]
    for placeholder, value in instead.items():
        part = re.sub(rf"\b{placeholder}\b", value, part)
    for match in STEP.finditer(part):
        yield match["act"], match["file"], re.sub(r"(?m)^ {3}", "", match["text"])


def follow(house: Path, recipe: str, **instead: str) -> list[Path]:
    """Do what a recipe says, with its placeholders filled in, and return what was written."""
    written = []
    for act, name, text in steps(recipe, instead):
        path = house / name
        if act == "New file":
            assert not path.exists(), name
            path.write_text(text, "utf-8")
        else:
            table = path.suffix == ".md"
            path.write_text(path.read_text("utf-8") + ("" if table else "\n\n") + text, "utf-8")
        written.append(path)
    assert written, recipe
    return written


def replace_in(path: Path, pattern: str, text: str) -> None:
    """Write something instead of the one place that a pattern finds."""
    changed, count = re.subn(pattern, text, path.read_text("utf-8"))
    assert count == 1, (path, pattern)
    path.write_text(changed, "utf-8")


def run(house: Path, *tests: str) -> subprocess.CompletedProcess[str]:
    """Run tests of the copy, which knows nothing of the original."""
    return subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests],
        cwd=house,
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def passes(house: Path, *tests: str) -> None:
    done = run(house, *tests)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


@pytest.mark.slow
def test_a_question(house: Path) -> None:
    taxonomy = house / "portal" / "data" / "taxonomy.toml"
    asked = len(re.findall(r'(?m)^scope = "bribery"$', taxonomy.read_text("utf-8")))

    follow(house, "A question", **{"99": str(asked + 1)})
    forgotten = run(house, "tests/core/test_taxonomy.py")
    counts = house / "tests" / "core" / "test_taxonomy.py"
    known = int(re.findall(r"questions\) == (\d+)", counts.read_text("utf-8"))[0])
    replace_in(counts, rf"questions\) == {known}", f"questions) == {known + 1}")
    check = house / "tests" / "intake" / "test_asks.py"
    check.write_text(ASKS.replace("{question}", "bribe_witnesses"), "utf-8")

    assert forgotten.returncode == 1  # a question that nobody decided on is noticed
    passes(house, "tests/core/test_taxonomy.py", "tests/core/test_questions.py", str(check))


@pytest.mark.slow
def test_a_page(house: Path) -> None:
    follow(house, "A page")
    replace_in(
        house / "tests" / "web" / "test_static_pages.py", r'PAGES = \(""', 'PAGES = ("", "contact"'
    )

    passes(
        house,
        *("tests/web/test_static_pages.py", "tests/architecture/test_routes.py"),
        "tests/architecture/test_templates.py",
    )


@pytest.mark.slow
def test_a_decision_record(house: Path) -> None:
    number = len(list((house / "docs" / "decisions").glob("[0-9]*.md"))) + 1
    index = house / "docs" / "decisions" / "README.md"
    before = index.read_text("utf-8")

    follow(house, "A decision record", NNNN=f"{number:04}", N=str(number))
    passes(house, "tests/architecture/test_decisions.py")
    index.write_text(before, "utf-8")

    assert run(house, "tests/architecture/test_decisions.py").returncode == 1


SPEAKS = """
from pathlib import Path
import pytest
from portal.core.terms import LANGUAGES
from tests.factories import Make
from tests.intake.steps import write_page
from tests.page import Browser, tree_of

WORDS = ("", "/safety", "/how-it-works", "/privacy", "/accessibility")
AROUND = ("", "/calendar", "/changes", "/replies", "/about", "/official", "/journalists")

@pytest.mark.parametrize("path", [*WORDS, *(f"/figures{one}" for one in AROUND)])
def test_a_page_speaks_it(browser: Browser, path: str) -> None:
    assert tree_of(browser.get(f"/uz{path or '/'}")).get("lang") == "uz"

def test_the_form_speaks_it(browser: Browser, make: Make) -> None:
    make.portal()
    assert "bribery" in write_page(browser, lang="uz", category="bribery")
"""
TEXT = r'("(?:[^"\\]|\\.)*"|\[[^\]]*\])'


def speak_another(house: Path) -> None:
    """Do what docs/translations.md says, with English words for the new language."""
    new = r'\1        Language("uz", "Oʻzbekcha", "d MMMM y", "uz_UZ", "UZB"),\n'
    replace_in(house / "portal" / "core" / "terms.py", r'( {8}Language\("en"[^\n]*\n)', new)
    shutil.copytree(house / "translations" / "en", house / "translations" / "uz")
    for path in (house / "portal" / "data").glob("*.toml"):
        text = re.sub(rf"(?m)^en = {TEXT}", r"en = \1\nuz = \1", path.read_text("utf-8"))
        path.write_text(re.sub(rf"(?<=[{{,] )en = {TEXT}", r"en = \1, uz = \1", text), "utf-8")
    regions = house / "portal" / "data" / "regions.csv"
    rows = list(csv.DictReader(regions.read_text("utf-8").splitlines()))
    with regions.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], "name_uz"])
        writer.writeheader()
        writer.writerows(row | {"name_uz": row["name_en"]} for row in rows)
    program = house / "portal" / "downloads" / "check_report.py"
    replace_in(program, r'LANGUAGES = \("kk", "ru", "en"\)', 'LANGUAGES = ("kk", "ru", "en", "uz")')
    text = re.sub(r"(?m)^(\w+ = [^|\n]+\|[^|\n]+\| )([^|\n]+)$", r"\1\2 | \2", program.read_text())
    program.write_text(text, "utf-8")


@pytest.mark.slow
def test_a_language(house: Path) -> None:
    before = {path: path.read_bytes() for path in (house / "migrations").rglob("*.py")}
    speak_another(house)
    check = house / "tests" / "web" / "test_speaks.py"
    check.write_text(SPEAKS, "utf-8")

    passes(
        house,
        *(str(check), "tests/architecture/test_languages.py", "tests/cases/test_states.py"),
        *("tests/architecture/test_migrations.py", "-k", "not postgresql"),
    )
    assert before == {path: path.read_bytes() for path in (house / "migrations").rglob("*.py")}


def test_every_file_that_a_recipe_names_is_there() -> None:
    """By its path, or by its name where it may move."""
    new = {name for recipe in ("A page", "A decision record") for _, name, _ in steps(recipe, {})}
    named = set(re.findall(r"`([\w./-]+\.(?:py|toml|md|cfg|csv|html))`", GUIDE)) - new
    names = {
        path.name
        for folder in ("portal", "templates", "tests", "witness")
        for path in (ROOT / folder).rglob("*.*")
        if "node_modules" not in path.parts
    }

    assert named
    assert not {name for name in named if not (ROOT / name).exists() and name not in names}


def test_every_constant_that_a_recipe_names_is_there() -> None:
    named = set(re.findall(r"`([A-Z_]{4,})`", GUIDE))

    assert len(named) > 5
    assert named <= defined()


def test_every_command_that_the_guide_names_is_there() -> None:
    targets = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text("utf-8")))

    assert set(re.findall(r"(?m)(?:`|^)make ([a-z]+)", GUIDE)) <= targets
