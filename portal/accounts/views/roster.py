"""Waiting to be admitted, and what was done to accounts and keys."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from portal.accounts import queries
from portal.accounts.current import current_account, home, signed_act
from portal.accounts.current import waiting as who_waits
from portal.accounts.forms import OneButton
from portal.accounts.models import Account
from portal.accounts.service import admitting
from portal.accounts.views.blueprint import pages
from portal.accounts.views.keys import MEMBERS
from portal.core import clock
from portal.web.database import reading, transaction

TOLD_DAYS = 7
DESKS = frozenset({"review.queue", "accounts.account", "accounts.waiting", "admin.accounts"})
ACTS: dict[str, Any] = {
    "account_made": _l("opened an account"),
    "account_invited": _l("reset the sign-in"),
    "account_opened": _l("signed in for the first time with a new password and device"),
    "account_closed": _l("closed the account"),
    "personal_key": _l("stored a new key"),
    "founded": _l("put on the first roster, at the ceremony"),
    "admitted": _l("admitted to the roster"),
    "admitted_by_one": _l("signed for admitting; a second signature is needed"),
    "removed": _l("removed from the roster"),
    "removed_by_one": _l("signed for removing; a second signature is needed"),
    "came_back": _l("showed their key after the sign-in was reset"),
    "unit_key": _l("made the next key of the body"),
}


@pages.get("/staff/waiting")
@who_waits(*MEMBERS)
def waiting() -> ResponseReturnValue:
    """Say what a member waits for, and who can do it."""
    return _waiting_page(OneButton(), HTTPStatus.OK)


def _waiting_page(form: OneButton, status: HTTPStatus) -> ResponseReturnValue:
    who = current_account()
    with reading() as session:
        account = queries.account_of(session, who.id)
        stands = queries.on_roster(session, account)
        roster = queries.roster_now(session, str(who.body_code))
        admitters = [queries.account_of(session, one.account_id).login for one in roster]
    if stands and account.proven:
        return redirect(home(account), HTTPStatus.SEE_OTHER)
    page = render_template("accounts/waiting.html", stands=stands, admitters=admitters, form=form)
    return page, status


@pages.post("/staff/waiting")
@who_waits(*MEMBERS)
def come_back() -> ResponseReturnValue:
    """Let a member show that they still have the key that the roster knows."""
    form = OneButton()
    if not form.validate():
        return _waiting_page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    with transaction() as session:
        admitting.come_back(session, current_account(), signed=signed_act(), today=clock.today())
    return redirect(url_for("accounts.waiting"), HTTPStatus.SEE_OTHER)


@pages.get("/staff/changes")
@who_waits()
def changes() -> str:
    """Show what was done to accounts and keys, as far as it concerns who asks."""
    with reading() as session:
        found = queries.changes(session, current_account())
    return render_template("accounts/changes.html", found=found, words=ACTS)


@pages.app_template_global()
def changes_told() -> int:
    """Return how many changes of the last days somebody else made, where people begin to work."""
    account: Account | None = g.get("account")
    if account is None or request.endpoint not in DESKS:
        return 0
    with reading() as session:
        since = clock.today() - timedelta(days=TOLD_DAYS)
        return len(queries.changes(session, account, since=since))
