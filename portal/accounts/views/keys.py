"""One's own key, made and wrapped in the browser; colleagues admitted to the keys of the unit."""

from http import HTTPStatus

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.accounts import queries
from portal.accounts.current import current_account, signed_act, staff, waiting
from portal.accounts.forms import (
    AdmitForm,
    OneButton,
    PassphraseForm,
    PersonalKeyForm,
    RemoveForm,
)
from portal.accounts.models import Account, Role
from portal.accounts.policy import check_may_admit
from portal.accounts.service import admitting, keys
from portal.accounts.views.blueprint import pages
from portal.cases.bodies import PORTAL_BOARD
from portal.core import clock
from portal.core.errors import Conflict, Invalid, NotFound
from portal.web.database import reading, transaction
from portal.web.forms import PortalForm
from portal.web.headers import DOWNLOAD_POLICY

MEMBERS = (Role.INVESTIGATOR, Role.HEAD, Role.OVERSIGHT)
ADMITTERS = (Role.HEAD, Role.OVERSIGHT)
LAST = _l(
    "Nobody would be left to act for this body. Another member has to be admitted first; if there"
    " is none, two members of the oversight board admit one."
)


@pages.get("/staff/key")
@waiting(*MEMBERS)
def key() -> str:
    """Show one's own key, or let the browser make one."""
    return _key_page(PersonalKeyForm())


@pages.post("/staff/key")
@waiting(*MEMBERS)
def store_key() -> ResponseReturnValue:
    """Store a key that the browser made."""
    form = PersonalKeyForm()
    if not form.validate():
        return _key_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as session:
            keys.store_personal(
                session,
                current_account().id,
                keys.NewKey(form.recipient.data, _signing(form), form.wrapped.data),
                force=False,
                today=clock.get_today(),
            )
    except Invalid:
        form.form_errors.append(_("The key did not arrive whole. Nothing was changed."))
        return _key_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("accounts.key"), HTTPStatus.SEE_OTHER)


@pages.get("/staff/key/copies/<int:epoch>")
@staff(*MEMBERS)
def copy(epoch: int) -> Response:
    """Send the keys of one's unit in one epoch as a sealed file, for the age tool."""
    with reading() as session:
        held = queries.copies_of(session, current_account().id)
    sealed = next((one.sealed for one in held if one.epoch == epoch), None)
    if sealed is None:
        raise NotFound("no copy of this epoch")
    answer = Response(sealed, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="unit-{epoch}.age"'
    answer.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    return answer


@pages.get("/staff/passphrase")
@waiting(*MEMBERS)
def passphrase() -> str:
    """Let the browser lock one's key with another passphrase."""
    return render_template("accounts/passphrase.html", form=PassphraseForm())


@pages.post("/staff/passphrase")
@waiting(*MEMBERS)
def store_passphrase() -> ResponseReturnValue:
    """Store the same key under another passphrase."""
    form = PassphraseForm()
    if form.validate():
        try:
            with transaction() as session:
                keys.store_wrapped(
                    session,
                    current_account().id,
                    form.wrapped.data,
                    _signing(form),
                    today=clock.get_today(),
                )
        except Invalid:
            form.form_errors.append(_("The key did not arrive whole. Nothing was changed."))
        else:
            return redirect(url_for("accounts.key"), HTTPStatus.SEE_OTHER)
    page = render_template("accounts/passphrase.html", form=form)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


@pages.get("/staff/members")
@staff(*ADMITTERS)
def members() -> str:
    """Show the colleagues of one's body, and who can open its cases."""
    return _members_page(OneButton())


def _members_page(form: OneButton) -> str:
    who = current_account()
    with reading() as session:
        held = queries.epochs_of(session, who.id)
        since = {
            entry.account_id: entry.since
            for entry in queries.roster_now(session, str(who.body_code))
        }
        rows = [
            (one, sorted(epochs := one.epochs), sorted(held - epochs), since.get(one.id))
            for one in queries.members_of(session, str(who.body_code))
        ]
        others = queries.others_rosters(session) if who.role is Role.OVERSIGHT else ()
    return render_template("accounts/members.html", rows=rows, others=others, form=form)


@pages.post("/staff/members/epoch")
@staff(*ADMITTERS)
def next_epoch() -> ResponseReturnValue:
    """Make the next keys of one's body, sealed to everybody on its roster."""
    form, body = OneButton(), str(current_account().body_code)
    if not form.validate():
        return _members_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction() as session:
        keys.next_epoch(session, body, signed=signed_act(), today=clock.get_today())
    return redirect(url_for("accounts.members"), HTTPStatus.SEE_OTHER)


@pages.get("/staff/members/<hex:account_id>")
@staff(*ADMITTERS)
def colleague(account_id: str) -> str:
    """Show one colleague, with the fingerprint to compare before they are admitted."""
    return _colleague_page(_colleague(account_id), AdmitForm())


@pages.post("/staff/members/<hex:account_id>")
@staff(*ADMITTERS)
def admit(account_id: str) -> ResponseReturnValue:
    """Put a colleague on the roster, with the keys of the unit that the browser sealed to them."""
    form, found = AdmitForm(), _colleague(account_id)
    copies = form.sealed()
    missing = _missing(found)
    if not form.validate() or (missing and not copies):
        if not form.errors:
            form.form_errors.append(_("The keys did not arrive whole. Nothing was changed."))
        return _colleague_page(found, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as session:
            admitting.admit(
                session,
                current_account(),
                account_id,
                copies,
                signed=signed_act(),
                today=clock.get_today(),
            )
    except Invalid:
        form.form_errors.append(_("The keys did not arrive whole. Nothing was changed."))
        return _colleague_page(found, form), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("accounts.members"), HTTPStatus.SEE_OTHER)


@pages.post("/staff/members/<hex:account_id>/remove")
@staff(*MEMBERS)
def remove(account_id: str) -> ResponseReturnValue:
    """Take a member off the roster."""
    form = RemoveForm()
    if not form.validate():
        page = _colleague_page(_colleague(account_id), AdmitForm(formdata=None), form)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as session:
            admitting.remove(
                session, current_account(), account_id, signed=signed_act(), today=clock.get_today()
            )
    except Invalid:
        form.form_errors.append(LAST)
        page = _colleague_page(_colleague(account_id), AdmitForm(formdata=None), form)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("accounts.members"), HTTPStatus.SEE_OTHER)


