"""The blueprint that the pages of review share, and the words of their templates."""

from datetime import date
from typing import Any

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from crypto import body as bodies
from portal.accounts.current import get_current_account
from portal.cases.audit import record
from portal.cases.bodies import get_body_label
from portal.cases.codes import AuditAct
from portal.core import clock
from portal.core.calendar import count_working_days
from portal.core.terms import SPOKEN
from portal.review import queries
from portal.web.database import reading, transaction
from portal.web.parts import KEYRING

REFERENCE_DIGITS = 8
KINDS = {
    bodies.REPORT: _l("Report"),
    bodies.MESSAGE: _l("Message of the reporter"),
    bodies.VERDICT: _l("Verdict of the reporter"),
    bodies.REPLY: _l("Reply"),
    bodies.QUESTION: _l("Question"),
    bodies.DECISION: _l("Decision"),
    bodies.TRANSFER: _l("Transfer"),
    bodies.NOTE: _l("Note"),
}
STEP_NAMES = {
    "acknowledge": _l("Confirm that it was read and registered"),
    "assess": _l("Begin the assessment"),
    "review": _l("Begin the review"),
    "close": _l("Close"),
    "reopen": _l("Reopen"),
    "recommendation_answered": _l("The recommendation was answered"),
}

pages = Blueprint("review", __name__, url_prefix="/<lang:lang>")
pages.add_app_template_global(get_body_label, "body_label")


@pages.app_template_filter("reference")
def format_reference(case_id: str) -> str:
    """Return how people name a case: the beginning of its number, such as 4f2a-91bc."""
    return f"{case_id[:4]}-{case_id[4:REFERENCE_DIGITS]}"


@pages.app_template_global("working_days")
def count_days_left(today: date, due: date) -> int:
    """Return how many working days are left; below zero, how many a clock is late."""
    if due < today:
        return -count_working_days(due, today)
    return count_working_days(today, due)


@pages.app_template_global("kind_name")
def name_kind(kind: str) -> Any:
    """Return how a kind of sealed object is called."""
    return KINDS[kind]


@pages.app_template_global("step_name")
def name_step(step: str) -> Any:
    """Return what the button of a step says."""
    return STEP_NAMES[step]


@pages.app_template_global("language_name")
def name_language(code: str) -> str:
    """Return a language in its own words."""
    return SPOKEN[code].name


def get_units_key() -> bytes:
    """Return the key of the codes of units."""
    keyring = KEYRING.get()
    return keyring.units


def note_opening(case_id: str) -> None:
    """Write down, once a day, that the signed-in person read something of a case they may read."""
    today, who = clock.get_today(), get_current_account()
    with reading() as session:
        known = queries.was_opened(session, who, case_id, today)
    if not known:
        with transaction() as session:
            record(session, AuditAct.OPENED, actor=who.id, case_id=case_id, today=today)
