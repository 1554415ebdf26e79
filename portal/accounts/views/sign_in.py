"""Signing in, being welcomed, signing out."""

from base64 import b32encode
from http import HTTPStatus
from io import BytesIO

import segno
from flask import Response, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from crypto import totp
from portal.accounts import queries
from portal.accounts.current import (
    allow_waiting,
    end_browser_session,
    get_current_account,
    get_now,
    get_staff_home,
    get_tab_key,
    read_device_token,
    read_token,
    remember_browser,
    require_partial_session,
    start_browser_session,
)
from portal.accounts.forms import CodeForm, SignInForm, StaffButtonForm, WelcomeForm
from portal.accounts.service import enrolment
from portal.accounts.service import sign_in as signing
from portal.accounts.service.sign_in import SessionStep, SignInRefusal, SignInResult
from portal.accounts.views.blueprint import pages
from portal.web import limits
from portal.web.database import reading, transaction
from portal.web.forms import PortalForm
from portal.web.parts import KEYRING, SETTINGS

ISSUER = "Report portal"


@pages.get("/staff/sign-in")
def sign_in() -> str:
    """Ask for login and password."""
    return render_template("accounts/sign_in.html", form=SignInForm())


@pages.post("/staff/sign-in")
def check_password() -> ResponseReturnValue:
    """Take login and password, and lead on to the code."""
    form, at, mark = SignInForm(), get_now(), read_device_token()
    if not form.validate():
        return _render_again("accounts/sign_in.html", form, {})
    login, key = form.login.data, _get_accounts_key()
    with reading() as session:
        stored = queries.get_stored_password(session, login)
        known = signing.is_known(session, login, mark, key=key, today=at.today)
    if not known and limits.is_used_up(limits.WRONG_SIGN_INS):
        return _render_again("accounts/sign_in.html", form, {}, SignInRefusal.THROTTLED)
    try:
        password_ok = signing.is_password_ok(stored, form.password.data, known=known)
    except signing.SignInBusy:
        return _render_again("accounts/sign_in.html", form, {}, SignInRefusal.BUSY)
    with transaction() as session:
        answer = signing.enter_password(
            session, login, password_ok=password_ok, key=key, at=at, device=mark
        )
    if not answer.refusal:
        return _redirect_onwards(url_for("accounts.code"), answer)
    if not known:
        limits.count_attempt(limits.WRONG_SIGN_INS)
    return _render_again("accounts/sign_in.html", form, {}, answer.refusal)


@pages.get("/staff/code")
@require_partial_session(SessionStep.PASSWORD)
def code() -> str:
    """Ask for the code that the person's device shows."""
    return render_template("accounts/code.html", form=CodeForm(), shown=_compute_shown_code())


@pages.post("/staff/code")
@require_partial_session(SessionStep.PASSWORD)
def check_code() -> ResponseReturnValue:
    """Take the code and begin the full session."""
    form, parts = CodeForm(), {"shown": _compute_shown_code()}
    if not form.validate():
        return _render_again("accounts/code.html", form, parts)
    with transaction() as session:
        answer = signing.enter_code(
            session,
            read_token(),
            form.code.data,
            key=_get_accounts_key(),
            at=get_now(),
            device=read_device_token(),
        )
    if answer.refusal:
        return _render_again("accounts/code.html", form, parts, answer.refusal)
    return remember_browser(
        _redirect_onwards(get_staff_home(get_current_account()), answer), get_current_account()
    )


@pages.get("/staff/welcome")
def welcome() -> str:
    """Ask a new member of staff for their one-time code and a password."""
    return render_template("accounts/welcome.html", form=WelcomeForm())


@pages.post("/staff/welcome")
def accept() -> ResponseReturnValue:
    """Take one-time code and password, and lead on to the device."""
    form = WelcomeForm()
    if not form.validate():
        return _render_again("accounts/welcome.html", form, {})
    login, invitation, at = form.login.data, form.invitation.data, get_now()
    with reading() as session:
        if not enrolment.is_invited(session, login, invitation, today=at.today):
            return _render_again("accounts/welcome.html", form, {}, SignInRefusal.WRONG)
    stored = signing.hash_new_password(form.password.data)
    with transaction() as session:
        answer = enrolment.accept(
            session, login, invitation, stored, key=_get_accounts_key(), at=at
        )
    if answer.refusal:
        return _render_again("accounts/welcome.html", form, {}, answer.refusal)
    return _redirect_onwards(url_for("accounts.device"), answer)


