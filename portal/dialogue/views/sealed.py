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
from portal.dialogue import current, queries
from portal.dialogue.current import guest, visiting
from portal.dialogue.draft import Act, Letter
from portal.dialogue.forms import LookupForm, SealedForm
from portal.dialogue.service import visits, writing
from portal.dialogue.service.lost import lost
from portal.dialogue.views.blueprint import pages
from portal.dialogue.views.page import sealed_fragment
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
        return _refused(form)
    if asked := load.check_sending():
        return {"error": "busy", **asked.to_json()}, load.STATUS
    try:
        with transaction() as session:
            token = visits.begin(
                session,
                form.found,
                master=None,
                before=current.token(),
                until=current.until(),
                keyring=KEYRING.get(),
            )
    except OperationalError:
        return {"error": "unavailable"}, HTTPStatus.SERVICE_UNAVAILABLE
    except NotFound:
        with reading() as session:
            return {"error": lost(session, form.entry)}, HTTPStatus.NOT_FOUND
    return current.enter(make_response({"found": True}), token)


@pages.get("/case/sealed/view")
@visiting
def sealed_view() -> ResponseReturnValue:
    """Show where the case stands, with places for what the script opens."""
    return sealed_fragment()


@pages.get("/case/sealed/object/<hex:object_id>")
@visiting
def sealed_object(object_id: str) -> ResponseReturnValue:
    """Send one sealed text of the thread."""
    with reading() as session:
        found = queries.find_envelope(session, guest().case_id, object_id)
    return _ciphertext(Response(found.sealed))


@pages.get("/case/sealed/file/<hex:file_id>")
@mark_lasting
@visiting
def sealed_file(file_id: str) -> ResponseReturnValue:
    """Send one sealed file of the thread."""
    with reading() as session:
        found = queries.find_attachment(session, guest().case_id, file_id)
    blobs = BLOBS.get()
    # closed by the server once it is sent, or broken off
    pieces = FileWrapper(blobs.open(found.id), _PIECE)
    answer = _ciphertext(Response(pieces, direct_passthrough=True))
    answer.content_length = found.length
    return answer


@pages.post("/case/sealed/message")
@keep_sealed_uploads
@visiting
def sealed_message() -> ResponseReturnValue:
    """Store what the browser sealed: a message, a verdict, a request for review, a withdrawal."""
    form = SealedForm()
    if not form.validate():
        return _refused(form)
    if current.is_of_another_visit(form):
        return _told(NotFound("another receipt was entered in this browser"))
    kept: list[StoredFile] = []
    try:
        kept = keep_all_sealed(form.attachment.data)
        letter = Letter(
            act=Act(form.act.data),
            seq=int(form.seq.data),
            sealed=form.body.data.stream.body(),
            files=[SealedFile(one.name, one.length, one.digest) for one in kept],
            opinion=form.opinion(),
        )
        with transaction() as session:
            writing.post(session, guest().case_id, letter, today=clock.get_today())
    except (Conflict, Invalid, NotFound, FormatError, NoRoom) as error:
        discard_all(kept)
        return _told(error)
    except (OperationalError, OSError):
        return {"error": "unavailable"}, HTTPStatus.SERVICE_UNAVAILABLE
    return {"sent": True}, HTTPStatus.CREATED


def _ciphertext(answer: Response) -> Response:
    answer.content_type = "application/octet-stream"
    answer.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    return answer


def _refused(form: PortalForm) -> ResponseReturnValue:
    """Say what is wrong with a post of our script; an old page gets a new token at once."""
    if form.expired:
        answer = {"error": "expired", "csrf_token": generate_csrf()}
        return answer, HTTPStatus.UNPROCESSABLE_ENTITY
    return {"error": "form"}, HTTPStatus.UNPROCESSABLE_ENTITY


def _told(error: Exception) -> ResponseReturnValue:
    match error:
        case Conflict():
            return {"error": "conflict"}, HTTPStatus.CONFLICT
        case NotFound():
            return {"error": "gone"}, HTTPStatus.NOT_FOUND
        case NoRoom():
            return {"error": "room"}, HTTPStatus.INSUFFICIENT_STORAGE
        case _:
            return {"error": "form"}, HTTPStatus.UNPROCESSABLE_ENTITY
