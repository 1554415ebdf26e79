"""Pages of the administrator: accounts, and who holds which key."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts.current import get_current_account, require_staff
from portal.accounts.forms import StaffButtonForm
from portal.accounts.models import Role
from portal.accounts.service.member_keys import compute_fingerprint
from portal.accounts.views.member_keys import LAST
from portal.admin import queries, service
from portal.admin.forms import AccountForm
from portal.cases.bodies import get_body_label, is_body, list_bodies
from portal.core import clock
from portal.core.errors import Invalid
from portal.web.database import reading, transaction
from portal.web.forms import PortalForm
from portal.web.i18n import translate_label

pages = Blueprint("admin", __name__, url_prefix="/<lang:lang>")


@pages.get("/staff/accounts")
@require_staff(Role.ADMINISTRATOR)
def accounts() -> str:
    """Show every account, and open another."""
    return _render_accounts(AccountForm.offer_bodies(list_bodies()))


@pages.post("/staff/accounts")
@require_staff(Role.ADMINISTRATOR)
def create() -> ResponseReturnValue:
    """Open an account, and show its one-time code, this once."""
    form = AccountForm.offer_bodies(list_bodies())
    if form.validate():
        try:
            with transaction() as session:
                code = service.create_account(
                    session,
                    form.login.data,
                    Role(form.role.data),
                    form.body_code.data or None,
                    actor=get_current_account().id,
                    today=clock.get_today(),
                )
        except Invalid as fault:
            form[fault.field or "login"].errors = [_describe_reason(fault)]
        else:
            return _render_invitation(form.login.data.strip().lower(), code)
    return _render_accounts(form), HTTPStatus.UNPROCESSABLE_ENTITY


@pages.get("/staff/accounts/<hex:account_id>")
@require_staff(Role.ADMINISTRATOR)
def person(account_id: str) -> str:
    """Show one account, and what can be done with it."""
    return _render_person(account_id, StaffButtonForm())


@pages.post("/staff/accounts/<hex:account_id>/invite")
@require_staff(Role.ADMINISTRATOR)
def invite(account_id: str) -> ResponseReturnValue:
    """End password and device of an account, and show another one-time code, this once."""
    form = StaffButtonForm()
    if not form.validate():
        return _render_person(account_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction() as session:
        code = service.invite_again(
            session, account_id, actor=get_current_account().id, today=clock.get_today()
        )
        login = queries.get_person(session, account_id).login
    return _render_invitation(login, code)


@pages.post("/staff/accounts/<hex:account_id>/close")
@require_staff(Role.ADMINISTRATOR)
def close(account_id: str) -> ResponseReturnValue:
    """Close an account at once."""
    form = StaffButtonForm()
    if not form.validate():
        return _render_person(account_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as session:
            service.close_account(
                session, account_id, actor=get_current_account().id, today=clock.get_today()
            )
    except Invalid:
        form.form_errors.append(LAST)
        return _render_person(account_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("admin.accounts"), HTTPStatus.SEE_OTHER)


@pages.get("/staff/keys")
@require_staff(Role.ADMINISTRATOR)
def keys() -> str:
    """Show the keys of all bodies and who holds copies of them."""
    with reading() as session:
        epochs = queries.list_epochs(session)
    return render_template(
        "admin/keys.html", epochs=epochs, body_name=_name_body, fingerprint=compute_fingerprint
    )


def _render_accounts(form: AccountForm) -> str:
    with reading() as session:
        people = queries.list_people(session)
    return render_template("admin/accounts.html", form=form, people=people, body_name=_name_body)


def _render_person(account_id: str, form: PortalForm) -> str:
    with reading() as session:
        person = queries.get_person(session, account_id)
    return render_template("admin/person.html", person=person, form=form, body_name=_name_body)


def _render_invitation(login: str, code: str) -> ResponseReturnValue:
    return render_template("admin/invitation.html", login=login, code=code), HTTPStatus.CREATED


def _name_body(code: str) -> str:
    """Return the name of a body; the recovery key stands among them under its own."""
    return (
        translate_label(get_body_label(code))
        if is_body(code)
        else _("Recovery: three of five holders")
    )


def _describe_reason(fault: Invalid) -> str:
    reasons: dict[str | None, str] = {
        "login": _("A login has 3 to 64 small Latin letters, digits, dots and hyphens."),
        "taken": _("This login exists already."),
        "body": _("This body is not loaded yet."),
        "role": _("This role does not exist in this body."),
    }
    return reasons[fault.code]
