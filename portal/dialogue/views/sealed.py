"""What our script asks for: everything stays sealed, the keys never leave the browser."""

from http import HTTPStatus

from flask import Response, make_response
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from sqlalchemy.exc import OperationalError
from werkzeug.wsgi import FileWrapper

from crypto.errors import FormatError
from portal.cases.service import SealedFile
from portal.core import clock
from portal.core.blobs import NoRoom
from portal.core.errors import Conflict, Invalid, NotFound
from portal.dialogue import current_visit, queries
from portal.dialogue.current_visit import get_reporter_session, require_visit
from portal.dialogue.forms import LookupForm, SealedLetterForm
from portal.dialogue.letter import LetterAct, SealedLetter
from portal.dialogue.service import visits, writing
from portal.dialogue.service.unknown_receipt import explain_unknown_receipt
from portal.dialogue.views.blueprint import pages
from portal.dialogue.views.page import render_sealed
from portal.web import load
from portal.web.database import reading, transaction
from portal.web.forms import PortalForm
from portal.web.headers import DOWNLOAD_POLICY
from portal.web.lasting import mark_lasting
from portal.web.parts import BLOBS, KEYRING
from portal.web.uploads import StoredFile, discard_all, keep_all_sealed, keep_sealed_uploads

_PIECE = 1 << 18


@pages.post("/case/sealed/open")
def sealed_open() -> ResponseReturnValue:
    """Find the case of a receipt that only the browser has."""
    form = LookupForm()
    if not form.validate():
        return _refuse(form)
    if asked := load.check_sending():
        return {"error": "busy", **asked.to_json()}, load.STATUS
    try:
        with transaction() as session:
            token = visits.begin(
                session,
                form.found,
                master=None,
                before=current_visit.read_token(),
                until=current_visit.compute_end(),
                keyring=KEYRING.get(),
            )
    except OperationalError:
        return {"error": "unavailable"}, HTTPStatus.SERVICE_UNAVAILABLE
    except NotFound:
        with reading() as session:
            return {"error": explain_unknown_receipt(session, form.entry)}, HTTPStatus.NOT_FOUND
    return current_visit.start_browser_visit(make_response({"found": True}), token)


@pages.get("/case/sealed/view")
@require_visit
def sealed_view() -> ResponseReturnValue:
    """Show where the case stands, with places for what the script opens."""
    return render_sealed()


@pages.get("/case/sealed/object/<hex:object_id>")
@require_visit
def sealed_object(object_id: str) -> ResponseReturnValue:
    """Send one sealed text of the thread."""
    with reading() as session:
        envelope = queries.find_envelope(session, get_reporter_session().case_id, object_id)
    return _send_ciphertext(Response(envelope.sealed))


@pages.get("/case/sealed/file/<hex:file_id>")
@mark_lasting
@require_visit
def sealed_file(file_id: str) -> ResponseReturnValue:
    """Send one sealed file of the thread."""
    with reading() as session:
        attachment = queries.find_attachment(session, get_reporter_session().case_id, file_id)
    blobs = BLOBS.get()
    # closed by the server once it is sent, or broken off
    pieces = FileWrapper(blobs.open(attachment.id), _PIECE)
    answer = _send_ciphertext(Response(pieces, direct_passthrough=True))
    answer.content_length = attachment.length
    return answer


@pages.post("/case/sealed/message")
@keep_sealed_uploads
@require_visit
def sealed_message() -> ResponseReturnValue:
    """Store what the browser sealed: a message, a verdict, a request for review, a withdrawal."""
    form = SealedLetterForm()
    if not form.validate():
        return _refuse(form)
    if current_visit.is_of_another_visit(form):
        return _explain_error(NotFound("another receipt was entered in this browser"))
    kept: list[StoredFile] = []
    try:
        kept = keep_all_sealed(form.attachment.data)
        letter = SealedLetter(
            act=LetterAct(form.act.data),
            seq=int(form.seq.data),
            sealed=form.body.data.stream.read_body(),
            files=[SealedFile(stored.name, stored.length, stored.digest) for stored in kept],
            opinion=form.get_opinion(),
        )
        with transaction() as session:
            writing.post(session, get_reporter_session().case_id, letter, today=clock.get_today())
    except (Conflict, Invalid, NotFound, FormatError, NoRoom) as error:
        discard_all(kept)
        return _explain_error(error)
    except (OperationalError, OSError):
        return {"error": "unavailable"}, HTTPStatus.SERVICE_UNAVAILABLE
    return {"sent": True}, HTTPStatus.CREATED


def _send_ciphertext(answer: Response) -> Response:
    answer.content_type = "application/octet-stream"
    answer.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    return answer


def _refuse(form: PortalForm) -> ResponseReturnValue:
    """Say what is wrong with a post of our script; an old page gets a new token at once."""
    if form.expired:
        answer = {"error": "expired", "csrf_token": generate_csrf()}
        return answer, HTTPStatus.UNPROCESSABLE_ENTITY
    return {"error": "form"}, HTTPStatus.UNPROCESSABLE_ENTITY


def _explain_error(error: Exception) -> ResponseReturnValue:
    match error:
        case Conflict():
            return {"error": "conflict"}, HTTPStatus.CONFLICT
        case NotFound():
            return {"error": "gone"}, HTTPStatus.NOT_FOUND
        case NoRoom():
            return {"error": "room"}, HTTPStatus.INSUFFICIENT_STORAGE
        case _:
            return {"error": "form"}, HTTPStatus.UNPROCESSABLE_ENTITY
