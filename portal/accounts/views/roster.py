"""Waiting to be admitted, and what was done to accounts and keys."""

from datetime import timedelta
from http import HTTPStatus

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries
from portal.accounts.current import allow_waiting as who_waits
from portal.accounts.current import get_current_account, get_staff_home, read_signed_act
from portal.accounts.forms import StaffButtonForm
from portal.accounts.models import Account
from portal.accounts.service import admitting
from portal.accounts.views.actnames import name_act
from portal.accounts.views.blueprint import pages
from portal.accounts.views.member_keys import MEMBERS
from portal.cases.bodies import get_body_label, is_body
from portal.cases.codes import AuditAct
from portal.core import clock
from portal.web.database import reading, transaction
from portal.web.i18n import translate_label

TOLD_DAYS = 7
DESKS = frozenset({"review.queue", "accounts.account", "accounts.waiting", "admin.accounts"})


@pages.get("/staff/waiting")
@who_waits(*MEMBERS)
def waiting() -> ResponseReturnValue:
    """Say what a member waits for, and who can do it."""
    return _render_waiting(StaffButtonForm())


def _render_waiting(form: StaffButtonForm) -> ResponseReturnValue:
    who = get_current_account()
    with reading() as session:
        account = queries.get_account(session, who.id)
        stands = queries.is_admitted(session, account)
        roster = queries.list_current_roster(session, str(who.body_code))
        admitters = [queries.get_account(session, entry.account_id).login for entry in roster]
    if stands and account.proven:
        return redirect(get_staff_home(account), HTTPStatus.SEE_OTHER)
    page = render_template("accounts/waiting.html", stands=stands, admitters=admitters, form=form)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


@pages.post("/staff/waiting")
@who_waits(*MEMBERS)
def come_back() -> ResponseReturnValue:
    """Let a member show that they still have the key that the roster knows."""
    form = StaffButtonForm()
    if not form.validate():
        return _render_waiting(form)
    with transaction() as session:
        admitting.return_to_roster(
            session, get_current_account(), signed=read_signed_act(), today=clock.get_today()
        )
    return redirect(url_for("accounts.waiting"), HTTPStatus.SEE_OTHER)


@pages.get("/staff/changes")
@who_waits()
def changes() -> str:
    """Show what was done to accounts and keys, as far as it concerns who asks."""
    with reading() as session:
        listed = queries.list_changes(session, get_current_account())
    return render_template(
        "accounts/changes.html", found=listed, act_name=name_act, name_of=_name_subject
    )


def _name_subject(change: queries.AccountChange) -> str:
    """Return what a page calls whom a change was done to."""
    if change.act == AuditAct.RECOVERY_KEY:
        return str(_("Every body"))
    return translate_label(get_body_label(change.whom)) if is_body(change.whom) else change.whom


@pages.app_template_global("changes_told")
def count_recent_changes() -> int:
    """Return how many changes of the last days somebody else made, where people begin to work."""
    account: Account | None = g.get("account")
    if account is None or request.endpoint not in DESKS:
        return 0
    with reading() as session:
        since = clock.get_today() - timedelta(days=TOLD_DAYS)
        return len(queries.list_changes(session, account, since=since))
