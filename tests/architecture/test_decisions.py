"""Every decision says where it stands and since when, and the index lists it."""

import re
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "decisions"
RECORDS = sorted(FOLDER.glob("[0-9]*.md"))
HEAD = re.compile(
    r"# (?P<number>\d+)\. (?P<title>[^\n]+)\n\n"
    r"Status: (?P<status>proposed|accepted|withdrawn"
    r"|superseded by \[decision (?P<by>\d+)\]\((?P<file>[^)]+)\)[^\n]*)\. "
    r"Date: (?P<day>\d{4}-\d\d-\d\d)\.\n\n"
)
FIRST_DAY = date(2026, 11, 23)
SECTIONS = ("Context", "Decision", "Consequences")
CITED = re.compile(r"\[decision (\d+)\]\((?:\.\./|\./|docs/)?(?:decisions/)?(\d{4})-[^)]+\)")


def head(record: Path) -> re.Match[str]:
    match = HEAD.match(record.read_text("utf-8"))
    assert match, f"{record.name}: its title, then `Status: …. Date: ….`"
    return match


def row(record: Path) -> str:
    """Return the line of a record in the index."""
    match = head(record)
    status = f"superseded by {match['by']}" if match["by"] else match["status"]
    return f"| {match['number']} | [{match['title']}]({record.name}) | {status} | {match['day']} |"


def test_numbers_have_no_gap_and_are_those_of_the_files() -> None:
    assert [int(head(record)["number"]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))
    for record in RECORDS:
        assert record.name.startswith(f"{int(head(record)['number']):04}-"), record.name


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_a_record_says_why_what_and_what_follows(record: Path) -> None:
    text = record.read_text("utf-8")

    assert not [name for name in SECTIONS if f"**{name}.**" not in text]
    assert date.fromisoformat(head(record)["day"]) >= FIRST_DAY


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_what_replaces_a_record_is_a_later_record(record: Path) -> None:
    match = head(record)
    if match["by"]:
        assert (FOLDER / match["file"]).is_file()
        assert match["file"].startswith(f"{int(match['by']):04}-")
        assert int(match["by"]) > int(match["number"])


def test_the_index_lists_each_with_its_status_and_date() -> None:
    listed = re.findall(r"^\| \d+ \|.*$", (FOLDER / "README.md").read_text("utf-8"), re.MULTILINE)

    assert listed == [row(record) for record in RECORDS]


def test_whoever_cites_a_decision_names_the_number_of_the_file_they_lead_to() -> None:
    cited = [
        (page.name, number, file)
        for page in (ROOT / "docs").rglob("*.md")
        for number, file in CITED.findall(page.read_text("utf-8"))
    ]

    assert cited
    assert not [reference for reference in cited if int(reference[1]) != int(reference[2])]
