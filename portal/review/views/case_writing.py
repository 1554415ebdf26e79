"""What scripts post after they sealed it: one request holds the sealed words and the coded act."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import cast

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import FileStorage

from crypto.errors import FormatError
from crypto.json_types import require_object
from crypto.json_types import require_text as text_in
from crypto.text import from_base64, from_json
from portal.accounts.current import acting, get_current_account, require_staff
from portal.cases.codes import SignedAct
from portal.cases.service import SealedFile
from portal.core import clock
from portal.core.errors import Invalid, NotAllowed, PortalError
from portal.review import forms, queries
from portal.review.inputs import SealedWriting
from portal.review.policy import READERS
from portal.review.service import case_writing as service
from portal.review.service import decisions, transfers
from portal.review.service.case_writing import WritingAct
from portal.review.views.blueprint import get_units_key, pages
from portal.web.database import reading
from portal.web.uploads import SealedUpload, discard_all, keep_all_sealed, keep_sealed_uploads

MOST_FILES = 20
SEALED, ATTACHMENT = "sealed", "attachment"
DONE: dict[str, bool] = {"done": True}


@pages.post("/staff/case/<hex:case_id>/write")
@require_staff(*READERS)
@keep_sealed_uploads
def write(case_id: str) -> ResponseReturnValue:
    """Take a question, reply, update or note that the browser has sealed."""
    form = forms.WriteForm()

    def act(session: Session, sealed: SealedWriting) -> None:
        service.write(
            session,
            case_id,
            WritingAct(form.act.data),
            sealed,
            who=get_current_account(),
            today=clock.get_today(),
        )

    return _perform(SignedAct.WRITE, case_id, form, act)


@pages.post("/staff/case/<hex:case_id>/extend")
@require_staff(*READERS)
@keep_sealed_uploads
def extend(case_id: str) -> ResponseReturnValue:
    """Take an extension together with its sealed notice to the reporter."""
    form = forms.ExtendForm()

    def act(session: Session, sealed: SealedWriting) -> None:
        service.extend(
            session,
            case_id,
            form.reason.data,
            form.until.data,
            sealed,
            who=get_current_account(),
            today=clock.get_today(),
        )

    return _perform(SignedAct.EXTEND, case_id, form, act)


@pages.post("/staff/case/<hex:case_id>/decide")
@require_staff(*READERS)
@keep_sealed_uploads
def decide(case_id: str) -> ResponseReturnValue:
    """Take a decision: coded outcomes, and the sealed reasoned reply."""
    with reading() as session:
        form = forms.make_decision_form(queries.find_case(session, get_current_account(), case_id))

    def act(session: Session, sealed: SealedWriting) -> None:
        decisions.decide(
            session,
            case_id,
            form.get_ruling(),
            sealed,
            who=get_current_account(),
            version=int(form.version.data),
            today=clock.get_today(),
        )

    return _perform(SignedAct.DECIDE, case_id, form, act)


@pages.post("/staff/case/<hex:case_id>/transfer")
@require_staff(*READERS)
@keep_sealed_uploads
def transfer(case_id: str) -> ResponseReturnValue:
    """Take a transfer: headers for the next body, and the signed letter to the reporter."""
    form, who = forms.TransferForm(), get_current_account()
    form.to.choices = []
    if form.validate():
        with reading() as session:
            allowed = transfers.may_transfer(
                session, case_id, form.to.data, get_units_key(), who=who
            )
        if not allowed:
            with acting(SignedAct.TRANSFER, case_id) as session:
                transfers.note_refused(
                    session, case_id, form.to.data, who=who, today=clock.get_today()
                )
            raise NotAllowed("this body may not have the case")

    def act(session: Session, sealed: SealedWriting) -> None:
        transfers.transfer(
            session,
            case_id,
            form.to.data,
            _parse_headers(form.headers.data),
            sealed,
            who=who,
            version=int(form.version.data),
            today=clock.get_today(),
        )

    return _perform(SignedAct.TRANSFER, case_id, form, act)


def _perform(
    name: SignedAct,
    case_id: str,
    form: forms.CaseForm,
    act: Callable[[Session, SealedWriting], None],
) -> ResponseReturnValue:
    """Do an act with what was sealed, or tell the script which field is wrong."""
    if not form.validate():
        faults = {name: str(messages[0]) for name, messages in form.errors.items() if name}
        code = "expired" if form.expired else "fields"
        return {"error": code, "fields": faults}, HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with _sealed(form) as sealed, acting(name, case_id) as session:
            act(session, sealed)
    except Invalid as fault:
        form.show_refusal(fault)
        faults = {name: str(messages[0]) for name, messages in form.errors.items() if name}
        return {"error": "fields", "fields": faults}, HTTPStatus.UNPROCESSABLE_ENTITY
    return DONE


@contextmanager
def _sealed(form: forms.CaseForm) -> Iterator[SealedWriting]:
    """Keep what came sealed; forget it again if the act is refused.

    Raises:
        Invalid: something has not the form of a sealed object.
    """
    try:
        body = _read_body(request.files.get(SEALED))
        kept = keep_all_sealed(_collect_files())
    except FormatError as error:
        raise Invalid("not sealed", code="sealed") from error
    files = [SealedFile(stored.name, stored.length, stored.digest) for stored in kept]
    try:
        yield SealedWriting(int(form["seq"].data), body, files)
    except (PortalError, StaleDataError):
        discard_all(kept)
        raise
    # After a fault of the database the files stay: it may have taken the act after all.


def _collect_files() -> list[FileStorage]:
    """Return the sealed files of the request, by the ids that the manifest gives them.

    Raises:
        Invalid: too many, or with another name than an id.
    """
    parts = request.files.getlist(ATTACHMENT)
    named = all(re.fullmatch("[0-9a-f]{32}", part.filename or "") for part in parts)
    if len(parts) > MOST_FILES or not named:
        raise Invalid("not the files of a manifest", code="sealed")
    return parts


def _read_body(part: FileStorage | None) -> bytes:
    if part is None:
        raise Invalid("nothing sealed was sent", code="sealed")
    return cast("SealedUpload", part.stream).read_body()


def _parse_headers(text: str | None) -> dict[str, bytes]:
    """Read the headers for the next body: a JSON object of base64 texts by id.

    Raises:
        Invalid: something else.
    """
    try:
        headers = require_object(from_json(text or ""))
        return {name: from_base64(text_in(value)) for name, value in headers.items()}
    except FormatError as error:
        raise Invalid("not headers", code="headers") from error
