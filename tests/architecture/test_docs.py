"""What the documents list is what the code has."""

import re
from configparser import ConfigParser
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from portal.core.config import Settings
from portal.core.db import Base
from tests.installation import TABLES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
TABLES_ARE_KNOWN = TABLES


def listed(name: str) -> dict[str, list[str]]:
    """Return the rows of the tables of a document, by their first cell."""
    rows = re.findall(r"^\| `([^`]+)` \|(.*)\|$", (DOCS / name).read_text("utf-8"), re.MULTILINE)
    return {key: [cell.strip() for cell in cells.split(" | ")] for key, cells in rows}


def test_every_setting_is_documented_and_nothing_else() -> None:
    known = {item.name for item in fields(Settings)}

    assert set(listed("settings.md")) == known


def test_the_documented_defaults_are_the_real_ones() -> None:
    for item in fields(Settings):
        default = listed("settings.md")[item.name][0].strip("`")
        expected = "required" if item.default is MISSING else str(item.default)
        assert default == expected, item.name


def test_every_stored_column_is_documented_and_nothing_else() -> None:
    stored = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
    }

    assert set(listed("data.md")) == stored


def test_the_newest_version_of_the_changelog_is_that_of_the_package() -> None:
    settings = ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    versions = re.findall(r"^## (\d+\.\d+\.\d+) - (\d{4}-\d\d-\d\d)$", text, re.MULTILINE)

    assert versions[0][0] == settings["metadata"]["version"]
    assert [day for _, day in versions] == sorted((day for _, day in versions), reverse=True)


def test_the_changelog_has_the_parts_of_its_form() -> None:
    parts = re.findall(r"^### (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)

    assert set(parts) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_link_in_a_document_leads_to_something(page: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", text)
    broken = [link for link in links if not leads(page, link)]

    assert not broken


def leads(page: Path, link: str) -> bool:
    """Tell whether the file is there, and in it the heading that is named."""
    name, _, place = link.partition("#")
    target = (page.parent / name).resolve() if name else page
    if not place or target.suffix != ".md":
        return target.exists()
    headings = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.MULTILINE)
    return place in {anchor(heading) for heading in headings}


def anchor(heading: str) -> str:
    """Return what a heading is called in an address, as repositories show it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
