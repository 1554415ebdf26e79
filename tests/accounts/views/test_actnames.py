"""Every act that can stand on the trail has a name in each language, and is done somewhere."""

import re
from pathlib import Path

import pytest
from flask import Flask

from portal.accounts.views.actnames import ACTS, OF_KIND, UNKNOWN, name_act
from portal.cases.codes import AuditAct
from portal.core.terms import LANGUAGES
from portal.dialogue.letter import LetterAct as Reporters
from portal.review.models import ProposalKind
from portal.review.service.case_writing import WritingAct as Written
from portal.web.i18n import use_language

ROOT = Path(__file__).parents[3] / "portal"
ONLY_NAMED = {"actnames.py", "codes.py"}


def done() -> set[AuditAct]:
    """Return every act that code outside of these tables speaks of, or makes from another code."""
    source = "\n".join(
        path.read_text("utf-8")
        for path in sorted(ROOT.rglob("*.py"))
        if path.name not in ONLY_NAMED and "frontend" not in path.parts
    )
    spoken = {AuditAct[name] for name in re.findall(r"\bAuditAct\.([A-Z_]+)\b", source)}
    moves = {act for act in AuditAct if act.status is not None}
    return spoken | moves | {AuditAct(act) for act in (*Reporters, *Written)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_act_has_a_name_in_every_language(app: Flask, language: str) -> None:
    with app.test_request_context(f"/{language}/"), use_language(language):
        names = {act: name_act(act) for act in AuditAct}
        english = set()
        if language != "en":
            with use_language("en"):
                english = {name_act(act) for act in names}

        assert [act for act, name in names.items() if name in {"", act, str(UNKNOWN)}] == []
        assert set(names.values()) & english == set()


def test_no_name_stands_for_nothing() -> None:
    asked = (AuditAct.PROPOSED, AuditAct.GRANTED, AuditAct.REFUSED)

    assert set(AuditAct) == done()
    assert ACTS.keys() == {act for act in AuditAct if act.status is None}
    assert OF_KIND.keys() == {(act, kind.value) for act in asked for kind in ProposalKind}


def test_an_act_of_another_version_does_not_break_a_page(app: Flask) -> None:
    with app.test_request_context("/en/"):
        assert name_act("gone") == name_act("status gone") == str(UNKNOWN)
