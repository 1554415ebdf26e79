"""Every act that can stand on the trail has a name in each language."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.accounts.service.admitting import DONE
from portal.accounts.service.links import DECLARED
from portal.accounts.views.actnames import ACTS, STATUS, UNKNOWN, act_name
from portal.cases.acts import NEED
from portal.cases.models import COUNTED, TOLD
from portal.cases.states import Status
from portal.dialogue.draft import Act as Reporters
from portal.review.models import Kind
from portal.review.service.writing import Act as Written
from portal.transparency.writing.committing import COMMITTED
from portal.web.i18n import LANGUAGES, speaking

ROOT = Path(__file__).parents[3] / "portal"
# Where the name of an act is no literal: what it may be there.
COMPUTED: dict[str, set[str]] = {
    "accounts/service/admitting.py": {*DONE.values(), *(f"{one}_by_one" for one in DONE.values())},
    "accounts/service/links.py": {DECLARED},
    "cases/service.py": {f"{STATUS}{one}" for one in Status},
    "dialogue/service/writing.py": {*Reporters},
    "review/service/proposals.py": {"granted", "refused"},
    "review/service/upkeep.py": {"overdue"},
    "review/service/writing.py": {*Written},
    "review/views/trail.py": {"trail_read"},
    "statistics/auditing/export.py": {"audit_exported"},
    "statistics/service/life.py": {
        *("draft_read", "draft_signed", "published"),
        *("release_corrected", "release_given_up", "release_moved"),
    },
    "statistics/service/replying.py": {"reply_written", "reply_published", "reply_returned"},
    "transparency/writing/committing.py": {COMMITTED},
    "demonstration/country.py": {"extended", "overdue"},
}


def calls() -> Iterator[tuple[str, ast.expr]]:
    """Yield each place that appends to the trail, and the expression of what it says."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or "actor" not in {one.arg for one in node.keywords}:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            if name == "record":
                yield str(path.relative_to(ROOT)), node.args[1]


def recorded() -> set[str]:
    """Return every act that code can append to the trail."""
    found: set[str] = set()
    for place, what in calls():
        if isinstance(what, ast.Constant):
            found.add(str(what.value))
        else:
            found |= {str(one) for one in COMPUTED[place]}
    return found


def test_the_places_are_found() -> None:
    places = [place for place, _ in calls()]

    assert len(places) > 35
    assert set(places) >= COMPUTED.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_act_has_a_name_in_every_language(app: Flask, language: str) -> None:
    with app.test_request_context(f"/{language}/"), speaking(language):
        names = {act: act_name(act) for act in recorded() | NEED}
        english = set()
        if language != "en":
            with speaking("en"):
                english = {act_name(act) for act in names}

        assert [act for act, name in names.items() if name in {"", act, str(UNKNOWN)}] == []
        assert set(names.values()) & english == set()


def test_no_name_stands_for_nothing() -> None:
    kinds = {f"{act} {kind}" for act in ("proposed", "granted", "refused") for kind in Kind}

    assert ACTS.keys() - recorded() == kinds


def test_what_is_told_and_counted_are_acts_that_are_recorded() -> None:
    quoted = {part for text in (str(TOLD), str(COUNTED)) for part in text.split("'")[1::2]}

    assert quoted <= recorded()


def test_an_act_of_another_version_does_not_break_a_page(app: Flask) -> None:
    with app.test_request_context("/en/"):
        assert act_name("gone") == act_name("status gone") == str(UNKNOWN)
