"""Who did what on which day: in one case, and by one person. Never what was written."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from portal.accounts.current import get_current_account, require_staff
from portal.accounts.models import Account, Role
from portal.accounts.views.actnames import name_act
from portal.cases.audit import REPORTER, SYSTEM, record
from portal.cases.bodies import get_body_label, is_body
from portal.cases.codes import AuditAct
from portal.core import clock
from portal.review import queries
from portal.review.queries import TrailLine
from portal.review.views.blueprint import pages
from portal.web.database import reading, transaction
from portal.web.i18n import translate_label

LEADERS = (Role.HEAD, Role.OVERSIGHT)


@pages.get("/staff/case/<hex:case_id>/trail")
@require_staff(*LEADERS)
def case_trail(case_id: str) -> str:
    """Show who did what in a case."""
    who, before = get_current_account(), request.args.get("before", type=int)
    with reading() as session:
        case = queries.find_case_of_trail(session, who, case_id)
    _note_reading(case_id=case_id)
    with reading() as session:
        lines = queries.list_trail_of_case(session, who, case_id, before)
        people = queries.list_people(session, lines)
    return render_template(
        "review/trail.html",
        case=case,
        open_here=case.body_code == who.body_code,
        **_collect_parts(lines, people, "review.case_trail", case_id=case_id),
    )


@pages.get("/staff/people/<hex:account_id>/trail")
@require_staff(*LEADERS)
def person_trail(account_id: str) -> str:
    """Show what somebody did, and what was done to their account."""
    who, before = get_current_account(), request.args.get("before", type=int)
    with reading() as session:
        person = queries.find_person(session, who, account_id)
    _note_reading(detail=account_id)
    with reading() as session:
        lines = queries.list_trail_of_person(session, who, person, before)
        people = queries.list_people(session, lines)
    return render_template(
        "review/trail.html",
        case=None,
        person=person,
        **_collect_parts(lines, people, "review.person_trail", account_id=account_id),
    )


@pages.app_template_global("trail_of_person_if")
def link_to_trail_if(account: Account) -> str:
    """Return where the trail of an account stands, "" if who is signed in may not read it."""
    may = queries.may_read_of(get_current_account(), account)
    return url_for("review.person_trail", account_id=account.id) if may else ""


def _collect_parts(
    lines: Sequence[TrailLine], people: dict[str, Account], endpoint: str, **place: Any
) -> dict[str, Any]:
    """Return what the page shows: one page of lines in words, and where the older ones are."""
    page, more = lines[: queries.PAGE], len(lines) > queries.PAGE
    return {
        "rows": [
            {
                "line": line,
                "who": _name_actor(
                    line.actor, people, in_case=line.case_id is not None or not line.act
                ),
                "what": name_act(line.act, line.detail) if line.act else "",
                "whom": _name_actor(
                    queries.get_subject(line), people, in_case=line.case_id is not None
                ),
            }
            for line in page
        ],
        "older": url_for(endpoint, before=page[-1].number, **place) if more else "",
        "first": url_for(endpoint, **place) if request.args.get("before") else "",
    }


def _name_actor(actor: str, people: dict[str, Account], *, in_case: bool) -> str:
    """Return how an actor is called: in a case, members of another body by their body alone."""
    if actor in {REPORTER, SYSTEM}:
        return str(_("The reporter") if actor == REPORTER else _("The server, or its operator"))
    if actor not in people:
        return translate_label(get_body_label(actor)) if is_body(actor) else actor
    who, account = get_current_account(), people[actor]
    stranger = in_case and account.body_code not in {None, who.body_code}
    if stranger and who.role is not Role.OVERSIGHT:
        return translate_label(get_body_label(str(account.body_code)))
    return account.login


def _note_reading(*, case_id: str | None = None, detail: str = "") -> None:
    """Write down, once a day, that the signed-in person read a trail."""
    today, who = clock.get_today(), get_current_account()
    with reading() as session:
        known = queries.was_noted(session, who, today, case_id=case_id, detail=detail)
    if not known:
        with transaction() as session:
            record(
                session,
                AuditAct.TRAIL_READ,
                actor=who.id,
                case_id=case_id,
                detail=detail,
                today=today,
            )
