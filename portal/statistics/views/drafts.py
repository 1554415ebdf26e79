"""The page on which two members of the oversight board read a release and sign it off.

Nobody else gets to see a draft. Who opened one is written down, and published with the release.
"""

from http import HTTPStatus
from pathlib import PurePath

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.accounts.current import acting, current_account, now, staff
from portal.accounts.models import Account, Role
from portal.accounts.service import sign_in
from portal.accounts.service.sign_in import Refusal
from portal.cases.codes import SignedAct
from portal.core import clock
from portal.core.errors import Conflict, NotFound
from portal.statistics import queries, workflow
from portal.statistics.catalogue import schedule
from portal.statistics.dataset.diff import difference
from portal.statistics.forms import SignOffForm
from portal.statistics.models import Release
from portal.statistics.releases import drafts as places
from portal.statistics.releases.archive import Published
from portal.statistics.service import lifecycle, secrets
from portal.statistics.service.build import compared_with
from portal.statistics.views.blueprint import folder, pages
from portal.statistics.views.files import KINDS, UNKNOWN_KIND
from portal.web.database import reading, transaction
from portal.web.parts import KEYRING, SETTINGS


@pages.get("/<lang:lang>/staff/releases")
@staff(Role.OVERSIGHT)
def drafts() -> str:
    """Show the draft that waits for signatures, and what became of the releases before."""
    found = _read()
    return _page(SignOffForm(data={"manifest": found.manifest if found else ""}))


@pages.post("/<lang:lang>/staff/releases")
@staff(Role.OVERSIGHT)
def sign_off() -> ResponseReturnValue:
    """Sign the draft off with a code of this moment."""
    form = SignOffForm()
    if not form.validate():
        return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with acting(SignedAct.SIGN_OFF, _waiting()) as session:
            refusal = _signed(session, form)
    except Conflict:
        form.form_errors.append(_("You have signed this draft, or it has changed meanwhile."))
        return _page(form), HTTPStatus.CONFLICT
    if refusal is not None:
        form.code.errors = [_complaint(refusal)]
        return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("statistics.drafts"), HTTPStatus.SEE_OTHER)


@pages.get("/<lang:lang>/staff/releases/<quarter:quarter>/v<int:version>/<path:name>")
@staff(Role.OVERSIGHT)
def draft_file(quarter: str, version: int, name: str) -> Response:
    """Send one file of the draft; its pages lead from one to another as they will later."""
    found = _read()
    if found is None or (found.quarter, found.version) != (quarter, version):
        raise NotFound("no such draft")
    content = _opened(found).read(name)
    return Response(content, content_type=KINDS.get(PurePath(name).suffix, UNKNOWN_KIND))


def _waiting() -> str:
    """Return the name of the draft that is signed off.

    Raises:
        Conflict: there is none any more.
    """
    with reading() as session:
        found = queries.pending(session)
        if found is None:
            raise Conflict("there is no draft any more")
        return found.name


def _read() -> Release | None:
    """Return the draft, if there is one; whoever gets to see anything of it is written down."""
    with transaction() as session:
        found = queries.pending(session)
        if found is not None:
            lifecycle.note_reader(session, found, current_account().id, today=clock.get_today())
    return found


def _page(form: SignOffForm) -> str:
    with reading() as session:
        found, past = queries.pending(session), queries.released(session)
        values = _about(session, found) if found and found.manifest else {}
    return render_template(
        "statistics/drafts.html",
        form=form,
        draft=found if values else None,
        past=[(one, secrets.kept_until(one)) for one in past],
        shown=_shown_code(),
        **values,
    )


def _about(session: Session, found: Release) -> dict[str, object]:
    """Return what is shown of a draft."""
    keyring = KEYRING.get()
    order, documents = lifecycle.order_of(found, keyring.statistics), _opened(found).documents()
    readers = lifecycle.readers(session, found)
    mine = current_account().id
    compared = difference(compared_with(order, folder()), documents)
    return {
        "order": order,
        "moment": schedule.moment(found.published_on),
        "difference": compared,
        "changed": [f"{one.table}: {one.what}" for one in compared.moved],
        "checks": workflow.checks_of(folder(), found),
        "signed": sum(one.signed_on is not None for one in readers),
        "needed": lifecycle.SIGNATURES,
        "readers": len(readers),
        "may_sign": not any(one.account_id == mine and one.signed_on for one in readers),
        "tables": sorted(documents),
    }


def _opened(found: Release) -> Published:
    place = places.draft_of(folder(), found.quarter, found.version)
    return places.opened(place, found.quarter, found.version, str(found.manifest))


def _signed(session: Session, form: SignOffForm) -> Refusal | None:
    """Take the code, then the signature; a code that is refused leaves nothing but its count."""
    keyring = KEYRING.get()
    who = session.get_one(Account, current_account().id)
    refusal = sign_in.confirm_code(session, who, form.code.data, key=keyring.accounts, at=now())
    if refusal is None:
        found = queries.pending(session)
        if found is None:
            raise Conflict("there is no draft any more")
        lifecycle.sign_off(session, found, form.manifest.data, who.id, today=clock.get_today())
    return refusal


def _complaint(refusal: Refusal) -> str:
    if refusal is Refusal.RESTING:
        return str(_("There were too many wrong attempts. Please wait some minutes and try again."))
    return str(_("That was not right. Please check it and try again."))


def _shown_code() -> str:
    """Return the code of now in a demonstration, where nobody has a device; else nothing."""
    settings = SETTINGS.get()
    keyring = KEYRING.get()
    if not settings.demonstration:
        return ""
    return sign_in.current_code(current_account(), key=keyring.accounts, at=now())
