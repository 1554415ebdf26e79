"""The languages stand in one list; adding one is a line there, a catalogue and a column of data."""

import re
from pathlib import Path

from portal.core.terms import FALLBACK, LANGUAGES, SPOKEN

MANY = 3  # so many beside each other are meant to be all of them
ROOT = Path(__file__).parents[2]
# Where all of them may stand beside each other, and why.
KNOWN = {
    "portal/core/terms.py": "the list",
    "portal/downloads/check_report.py": "one file; tests/cases/test_states.py holds it",
    "portal/demonstration/plans.py": "reporters whose receipts are printed speak each of them",
    "portal/invented/frequencies.py": "how many of the invented reporters speak each",
}


def naming(text: str) -> bool:
    """Tell whether some lines that follow each other name many languages as codes."""
    codes = "|".join(LANGUAGES)
    quoted = re.findall(rf"[\"']({codes})[\"']", text)
    fields = re.findall(rf"(?:^|[ (,.])({codes})(?: ?[=:,)\]])", text)
    return any(len(set(named)) >= MANY for named in (quoted, fields))


def test_they_are_named_in_one_place() -> None:
    results = set()
    for folder, kind in (("portal", "*.py"), ("templates", "*.*")):
        for path in (ROOT / folder).rglob(kind):
            lines = path.read_text("utf-8").splitlines()
            if "frontend" not in path.parts and any(
                naming("\n".join(lines[place : place + 4])) for place in range(len(lines))
            ):
                results.add(path.relative_to(ROOT).as_posix())

    assert results == set(KNOWN)


def test_each_has_a_catalogue_and_a_name_of_its_own() -> None:
    folders = {path.parents[1].name for path in (ROOT / "translations").glob("*/*/portal.po")}

    assert folders == set(LANGUAGES)
    assert FALLBACK in LANGUAGES
    assert len({language.name for language in SPOKEN.values()}) == len(LANGUAGES)
