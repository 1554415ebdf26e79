"""Codes that are stored. Rows, hashes of the trail and signed statements hold these very values.

WARNING: never change a value below to make a test pass. A row that was written with the old value
would mean nothing any more, and nothing would say so. A new code is a new line; one that is not
used any more keeps its line.
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path

import pytest

from portal.accounts.models import Role, RosterMove
from portal.cases.codes import (
    AuditAct,
    DeadlineCode,
    NoticeKind,
    SealedBy,
    SignedAct,
    VerdictAnswer,
    get_status_act,
)
from portal.cases.models import COUNTED, TOLD
from portal.cases.signed_acts import RULES
from portal.cases.states import Status
from portal.core.taxonomy import CODE, load
from portal.review.models import ProposalKind

STORED: Mapping[type[StrEnum], Sequence[str]] = {
    SignedAct: [
        "claim",
        "release",
        "hand_over",
        "recuse",
        "step",
        "stage",
        "allegation",
        "write",
        "extend",
        "decide",
        "transfer",
        "propose",
        "answer",
        "merge",
        "sign_off",
        "reply",
        "decide_reply",
        "admit",
        "remove",
        "return",
        "epoch",
        "link",
    ],
    RosterMove: ["found", "admit", "remove", "leave"],
    NoticeKind: ["copy", "overdue", "conflict", "withdrawn"],
    DeadlineCode: [
        "receipt",
        "registration",
        "danger_look",
        "danger_forward",
        "acknowledgement",
        "redirect",
        "redirect_upk",
        "first_question",
        "reporter_reply_wait",
        "decision",
        "extension_max",
        "extension_notice",
        "progress_update",
        "feedback",
        "outcome_notice",
        "service_investigation",
        "conclusion_approval",
        "sanction_from_discovery",
        "sanction_time_bar",
        "recusal",
        "review_window",
        "review_decision",
        "pretrial_inquiry",
        "pretrial_investigation",
        "recommendation_reply",
        "publication",
    ],
    VerdictAnswer: ["substantive", "partial", "formal"],
    SealedBy: ["browser", "server"],
    Role: ["investigator", "head", "oversight", "administrator"],
    ProposalKind: ["no_substance", "erasure"],
    Status: [
        "received",
        "acknowledged",
        "assessment",
        "need_info",
        "routed",
        "in_review",
        "criminal_track",
        "extended",
        "decided",
        "review_requested",
        "reopened",
        "closed",
        "conflict_hold",
        "merged",
    ],
    AuditAct: [
        *[
            "account_made",
            "account_invited",
            "account_opened",
            "account_closed",
            "password",
            "passphrase",
            "personal_key",
            "founded",
            "admitted",
            "admitted_by_one",
            "removed",
            "removed_by_one",
            "came_back",
            "copy_given",
            "unit_key",
            "recovery_key",
            "link_declared",
            "trail_read",
            "received",
            "message",
            "review",
            "withdraw",
            "verdict",
            "opened",
            "claimed",
            "released",
            "recused",
            "question",
            "reply",
            "update",
            "note",
            "extended",
            "stage",
            "allegation",
            "recommended",
            "transferred",
            "proposed",
            "granted",
            "refused",
            "erased",
            "overdue",
            "draft_read",
            "draft_signed",
            "published",
            "release_corrected",
            "release_given_up",
            "release_moved",
            "release_key_destroyed",
            "reply_written",
            "reply_published",
            "reply_returned",
            "auditor_added",
            "audit_exported",
            "audit_accepted",
            "facts_committed",
        ],
        "handed over",
        "recommendation answered",
        "transfer refused",
        "status received",
        "status acknowledged",
        "status assessment",
        "status need_info",
        "status routed",
        "status in_review",
        "status criminal_track",
        "status extended",
        "status decided",
        "status review_requested",
        "status reopened",
        "status closed",
        "status conflict_hold",
        "status merged",
    ],
}


@pytest.mark.parametrize("table", STORED, ids=lambda table: table.__name__)
def test_the_stored_values_are_these(table: type[StrEnum]) -> None:
    assert sorted(code.value for code in table) == sorted(STORED[table])
    assert all(len(code.value) <= CODE for code in table)


def test_the_deadlines_are_those_of_the_taxonomy() -> None:
    assert list(load().deadlines) == [str(code) for code in DeadlineCode]


def test_every_state_is_reached_by_an_act_of_its_own() -> None:
    assert {get_status_act(status).status for status in Status} == set(Status)
    assert [act.status for act in (AuditAct.RECEIVED, AuditAct.EXTENDED)] == [None, None]


def test_conditions_of_indexes_say_word_for_word_what_the_migrations_said() -> None:
    assert str(COUNTED) == (
        "act IN ('erased', 'extended', 'overdue', 'recommended', 'recommendation answered',"
        " 'status conflict_hold')"
    )
    assert str(TOLD) == (
        "act IN ('account_made', 'account_invited', 'account_opened', 'account_closed',"
        " 'personal_key', 'founded', 'admitted', 'admitted_by_one', 'removed', 'removed_by_one',"
        " 'came_back', 'unit_key', 'recovery_key', 'auditor_added', 'release_corrected',"
        " 'release_given_up', 'release_moved')"
    )


def test_every_signed_act_leads_to_an_entry_and_every_page_names_one() -> None:
    templates = Path(__file__).parents[2] / "templates"
    source = "".join(path.read_text("utf-8") for path in templates.rglob("*.html"))
    named = set(re.findall(r"\b(?:act|signed)\(\"([a-z_]+)\"", source))

    assert {act for act, _ in RULES} == set(SignedAct)
    assert named == set(SignedAct) - {SignedAct.MERGE}  # there is no page for merging cases yet
