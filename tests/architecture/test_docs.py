"""What the documents list is what the code has."""

import re
from dataclasses import MISSING, fields
from pathlib import Path

from portal.accounts import models as accounts
from portal.core.config import Settings
from portal.core.db import Base
from portal.dialogue import models as dialogue
from portal.statistics import models as statistics

DOCS = Path(__file__).parents[2] / "docs"
TABLES_ARE_KNOWN = (accounts, dialogue, statistics)


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
