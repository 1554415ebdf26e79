"""One's own key, made and wrapped in the browser; colleagues admitted to the keys of the unit."""

from http import HTTPStatus

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.accounts import queries
from portal.accounts.current import (
    allow_waiting,
    get_current_account,
    read_signed_act,
    require_staff,
)
from portal.accounts.forms import (
    AdmitForm,
    PassphraseForm,
    PersonalKeyForm,
    RemoveForm,
    StaffButtonForm,
)
from portal.accounts.models import Account, Role
from portal.accounts.policy import check_may_admit
from portal.accounts.service import admitting, member_keys
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
@allow_waiting(*MEMBERS)
def key() -> str:
    """Show one's own key, or let the browser make one."""
    return _render_key(PersonalKeyForm())


@pages.post("/staff/key")
@allow_waiting(*MEMBERS)
def store_key() -> ResponseReturnValue:
    """Store a key that the browser made."""
    form = PersonalKeyForm()
    if not form.validate():
        return _render_key(form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as session:
            member_keys.store_personal(
                session,
                get_current_account().id,
                member_keys.NewKey(form.recipient.data, _read_signing_key(form), form.wrapped.data),
                force=False,
                today=clock.get_today(),
            )
    except Invalid:
        form.form_errors.append(_("The key did not arrive whole. Nothing was changed."))
        return _render_key(form), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("accounts.key"), HTTPStatus.SEE_OTHER)


@pages.get("/staff/key/copies/<int:epoch>")
@require_staff(*MEMBERS)
def copy(epoch: int) -> Response:
    """Send the keys of one's unit in one epoch as a sealed file, for the age tool."""
    with reading() as session:
        held = queries.list_copies(session, get_current_account().id)
    sealed = next((copy.sealed for copy in held if copy.epoch == epoch), None)
    if sealed is None:
        raise NotFound("no copy of this epoch")
    answer = Response(sealed, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="unit-{epoch}.age"'
    answer.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    return answer


@pages.get("/staff/passphrase")
@allow_waiting(*MEMBERS)
def passphrase() -> str:
    """Let the browser lock one's key with another passphrase."""
    return render_template("accounts/passphrase.html", form=PassphraseForm())


@pages.post("/staff/passphrase")
@allow_waiting(*MEMBERS)
def store_passphrase() -> ResponseReturnValue:
    """Store the same key under another passphrase."""
    form = PassphraseForm()
    if form.validate():
        try:
            with transaction() as session:
                member_keys.store_wrapped(
                    session,
                    get_current_account().id,
                    form.wrapped.data,
                    _read_signing_key(form),
                    today=clock.get_today(),
                )
        except Invalid:
            form.form_errors.append(_("The key did not arrive whole. Nothing was changed."))
        else:
            return redirect(url_for("accounts.key"), HTTPStatus.SEE_OTHER)
    page = render_template("accounts/passphrase.html", form=form)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


@pages.get("/staff/members")
@require_staff(*ADMITTERS)
def members() -> str:
    """Show the colleagues of one's body, and who can open its cases."""
    return _render_members(StaffButtonForm())


def _render_members(form: StaffButtonForm) -> str:
    who = get_current_account()
    with reading() as session:
        held = queries.list_epochs(session, who.id)
        since = {
            entry.account_id: entry.since
            for entry in queries.list_current_roster(session, str(who.body_code))
        }
        rows = [
            (member, sorted(epochs := member.epochs), sorted(held - epochs), since.get(member.id))
            for member in queries.list_members(session, str(who.body_code))
        ]
        others = queries.list_members_elsewhere(session) if who.role is Role.OVERSIGHT else ()
    return render_template("accounts/members.html", rows=rows, others=others, form=form)


@pages.post("/staff/members/epoch")
@require_staff(*ADMITTERS)
def next_epoch() -> ResponseReturnValue:
    """Make the next keys of one's body, sealed to everybody on its roster."""
    form, body = StaffButtonForm(), str(get_current_account().body_code)
    if not form.validate():
        return _render_members(form), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction() as session:
        member_keys.make_next_epoch(
            session, body, signed=read_signed_act(), today=clock.get_today()
        )
    return redirect(url_for("accounts.members"), HTTPStatus.SEE_OTHER)


@pages.get("/staff/members/<hex:account_id>")
@require_staff(*ADMITTERS)
def colleague(account_id: str) -> str:
    """Show one colleague, with the fingerprint to compare before they are admitted."""
    return _render_colleague(_get_colleague(account_id), AdmitForm())


@pages.post("/staff/members/<hex:account_id>")
@require_staff(*ADMITTERS)
def admit(account_id: str) -> ResponseReturnValue:
    """Put a colleague on the roster, with the keys of the unit that the browser sealed to them."""
    form, colleague = AdmitForm(), _get_colleague(account_id)
    copies = form.read_sealed_keys()
    missing = _list_missing_epochs(colleague)
    if not form.validate() or (missing and not copies):
        if not form.errors:
            form.form_errors.append(_("The keys did not arrive whole. Nothing was changed."))
        return _render_colleague(colleague, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as session:
            admitting.admit(
                session,
                get_current_account(),
                account_id,
                copies,
                signed=read_signed_act(),
                today=clock.get_today(),
            )
    except Invalid:
        form.form_errors.append(_("The keys did not arrive whole. Nothing was changed."))
        return _render_colleague(colleague, form), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("accounts.members"), HTTPStatus.SEE_OTHER)


@pages.post("/staff/members/<hex:account_id>/remove")
@require_staff(*MEMBERS)
def remove(account_id: str) -> ResponseReturnValue:
    """Take a member off the roster."""
    form = RemoveForm()
    if not form.validate():
        page = _render_colleague(_get_colleague(account_id), AdmitForm(formdata=None), form)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as session:
            admitting.remove(
                session,
                get_current_account(),
                account_id,
                signed=read_signed_act(),
                today=clock.get_today(),
            )
    except Invalid:
        form.form_errors.append(LAST)
        page = _render_colleague(_get_colleague(account_id), AdmitForm(formdata=None), form)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("accounts.members"), HTTPStatus.SEE_OTHER)


