"""One's own account: password, sessions, declared links."""

from http import HTTPStatus

from flask import make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries
from portal.accounts.current import acting, current_account, enter, now, staff, waiting
from portal.accounts.forms import ChangePasswordForm, LinkForm, OneButton
from portal.accounts.service import links as linking
from portal.accounts.service import sign_in as signing
from portal.accounts.service.sign_in import Refusal
from portal.accounts.views.blueprint import pages
from portal.accounts.views.keys import MEMBERS
from portal.cases.codes import SignedAct
from portal.cases.units import agency_of, codes_of_link
from portal.core import clock
from portal.core.errors import Conflict
from portal.core.taxonomy import load
from portal.core.terms import Agency, Region
from portal.web.database import reading, transaction
from portal.web.parts import KEYRING


@pages.get("/staff/account")
@waiting()
def account() -> str:
    """Show one's account: who one is here, the password, the sessions."""
    return _account_page(ChangePasswordForm())


@pages.post("/staff/account")
@waiting()
def change_password() -> ResponseReturnValue:
    """Set another password; every other session of this person ends."""
    form, who = ChangePasswordForm(), current_account()
    if not form.validate():
        return _account_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    fits = signing.password_fits(str(who.password), form.current.data, known=True)
    with transaction() as session:
        refusal = signing.confirm_password(session, who, fits=fits, key=_key(), at=now())
    if refusal is Refusal.RESTING:
        form.form_errors.append(_("There were too many attempts. Please wait and try again."))
        return _account_page(form), HTTPStatus.TOO_MANY_REQUESTS
    if refusal:
        form.current.errors = [_("This is not your present password.")]
        return _account_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    stored = signing.stored_form(form.password.data)
    with transaction() as session:
        token = signing.change_password(session, who.id, stored, at=now())
    return enter(make_response(redirect(url_for("accounts.account"), 303)), token)


@pages.get("/staff/links")
@staff(*MEMBERS)
def links() -> str:
    """Show the units to which one declared a link."""
    return _links_page(LinkForm.about(load()))


@pages.post("/staff/links")
@staff(*MEMBERS)
def declare_link() -> ResponseReturnValue:
    """Close the cases about a unit to oneself."""
    form = LinkForm.about(load())
    if not form.validate():
        return _links_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    codes = codes_of_link(_units_key(), form.agency.data, form.region.data or None)
    try:
        with acting(SignedAct.LINK, current_account().id) as session:
            linking.declare(session, current_account().id, codes, today=clock.get_today())
    except Conflict:
        form.agency.errors = [_("You declared this link before.")]
        return _links_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("accounts.links"), HTTPStatus.SEE_OTHER)


def _account_page(form: ChangePasswordForm) -> str:
    return render_template("accounts/account.html", form=form, everywhere=OneButton())


def _links_page(form: LinkForm) -> str:
    with reading() as session:
        codes = queries.links_of(session, current_account().id)
    return render_template("accounts/links.html", form=form, units=_named(codes))


def _named(codes: frozenset[bytes]) -> list[tuple[Agency, Region | None]]:
    """Return the units of some codes, in the order of the taxonomy; a place not known is none."""
    taxonomy = load()
    found = (agency_of(_units_key(), code) for code in codes)
    units = [
        (taxonomy.agencies[agency], taxonomy.regions[region] if region else None)
        for agency, region in filter(None, found)
        if region or not taxonomy.agencies[agency].regional
    ]
    return sorted(units, key=lambda unit: (unit[0].order, unit[1].iso_code if unit[1] else ""))


def _key() -> bytes:
    keyring = KEYRING.get()
    return keyring.accounts


def _units_key() -> bytes:
    keyring = KEYRING.get()
    return keyring.units
