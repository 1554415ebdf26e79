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
    current_account,
    device_mark,
    enter,
    half_way,
    home,
    leave,
    now,
    remember,
    tab_key,
    token,
    waiting,
)
from portal.accounts.forms import CodeForm, OneButton, SignInForm, WelcomeForm
from portal.accounts.service import enrolment
from portal.accounts.service import sign_in as signing
from portal.accounts.service.sign_in import Answer, Refusal, Step
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
    form, at, mark = SignInForm(), now(), device_mark()
    if not form.validate():
        return _again("accounts/sign_in.html", form, {})
    login, key = form.login.data, _key()
    with reading() as session:
        stored = queries.stored_password(session, login)
        known = signing.is_known(session, login, mark, key=key, today=at.today)
    if not known and limits.is_used_up(limits.WRONG_SIGN_INS):
        return _again("accounts/sign_in.html", form, {}, Refusal.RESTING)
    try:
        fits = signing.password_fits(stored, form.password.data, known=known)
    except signing.Busy:
        return _again("accounts/sign_in.html", form, {}, Refusal.BUSY)
    with transaction() as session:
        answer = signing.enter_password(session, login, fits=fits, key=key, at=at, device=mark)
    if not answer.refusal:
        return _onwards(url_for("accounts.code"), answer)
    if not known:
        limits.count_attempt(limits.WRONG_SIGN_INS)
    return _again("accounts/sign_in.html", form, {}, answer.refusal)


@pages.get("/staff/code")
@half_way(Step.PASSWORD)
def code() -> str:
    """Ask for the code that the person's device shows."""
    return render_template("accounts/code.html", form=CodeForm(), shown=_shown_code())


@pages.post("/staff/code")
@half_way(Step.PASSWORD)
def check_code() -> ResponseReturnValue:
    """Take the code and begin the full session."""
    form, parts = CodeForm(), {"shown": _shown_code()}
    if not form.validate():
        return _again("accounts/code.html", form, parts)
    with transaction() as session:
        answer = signing.enter_code(
            session, token(), form.code.data, key=_key(), at=now(), device=device_mark()
        )
    if answer.refusal:
        return _again("accounts/code.html", form, parts, answer.refusal)
    return remember(_onwards(home(current_account()), answer), current_account())


@pages.get("/staff/welcome")
def welcome() -> str:
    """Ask a new member of staff for their one-time code and a password."""
    return render_template("accounts/welcome.html", form=WelcomeForm())


@pages.post("/staff/welcome")
def accept() -> ResponseReturnValue:
    """Take one-time code and password, and lead on to the device."""
    form = WelcomeForm()
    if not form.validate():
        return _again("accounts/welcome.html", form, {})
    login, invitation, at = form.login.data, form.invitation.data, now()
    with reading() as session:
        if not enrolment.is_invited(session, login, invitation, today=at.today):
            return _again("accounts/welcome.html", form, {}, Refusal.WRONG)
    stored = signing.stored_form(form.password.data)
    with transaction() as session:
        answer = enrolment.accept(session, login, invitation, stored, key=_key(), at=at)
    if answer.refusal:
        return _again("accounts/welcome.html", form, {}, answer.refusal)
    return _onwards(url_for("accounts.device"), answer)


@pages.get("/staff/welcome/device")
@half_way(Step.ENROL)
def device() -> str:
    """Show the secret for the person's device, and ask for the first code it gives."""
    return render_template(
        "accounts/device.html", form=CodeForm(), secret=_secret(), shown=_shown_code()
    )


@pages.post("/staff/welcome/device")
@half_way(Step.ENROL)
def confirm_device() -> ResponseReturnValue:
    """Take the first code and begin the full session."""
    form, parts = CodeForm(), {"secret": _secret(), "shown": _shown_code()}
    if not form.validate():
        return _again("accounts/device.html", form, parts)
    with transaction() as session:
        answer = enrolment.confirm(session, token(), form.code.data, key=_key(), at=now())
    if answer.refusal:
        return _again("accounts/device.html", form, parts, answer.refusal)
    return remember(_onwards(home(current_account()), answer), current_account())


@pages.get("/staff/welcome/device-picture")
@half_way(Step.ENROL)
def device_picture() -> Response:
    """Send the secret for the person's device as a QR code."""
    account, picture = current_account(), BytesIO()
    address = totp.build_uri(signing.seed_of(account, key=_key()), account.login, ISSUER)
    segno.make(address, micro=False).save(picture, kind="svg", scale=5, border=4)
    return Response(picture.getvalue(), content_type="image/svg+xml")


@pages.get("/staff/standing")
@waiting()
def standing() -> ResponseReturnValue:
    """Tell a script who is signed in, with what its page needs to send under this sign-in."""
    return {
        "account": current_account().id,
        "csrf_token": generate_csrf(),
        "tab_key": tab_key(),
    }


@pages.post("/staff/sign-out")
@waiting()
def sign_out() -> ResponseReturnValue:
    """End this session."""
    form = OneButton()
    if not form.validate():
        return _again("accounts/sign_out.html", form, {})
    with transaction() as session:
        signing.sign_out(session, token())
    return _left()


@pages.post("/staff/sign-out-everywhere")
@waiting()
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session of this person."""
    form = OneButton()
    if not form.validate():
        return _again("accounts/sign_out.html", form, {})
    with transaction() as session:
        signing.sign_out_everywhere(session, current_account().id)
    return _left()


def _key() -> bytes:
    keyring = KEYRING.get()
    return keyring.accounts


def _secret() -> str:
    """Return the seed as people type it into a device without a camera."""
    text = b32encode(signing.seed_of(current_account(), key=_key())).decode("ascii")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def _shown_code() -> str:
    """Return the code of now in a demonstration, where nobody has a device; else nothing."""
    settings = SETTINGS.get()
    if not settings.demonstration:
        return ""
    return signing.current_code(current_account(), key=_key(), at=now())


def _again(
    template: str, form: PortalForm, parts: dict[str, str], refusal: Refusal | None = None
) -> ResponseReturnValue:
    """Show the same page with what is wrong; passwords are typed anew."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if refusal is Refusal.RESTING:
        status = HTTPStatus.TOO_MANY_REQUESTS
        form.form_errors.append(
            _("There were too many wrong attempts. Please wait some minutes and try again.")
        )
    elif refusal is Refusal.BUSY:
        status = HTTPStatus.SERVICE_UNAVAILABLE
        form.form_errors.append(
            _("Many people are signing in right now. Please try again in a few seconds.")
        )
    elif refusal is Refusal.WRONG:
        form.form_errors.append(_("That was not right. Please check it and try again."))
    return render_template(template, form=form, **parts), status


def _onwards(address: str, answer: Answer) -> Response:
    return enter(make_response(redirect(address, HTTPStatus.SEE_OTHER)), answer.token)


def _left() -> ResponseReturnValue:
    address = url_for("accounts.sign_in")
    return leave(make_response(redirect(address, HTTPStatus.SEE_OTHER)))