def _read_signing_key(form: PersonalKeyForm | PassphraseForm) -> bytes:
    """Return the public signing key that came.

    Raises:
        Invalid: something else came.
    """
    try:
        return bytes.fromhex(form.signing.data)
    except ValueError as error:
        raise Invalid("not a signing key", field="signing", code="signing") from error


def _render_key(form: PortalForm) -> str:
    """Return the page of one's own key; the last who can open a body's cases keeps theirs."""
    with reading() as session:
        account = queries.get_account(session, get_current_account().id)
        last = queries.is_last_holder(session, account)
        epochs = sorted(queries.list_epochs(session, account.id))
    return render_template(
        "accounts/key.html",
        form=form,
        last=last,
        epochs=epochs,
        fingerprint=(
            member_keys.compute_member_fingerprint(account.recipient, account.signing)
            if account.recipient
            else ""
        ),
    )


def _get_colleague(account_id: str) -> Account:
    """Return a colleague with a key.

    Raises:
        NotFound: no colleague of one's own body.
        Conflict: they have no key yet.
    """
    with reading() as session:
        colleague = queries.get_account(session, account_id)
        orphaned = queries.is_orphaned(session, str(colleague.body_code))
        stands = queries.is_admitted(session, colleague)
    who = get_current_account()
    if stands and who.body_code == PORTAL_BOARD != colleague.body_code:
        return colleague  # whom two of the board may remove
    try:
        check_may_admit(who, colleague, orphaned=orphaned)
    except Invalid as error:
        raise Conflict("the colleague has no key yet") from error
    return colleague


def _list_missing_epochs(colleague: Account) -> list[int]:
    """Return the epochs that the signed-in member holds and a colleague of the body lacks."""
    who = get_current_account()
    if who.body_code != colleague.body_code:
        return []
    with reading() as session:
        held = queries.list_epochs(session, who.id)
        return sorted(held - queries.list_epochs(session, colleague.id))


def _render_colleague(
    colleague: Account, form: AdmitForm, removing: RemoveForm | None = None
) -> str:
    with reading() as session:
        stands = queries.is_admitted(session, colleague)
        pending = queries.has_one_signature(session, colleague)
    return render_template(
        "accounts/colleague.html",
        colleague=colleague,
        form=form,
        stands=stands,
        pending=pending,
        removing=removing or RemoveForm(formdata=None),
        missing=_list_missing_epochs(colleague),
        fingerprint=member_keys.compute_member_fingerprint(
            str(colleague.recipient), colleague.signing
        ),
    )
