"""All files of data of a release: the same bytes wherever and whenever they are made."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from portal.core.calendar import Quarter
from portal.statistics.formats.data_files import build_data_files
from tests.statistics import tables

ROOT = Path(__file__).parents[3]
PROGRAM = """
from hashlib import sha256
from tests.statistics import tables
from portal.core.calendar import Quarter
for name, content in sorted(tables.made(Quarter("2026-q4"), "L1").items()):
    print(sha256(content).hexdigest(), name)
"""


@pytest.mark.parametrize(
    ("seed", "zone", "language"),
    [("1", "Pacific/Kiritimati", "kk_KZ.UTF-8"), ("2", "America/Adak", "C")],
)
def test_another_process_makes_the_same_bytes(seed: str, zone: str, language: str) -> None:
    """With another order of sets, in another time zone, with other words of the system."""
    own = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language}
    made = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=own,
        capture_output=True,
        text=True,
        check=True,
    )

    expected = sorted(
        f"{sha256(content).hexdigest()} {name}"
        for name, content in tables.made(Quarter("2026-q4"), "L1").items()
    )
    assert sorted(made.stdout.splitlines()) == expected


def test_a_table_more_appears_in_every_description() -> None:
    """One catalogue: whoever adds a table adds it everywhere."""
    few = {name: tables.documents()[name] for name in ("totals", "received-region")}
    many = {**few, "received-category": tables.documents()["received-category"]}
    before, after = (build_data_files(documents, tables.facts()) for documents in (few, many))

    assert set(after) - set(before) == {"received-category.csv", "received-category.json"}
    for name in ("datapackage.json", "tables.csv-metadata.json", "dcat.jsonld", "schema.jsonld"):
        assert b"received-category" not in before[name]
        assert b"received-category" in after[name]
    assert b"received-category" in after["codes.csv"]
