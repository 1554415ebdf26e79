"""One's own account: password, sessions, declared links."""

from http import HTTPStatus

from flask import make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries
from portal.accounts.current import (
    acting,
    allow_waiting,
    get_current_account,
    get_now,
    require_staff,
    start_browser_session,
)
from portal.accounts.forms import ChangePasswordForm, LinkForm, StaffButtonForm
from portal.accounts.service import links as linking
from portal.accounts.service import sign_in as signing
from portal.accounts.service.sign_in import SignInRefusal
from portal.accounts.views.blueprint import pages
from portal.accounts.views.member_keys import MEMBERS
from portal.cases.codes import SignedAct
from portal.cases.units import compute_link_codes, find_agency
from portal.core import clock
from portal.core.errors import Conflict
from portal.core.taxonomy import load
from portal.core.terms import Agency, Region
from portal.web.database import reading, transaction
from portal.web.parts import KEYRING


@pages.get("/staff/account")
@allow_waiting()
def account() -> str:
    """Show one's account: who one is here, the password, the sessions."""
    return _render_account(ChangePasswordForm())


@pages.post("/staff/account")
@allow_waiting()
def change_password() -> ResponseReturnValue:
    """Set another password; every other session of this person ends."""
    form, who = ChangePasswordForm(), get_current_account()
    if not form.validate():
        return _render_account(form), HTTPStatus.UNPROCESSABLE_ENTITY
    password_ok = signing.is_password_ok(str(who.password), form.current.data, known=True)
    with transaction() as session:
        refusal = signing.confirm_password(
            session, who, password_ok=password_ok, key=_get_accounts_key(), at=get_now()
        )
    if refusal is SignInRefusal.THROTTLED:
        form.form_errors.append(_("There were too many attempts. Please wait and try again."))
        return _render_account(form), HTTPStatus.TOO_MANY_REQUESTS
    if refusal:
        form.current.errors = [_("This is not your present password.")]
        return _render_account(form), HTTPStatus.UNPROCESSABLE_ENTITY
    stored = signing.hash_new_password(form.password.data)
    with transaction() as session:
        token = signing.change_password(session, who.id, stored, at=get_now())
    return start_browser_session(make_response(redirect(url_for("accounts.account"), 303)), token)


@pages.get("/staff/links")
@require_staff(*MEMBERS)
def links() -> str:
    """Show the units to which one declared a link."""
    return _render_links(LinkForm.offer_units(load()))


@pages.post("/staff/links")
@require_staff(*MEMBERS)
def declare_link() -> ResponseReturnValue:
    """Close the cases about a unit to oneself."""
    form = LinkForm.offer_units(load())
    if not form.validate():
        return _render_links(form), HTTPStatus.UNPROCESSABLE_ENTITY
    codes = compute_link_codes(_get_units_key(), form.agency.data, form.region.data or None)
    try:
        with acting(SignedAct.LINK, get_current_account().id) as session:
            linking.declare(session, get_current_account().id, codes, today=clock.get_today())
    except Conflict:
        form.agency.errors = [_("You declared this link before.")]
        return _render_links(form), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("accounts.links"), HTTPStatus.SEE_OTHER)


def _render_account(form: ChangePasswordForm) -> str:
    return render_template("accounts/account.html", form=form, everywhere=StaffButtonForm())


def _render_links(form: LinkForm) -> str:
    with reading() as session:
        codes = queries.list_links(session, get_current_account().id)
    return render_template("accounts/links.html", form=form, units=_name_units(codes))


def _name_units(codes: frozenset[bytes]) -> list[tuple[Agency, Region | None]]:
    """Return the units of some codes, in the order of the taxonomy; a place not known is none."""
    taxonomy = load()
    places = (find_agency(_get_units_key(), code) for code in codes)
    units = [
        (taxonomy.agencies[agency], taxonomy.regions[region] if region else None)
        for agency, region in filter(None, places)
        if region or not taxonomy.agencies[agency].regional
    ]
    return sorted(units, key=lambda unit: (unit[0].order, unit[1].iso_code if unit[1] else ""))


def _get_accounts_key() -> bytes:
    keyring = KEYRING.get()
    return keyring.accounts


def _get_units_key() -> bytes:
    keyring = KEYRING.get()
    return keyring.units
