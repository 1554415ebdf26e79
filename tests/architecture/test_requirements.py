"""What is installed for the portal, for its checks and for its tests: each a part of the next."""

import re
from configparser import ConfigParser
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = ("requirements.txt", "requirements-check.txt", "requirements-dev.txt")
PIN = re.compile(r"^([a-z0-9-]+)==(\S+) \\\n((?:    --hash=\S+(?: \\)?\n)+)", re.MULTILINE)


def pins(file: str) -> dict[str, tuple[str, ...]]:
    """Return the version and hashes of every package of a locked file."""
    text = (ROOT / file).read_text("utf-8")
    return {name: (version, *hashes.split()) for name, version, hashes in PIN.findall(text)}


@pytest.mark.parametrize(("few", "more"), list(pairwise(FILES)))
def test_what_needs_less_has_the_same_versions(few: str, more: str) -> None:
    wanted, there = pins(few), pins(more)

    assert len(wanted) > 30
    assert wanted.items() <= there.items()
    assert len(wanted) < len(there)


def test_the_judges_of_others_are_installed_for_the_tests_alone() -> None:
    parser = ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    judges = set(parser["options.extras_require"]["dev"].split())

    assert {"frictionless", "pandas", "rdflib", "schemathesis", "scipy"} <= judges
    assert judges <= pins("requirements-dev.txt").keys()
    assert not judges & pins("requirements-check.txt").keys()
