"""Waiting to be admitted, and what was done to accounts and keys."""

from datetime import timedelta
from http import HTTPStatus

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries
from portal.accounts.current import current_account, home, signed_act
from portal.accounts.current import waiting as who_waits
from portal.accounts.forms import OneButton
from portal.accounts.models import Account
from portal.accounts.service import admitting
from portal.accounts.views.actnames import act_name
from portal.accounts.views.blueprint import pages
from portal.accounts.views.keys import MEMBERS
from portal.cases.bodies import body_label, is_body
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
    return _waiting_page(OneButton())


def _waiting_page(form: OneButton) -> ResponseReturnValue:
    who = current_account()
    with reading() as session:
        account = queries.account_of(session, who.id)
        stands = queries.on_roster(session, account)
        roster = queries.roster_now(session, str(who.body_code))
        admitters = [queries.account_of(session, one.account_id).login for one in roster]
    if stands and account.proven:
        return redirect(home(account), HTTPStatus.SEE_OTHER)
    page = render_template("accounts/waiting.html", stands=stands, admitters=admitters, form=form)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


@pages.post("/staff/waiting")
@who_waits(*MEMBERS)
def come_back() -> ResponseReturnValue:
    """Let a member show that they still have the key that the roster knows."""
    form = OneButton()
    if not form.validate():
        return _waiting_page(form)
    with transaction() as session:
        admitting.come_back(
            session, current_account(), signed=signed_act(), today=clock.get_today()
        )
    return redirect(url_for("accounts.waiting"), HTTPStatus.SEE_OTHER)


@pages.get("/staff/changes")
@who_waits()
def changes() -> str:
    """Show what was done to accounts and keys, as far as it concerns who asks."""
    with reading() as session:
        found = queries.changes(session, current_account())
    return render_template(
        "accounts/changes.html", found=found, act_name=act_name, name_of=_name_of
    )


def _name_of(change: queries.Change) -> str:
    """Return what a page calls whom a change was done to."""
    if change.act == AuditAct.RECOVERY_KEY:
        return str(_("Every body"))
    return translate_label(body_label(change.whom)) if is_body(change.whom) else change.whom


@pages.app_template_global()
def changes_told() -> int:
    """Return how many changes of the last days somebody else made, where people begin to work."""
    account: Account | None = g.get("account")
    if account is None or request.endpoint not in DESKS:
        return 0
    with reading() as session:
        since = clock.get_today() - timedelta(days=TOLD_DAYS)
        return len(queries.changes(session, account, since=since))
