"""The pages of coming back without scripts: the server opens and seals while a request lasts."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import quote

from flask import Response, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import FileStorage

from crypto import steps
from crypto.body import Attachment, BindingError, check_attachment
from crypto.errors import OpenError
from crypto.keys import Identity
from crypto.log_entries import REPORT
from crypto.receipt import ReceiptKeys
from crypto.seal import open_stream
from portal.cases.service import SealedFile
from portal.core import clock
from portal.core.blobs import BlobStore, NoRoom
from portal.core.clean_text import clean_file_name
from portal.core.errors import Conflict, NotFound
from portal.dialogue import current, queries
from portal.dialogue.current import guest, visiting_plainly
from portal.dialogue.draft import Words
from portal.dialogue.forms import (
    MessageForm,
    OneButton,
    ReceiptForm,
    ReviewForm,
    VerdictForm,
    WithdrawForm,
    WritingForm,
    words_of_code,
)
from portal.dialogue.service import visits, writing
from portal.dialogue.service.lost import Lost, lost
from portal.dialogue.service.thread import find_entry
from portal.dialogue.views.blueprint import pages
from portal.dialogue.views.findings import ADVICE, LOST, names
from portal.dialogue.views.page import Scene, opened_page, opened_scene
from portal.dialogue.views.words import FAULTS, PARTS
from portal.web import load
from portal.web.database import reading, transaction
from portal.web.headers import DOWNLOAD_POLICY
from portal.web.lasting import mark_lasting
from portal.web.parts import BLOBS, KEYRING
from portal.web.uploads import NO_ROOM, discard_all, keep_all, seal_uploads

TRY_AGAIN_SECONDS = "5"
_PIECE = 1 << 20


@pages.get("/case")
def enter() -> ResponseReturnValue:
    """Ask for the code of a receipt."""
    return _enter_page(ReceiptForm(formdata=None), HTTPStatus.OK)


@pages.post("/case/enter")
def find() -> ResponseReturnValue:
    """Find the case of a receipt, and let this browser come back to it for a while."""
    form = ReceiptForm()
    if not form.validate():
        return _enter_page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    if asked := load.check_sending():
        return _enter_page(form, load.STATUS, asked=asked)
    try:
        keys = visits.derived(form.secret, place=current.place_of_old_receipts())
        token = _begun(keys)
    except (visits.Busy, OperationalError):
        return _enter_page(form, HTTPStatus.SERVICE_UNAVAILABLE)
    if not token:
        with reading() as session:
            what = lost(session, steps.derive_tag(keys.blinding_key, REPORT, 0))
        return _enter_page(form, HTTPStatus.NOT_FOUND, what, keys.blinding_key)
    return current.enter(_to_view(), token)


def _begun(keys: ReceiptKeys) -> str:
    """Begin a visit and return its token; "": no case has this receipt."""
    with suppress(NotFound), transaction() as session:
        return visits.begin(
            session,
            keys.lookup,
            master=keys.master,
            before=current.token(),
            until=current.until(),
            keyring=KEYRING.get(),
        )
    return ""


@pages.get("/case/view")
@visiting_plainly
def view() -> ResponseReturnValue:
    """Show where the case stands and what was written, and the forms to write."""
    return opened_page(opened_scene())


@pages.post("/case/message")
@seal_uploads
@visiting_plainly
def message() -> ResponseReturnValue:
    """Send a message with files, or the answer to a question."""
    form = MessageForm()
    return _write(form, form.files.data or ())


@pages.post("/case/verdict")
@visiting_plainly
def verdict() -> ResponseReturnValue:
    """Give a verdict on the reply, once."""
    return _write(VerdictForm())


@pages.post("/case/review")
@visiting_plainly
def review() -> ResponseReturnValue:
    """Ask that somebody else looks at the case again."""
    return _write(ReviewForm())


@pages.post("/case/withdraw")
@visiting_plainly
def withdraw() -> ResponseReturnValue:
    """Withdraw the report, after reading what that means."""
    return _write(WithdrawForm())


@pages.post("/case/leave")
def leave() -> ResponseReturnValue:
    """End the visit, and let the browser forget it."""
    if not OneButton().validate():
        page = render_template("dialogue/leaving.html", form=OneButton(formdata=None))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction() as session:
        visits.end(session, current.token())
    return current.leave(make_response(render_template("dialogue/left.html")))


@pages.get("/case/file/<hex:file_id>")
@mark_lasting
@visiting_plainly
def file(file_id: str) -> ResponseReturnValue:
    """Send a file of the thread, opened piece by piece, to be saved and not to be shown."""
    scene = opened_scene()
    with reading() as session:
        stored = queries.find_attachment(session, guest().case_id, file_id)
    entry = find_entry(scene.thread, stored)
    blobs = BLOBS.get()
    _check_stored(entry, blobs)
    pieces = _opened(entry, blobs, scene.reporter.identity)
    answer = Response(pieces, content_type="application/octet-stream")
    answer.content_length = entry.size
    answer.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    name = quote(clean_file_name(entry.name), safe="")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer


def _write(form: WritingForm, files: list[FileStorage] | tuple[()] = ()) -> ResponseReturnValue:
    """Seal and store what a form says, or show the page again with everything typed."""
    if current.is_of_another_visit(form):
        return current.gone()
    is_valid, scene = form.validate(), opened_scene()
    if not is_valid:
        return opened_page(scene, HTTPStatus.UNPROCESSABLE_ENTITY, form)
    words = form.words()
    try:
        if not writing.is_repeated(words, scene.thread, files=len(files)):
            _deliver(scene, words, files)
    except Conflict:
        return opened_page(opened_scene(), HTTPStatus.CONFLICT, form)
    except (OperationalError, OSError) as error:
        return opened_page(scene, _fault(error, form), form)
    return _to_view()


def _fault(error: Exception, form: WritingForm) -> HTTPStatus:
    """Return the status of a page that comes back because nothing could be stored."""
    if not isinstance(error, NoRoom):
        return HTTPStatus.SERVICE_UNAVAILABLE
    form["files"].errors = [NO_ROOM]
    return HTTPStatus.INSUFFICIENT_STORAGE


def _deliver(scene: Scene, words: Words, files: list[FileStorage] | tuple[()]) -> None:
    """Seal the files and the text to whom the reporter trusts, and store them in one moment.

    Raises:
        Conflict: somebody wrote in between, or it cannot be done now.
    """
    if words.seq != scene.thread.next_seq:
        raise Conflict("seq")
    case_id = guest().case_id
    readers = writing.recipients(scene.thread, scene.reporter, scene.standing.recovery)
    kept = keep_all(files, readers)
    entries = [(entry, SealedFile(one.name, one.length, one.digest)) for entry, one in kept]
    letter = writing.seal_words(case_id, words, scene.thread, scene.reporter, readers, entries)
    try:
        with transaction() as session:
            writing.post(session, case_id, letter, today=clock.get_today())
    except Conflict:
        discard_all(one for _, one in kept)
        raise


def _check_stored(entry: Attachment, blobs: BlobStore) -> None:
    """Make sure that the stored file is the one that the signed text names, before any of it goes.

    Raises:
        NotFound: it is another file.
    """
    digest = hashlib.sha256()
    with blobs.open(entry.id) as sealed:
        while piece := sealed.read(_PIECE):
            digest.update(piece)
    try:
        check_attachment(entry, digest.hexdigest())
    except BindingError as error:
        raise NotFound("another file than the body names") from error


def _opened(entry: Attachment, blobs: BlobStore, identity: Identity) -> Iterator[bytes]:
    """Yield the file without its padding; a fault breaks the download off."""
    missing = entry.size
    with blobs.open(entry.id) as sealed:
        for piece in open_stream(sealed, identity):
            yield piece[:missing]
            missing -= min(missing, len(piece))
    if missing:
        raise OpenError("shorter than its manifest says")


def _to_view() -> Response:
    answer: Response = make_response(redirect(url_for("dialogue.view"), HTTPStatus.SEE_OTHER))
    return answer


def _enter_page(
    form: ReceiptForm,
    status: HTTPStatus,
    what: Lost = Lost.UNKNOWN,
    blind: bytes = b"",
    asked: load.TurnRequest | None = None,
) -> ResponseReturnValue:
    page = render_template(
        "dialogue/enter.html",
        form=form,
        status=status.value,
        faults=FAULTS,
        part_names=PARTS,
        advice=ADVICE,
        names=names(),
        now_asked=asked or load.find_request(),
        lost=LOST,
        what=what,
        evidence=blind.hex() if what in {Lost.ALTERED, Lost.MISSING} else "",
        code_words=words_of_code(),
    )
    answer = make_response(page, status)
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = TRY_AGAIN_SECONDS
    return answer