@pages.get("/staff/welcome/device")
@require_partial_session(SessionStep.ENROL)
def device() -> str:
    """Show the secret for the person's device, and ask for the first code it gives."""
    return render_template(
        "accounts/device.html", form=CodeForm(), secret=_format_seed(), shown=_compute_shown_code()
    )


@pages.post("/staff/welcome/device")
@require_partial_session(SessionStep.ENROL)
def confirm_device() -> ResponseReturnValue:
    """Take the first code and begin the full session."""
    form, parts = CodeForm(), {"secret": _format_seed(), "shown": _compute_shown_code()}
    if not form.validate():
        return _render_again("accounts/device.html", form, parts)
    with transaction() as session:
        answer = enrolment.confirm(
            session, read_token(), form.code.data, key=_get_accounts_key(), at=get_now()
        )
    if answer.refusal:
        return _render_again("accounts/device.html", form, parts, answer.refusal)
    return remember_browser(
        _redirect_onwards(get_staff_home(get_current_account()), answer), get_current_account()
    )


@pages.get("/staff/welcome/device-picture")
@require_partial_session(SessionStep.ENROL)
def device_picture() -> Response:
    """Send the secret for the person's device as a QR code."""
    account, picture = get_current_account(), BytesIO()
    address = totp.build_uri(
        signing.get_seed(account, key=_get_accounts_key()), account.login, ISSUER
    )
    segno.make(address, micro=False).save(picture, kind="svg", scale=5, border=4)
    return Response(picture.getvalue(), content_type="image/svg+xml")


@pages.get("/staff/standing")
@allow_waiting()
def standing() -> ResponseReturnValue:
    """Tell a script who is signed in, with what its page needs to send under this sign-in."""
    return {
        "account": get_current_account().id,
        "csrf_token": generate_csrf(),
        "tab_key": get_tab_key(),
    }


@pages.post("/staff/sign-out")
@allow_waiting()
def sign_out() -> ResponseReturnValue:
    """End this session."""
    form = StaffButtonForm()
    if not form.validate():
        return _render_again("accounts/sign_out.html", form, {})
    with transaction() as session:
        signing.sign_out(session, read_token())
    return _redirect_out()


@pages.post("/staff/sign-out-everywhere")
@allow_waiting()
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session of this person."""
    form = StaffButtonForm()
    if not form.validate():
        return _render_again("accounts/sign_out.html", form, {})
    with transaction() as session:
        signing.sign_out_everywhere(session, get_current_account().id)
    return _redirect_out()


def _get_accounts_key() -> bytes:
    keyring = KEYRING.get()
    return keyring.accounts


def _format_seed() -> str:
    """Return the seed as people type it into a device without a camera."""
    text = b32encode(signing.get_seed(get_current_account(), key=_get_accounts_key())).decode(
        "ascii"
    )
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def _compute_shown_code() -> str:
    """Return the code of now in a demonstration, where nobody has a device; else nothing."""
    settings = SETTINGS.get()
    if not settings.demonstration:
        return ""
    return signing.compute_current_code(
        get_current_account(), key=_get_accounts_key(), at=get_now()
    )


def _render_again(
    template: str, form: PortalForm, parts: dict[str, str], refusal: SignInRefusal | None = None
) -> ResponseReturnValue:
    """Show the same page with what is wrong; passwords are typed anew."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if refusal is SignInRefusal.THROTTLED:
        status = HTTPStatus.TOO_MANY_REQUESTS
        form.form_errors.append(
            _("There were too many wrong attempts. Please wait some minutes and try again.")
        )
    elif refusal is SignInRefusal.BUSY:
        status = HTTPStatus.SERVICE_UNAVAILABLE
        form.form_errors.append(
            _("Many people are signing in right now. Please try again in a few seconds.")
        )
    elif refusal is SignInRefusal.WRONG:
        form.form_errors.append(_("That was not right. Please check it and try again."))
    return render_template(template, form=form, **parts), status


def _redirect_onwards(address: str, answer: SignInResult) -> Response:
    return start_browser_session(
        make_response(redirect(address, HTTPStatus.SEE_OTHER)), answer.token
    )


def _redirect_out() -> ResponseReturnValue:
    address = url_for("accounts.sign_in")
    return end_browser_session(make_response(redirect(address, HTTPStatus.SEE_OTHER)))
