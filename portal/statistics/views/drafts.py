"""The page on which two members of the oversight board read a release and sign it off.

Nobody else gets to see a draft. Who opened one is written down, and published with the release.
"""

from http import HTTPStatus
from pathlib import PurePath

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.accounts.current import acting, get_current_account, get_now, require_staff
from portal.accounts.models import Account, Role
from portal.accounts.service import sign_in
from portal.accounts.service.sign_in import SignInRefusal
from portal.cases.codes import SignedAct
from portal.core import clock
from portal.core.calendar import Quarter
from portal.core.errors import Conflict, NotFound
from portal.statistics import queries, workflow
from portal.statistics.catalogue import release_days
from portal.statistics.dataset.diff import compare_documents
from portal.statistics.forms import SignOffForm
from portal.statistics.models import ReleaseVersion
from portal.statistics.releases import drafts as places
from portal.statistics.releases.archive import PublishedRelease
from portal.statistics.service import lifecycle, secrets
from portal.statistics.service.build import read_previous_documents
from portal.statistics.views.blueprint import get_folder, pages
from portal.statistics.views.release_files import KINDS, UNKNOWN_KIND
from portal.web.database import reading, transaction
from portal.web.parts import KEYRING, SETTINGS


@pages.get("/<lang:lang>/staff/releases")
@require_staff(Role.OVERSIGHT)
def drafts() -> str:
    """Show the draft that waits for signatures, and what became of the releases before."""
    draft = _open_pending()
    return _render_page(SignOffForm(data={"manifest": draft.manifest if draft else ""}))


@pages.post("/<lang:lang>/staff/releases")
@require_staff(Role.OVERSIGHT)
def sign_off() -> ResponseReturnValue:
    """Sign the draft off with a code of this moment."""
    form = SignOffForm()
    if not form.validate():
        return _render_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with acting(SignedAct.SIGN_OFF, _name_pending()) as session:
            refusal = _sign(session, form)
    except Conflict:
        form.form_errors.append(_("You have signed this draft, or it has changed meanwhile."))
        return _render_page(form), HTTPStatus.CONFLICT
    if refusal is not None:
        form.code.errors = [_explain_refusal(refusal)]
        return _render_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("statistics.drafts"), HTTPStatus.SEE_OTHER)


@pages.get("/<lang:lang>/staff/releases/<quarter:quarter>/v<int:version>/<path:name>")
@require_staff(Role.OVERSIGHT)
def draft_file(quarter: Quarter, version: int, name: str) -> Response:
    """Send one file of the draft; its pages lead from one to another as they will later."""
    draft = _open_pending()
    if draft is None or (draft.quarter, draft.version) != (quarter, version):
        raise NotFound("no such draft")
    content = _open_files(draft).read(name)
    return Response(content, content_type=KINDS.get(PurePath(name).suffix, UNKNOWN_KIND))


def _name_pending() -> str:
    """Return the name of the draft that is signed off.

    Raises:
        Conflict: there is none any more.
    """
    with reading() as session:
        draft = queries.find_pending(session)
        if draft is None:
            raise Conflict("there is no draft any more")
        return draft.name


def _open_pending() -> ReleaseVersion | None:
    """Return the draft, if there is one, and record that this member has seen it."""
    with transaction() as session:
        draft = queries.find_pending(session)
        if draft is not None:
            lifecycle.note_reader(session, draft, get_current_account().id, today=clock.get_today())
    return draft


def _render_page(form: SignOffForm) -> str:
    with reading() as session:
        draft, past = queries.find_pending(session), queries.list_released(session)
        values = _describe_draft(session, draft) if draft and draft.manifest else {}
    return render_template(
        "statistics/drafts.html",
        form=form,
        draft=draft if values else None,
        past=[(release, secrets.compute_last_day(release)) for release in past],
        shown=_get_demonstration_code(),
        **values,
    )


def _describe_draft(session: Session, draft: ReleaseVersion) -> dict[str, object]:
    """Return what is shown of a draft."""
    keyring = KEYRING.get()
    order = lifecycle.make_spec(draft, keyring.statistics)
    documents = _open_files(draft).read_documents()
    readers = lifecycle.list_readers(session, draft)
    mine = get_current_account().id
    compared = compare_documents(read_previous_documents(order, get_folder()), documents)
    return {
        "order": order,
        "moment": release_days.get_release_instant(draft.published_on),
        "difference": compared,
        "changed": [f"{change.table}: {change.what}" for change in compared.moved],
        "checks": workflow.read_checks(get_folder(), draft),
        "signed": sum(reader.signed_on is not None for reader in readers),
        "needed": lifecycle.SIGNATURES,
        "readers": len(readers),
        "may_sign": not any(reader.account_id == mine and reader.signed_on for reader in readers),
        "tables": sorted(documents),
    }


def _open_files(draft: ReleaseVersion) -> PublishedRelease:
    place = places.locate_draft(get_folder(), draft.quarter, draft.version)
    return places.open_draft(place, draft.quarter, draft.version, str(draft.manifest))


def _sign(session: Session, form: SignOffForm) -> SignInRefusal | None:
    """Check the code, then sign; a refused code leaves only its count."""
    keyring = KEYRING.get()
    who = session.get_one(Account, get_current_account().id)
    refusal = sign_in.confirm_code(session, who, form.code.data, key=keyring.accounts, at=get_now())
    if refusal is None:
        draft = queries.find_pending(session)
        if draft is None:
            raise Conflict("there is no draft any more")
        lifecycle.sign_off(session, draft, form.manifest.data, who.id, today=clock.get_today())
    return refusal


def _explain_refusal(refusal: SignInRefusal) -> str:
    if refusal is SignInRefusal.THROTTLED:
        return str(_("There were too many wrong attempts. Please wait some minutes and try again."))
    return str(_("That was not right. Please check it and try again."))


def _get_demonstration_code() -> str:
    """Return the code of now in a demonstration, where nobody has a device; else nothing."""
    settings = SETTINGS.get()
    keyring = KEYRING.get()
    if not settings.demonstration:
        return ""
    return sign_in.compute_current_code(get_current_account(), key=keyring.accounts, at=get_now())