def _signing(form: PersonalKeyForm | PassphraseForm) -> bytes:
    """Return the public signing key that came.

    Raises:
        Invalid: something else came.
    """
    try:
        return bytes.fromhex(form.signing.data)
    except ValueError as error:
        raise Invalid("not a signing key", field="signing", code="signing") from error


def _key_page(form: PortalForm) -> str:
    """Return the page of one's own key; the last who can open a body's cases keeps theirs."""
    with reading() as session:
        account = queries.account_of(session, current_account().id)
        last = queries.is_last_holder(session, account)
        epochs = sorted(queries.epochs_of(session, account.id))
    return render_template(
        "accounts/key.html",
        form=form,
        last=last,
        epochs=epochs,
        fingerprint=(
            keys.member_fingerprint(account.recipient, account.signing) if account.recipient else ""
        ),
    )


def _colleague(account_id: str) -> Account:
    """Return a colleague with a key.

    Raises:
        NotFound: no colleague of one's own body.
        Conflict: they have no key yet.
    """
    with reading() as session:
        found = queries.account_of(session, account_id)
        orphaned = queries.is_orphaned(session, str(found.body_code))
        stands = queries.on_roster(session, found)
    who = current_account()
    if stands and who.body_code == PORTAL_BOARD != found.body_code:
        return found  # whom two of the board may remove
    try:
        check_may_admit(who, found, orphaned=orphaned)
    except Invalid as error:
        raise Conflict("the colleague has no key yet") from error
    return found


def _missing(found: Account) -> list[int]:
    """Return the epochs that the signed-in member holds and a colleague of the body lacks."""
    who = current_account()
    if who.body_code != found.body_code:
        return []
    with reading() as session:
        held = queries.epochs_of(session, who.id)
        return sorted(held - queries.epochs_of(session, found.id))


def _colleague_page(found: Account, form: AdmitForm, removing: RemoveForm | None = None) -> str:
    with reading() as session:
        stands = queries.on_roster(session, found)
        pending = queries.has_one_signature(session, found)
    return render_template(
        "accounts/colleague.html",
        colleague=found,
        form=form,
        stands=stands,
        pending=pending,
        removing=removing or RemoveForm(formdata=None),
        missing=_missing(found),
        fingerprint=keys.member_fingerprint(str(found.recipient), found.signing),
    )
