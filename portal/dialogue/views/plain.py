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
from portal.dialogue import current_visit, queries
from portal.dialogue.current_visit import get_reporter_session, require_plain_visit
from portal.dialogue.forms import (
    MessageForm,
    ReceiptForm,
    ReporterButtonForm,
    ReviewForm,
    VerdictForm,
    WithdrawForm,
    WritingForm,
    describe_code_faults,
)
from portal.dialogue.letter import PlainLetter
from portal.dialogue.service import visits, writing
from portal.dialogue.service.thread import find_entry
from portal.dialogue.service.unknown_receipt import UnknownReceipt, explain_unknown_receipt
from portal.dialogue.views.blueprint import pages
from portal.dialogue.views.log_findings import ADVICE, LOST, name_steps
from portal.dialogue.views.page import OpenedCase, open_case_page, render_opened
from portal.dialogue.views.page_texts import FAULTS, PARTS
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
    return _render_enter(ReceiptForm(formdata=None), HTTPStatus.OK)


@pages.post("/case/enter")
def find() -> ResponseReturnValue:
    """Find the case of a receipt, and let this browser come back to it for a while."""
    form = ReceiptForm()
    if not form.validate():
        return _render_enter(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    if asked := load.check_sending():
        return _render_enter(form, load.STATUS, asked=asked)
    try:
        keys = visits.derive_keys(form.secret, place=current_visit.get_old_receipts_path())
        token = _begin_visit(keys)
    except (visits.OldReceiptBusy, OperationalError):
        return _render_enter(form, HTTPStatus.SERVICE_UNAVAILABLE)
    if not token:
        with reading() as session:
            what = explain_unknown_receipt(session, steps.derive_tag(keys.blinding_key, REPORT, 0))
        return _render_enter(form, HTTPStatus.NOT_FOUND, what, keys.blinding_key)
    return current_visit.start_browser_visit(_redirect_to_view(), token)


def _begin_visit(keys: ReceiptKeys) -> str:
    """Begin a visit and return its token; "": no case has this receipt."""
    with suppress(NotFound), transaction() as session:
        return visits.begin(
            session,
            keys.lookup,
            master=keys.master,
            before=current_visit.read_token(),
            until=current_visit.compute_end(),
            keyring=KEYRING.get(),
        )
    return ""


@pages.get("/case/view")
@require_plain_visit
def view() -> ResponseReturnValue:
    """Show where the case stands and what was written, and the forms to write."""
    return render_opened(open_case_page())


@pages.post("/case/message")
@seal_uploads
@require_plain_visit
def message() -> ResponseReturnValue:
    """Send a message with files, or the answer to a question."""
    form = MessageForm()
    return _write(form, form.files.data or ())


@pages.post("/case/verdict")
@require_plain_visit
def verdict() -> ResponseReturnValue:
    """Give a verdict on the reply, once."""
    return _write(VerdictForm())


@pages.post("/case/review")
@require_plain_visit
def review() -> ResponseReturnValue:
    """Ask that somebody else looks at the case again."""
    return _write(ReviewForm())


@pages.post("/case/withdraw")
@require_plain_visit
def withdraw() -> ResponseReturnValue:
    """Withdraw the report, after reading what that means."""
    return _write(WithdrawForm())


@pages.post("/case/leave")
def leave() -> ResponseReturnValue:
    """End the visit, and let the browser forget it."""
    if not ReporterButtonForm().validate():
        page = render_template("dialogue/leaving.html", form=ReporterButtonForm(formdata=None))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction() as session:
        visits.end(session, current_visit.read_token())
    return current_visit.end_browser_visit(make_response(render_template("dialogue/left.html")))


@pages.get("/case/file/<hex:file_id>")
@mark_lasting
@require_plain_visit
def file(file_id: str) -> ResponseReturnValue:
    """Send a file of the thread, opened piece by piece, to be saved and not to be shown."""
    scene = open_case_page()
    with reading() as session:
        stored = queries.find_attachment(session, get_reporter_session().case_id, file_id)
    entry = find_entry(scene.thread, stored)
    blobs = BLOBS.get()
    _check_stored(entry, blobs)
    pieces = _decrypt_file(entry, blobs, scene.reporter.identity)
    answer = Response(pieces, content_type="application/octet-stream")
    answer.content_length = entry.size
    answer.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    name = quote(clean_file_name(entry.name), safe="")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer


def _write(form: WritingForm, files: list[FileStorage] | tuple[()] = ()) -> ResponseReturnValue:
    """Seal and store what a form says, or show the page again with everything typed."""
    if current_visit.is_of_another_visit(form):
        return current_visit.answer_expired()
    is_valid, scene = form.validate(), open_case_page()
    if not is_valid:
        return render_opened(scene, HTTPStatus.UNPROCESSABLE_ENTITY, form)
    words = form.get_letter()
    try:
        if not writing.is_repeated(words, scene.thread, files=len(files)):
            _deliver(scene, words, files)
    except Conflict:
        return render_opened(open_case_page(), HTTPStatus.CONFLICT, form)
    except (OperationalError, OSError) as error:
        return render_opened(scene, _get_fault_status(error, form), form)
    return _redirect_to_view()


def _get_fault_status(error: Exception, form: WritingForm) -> HTTPStatus:
    """Return the status of a page that comes back because nothing could be stored."""
    if not isinstance(error, NoRoom):
        return HTTPStatus.SERVICE_UNAVAILABLE
    form["files"].errors = [NO_ROOM]
    return HTTPStatus.INSUFFICIENT_STORAGE


def _deliver(scene: OpenedCase, words: PlainLetter, files: list[FileStorage] | tuple[()]) -> None:
    """Seal the files and the text to whom the reporter trusts, and store them in one moment.

    Raises:
        Conflict: somebody wrote in between, or it cannot be done now.
    """
    if words.seq != scene.thread.next_seq:
        raise Conflict("seq")
    case_id = get_reporter_session().case_id
    readers = writing.list_recipients(scene.thread, scene.reporter, scene.standing.recovery)
    kept = keep_all(files, readers)
    entries = [
        (entry, SealedFile(stored.name, stored.length, stored.digest)) for entry, stored in kept
    ]
    letter = writing.seal_letter(case_id, words, scene.thread, scene.reporter, readers, entries)
    try:
        with transaction() as session:
            writing.post(session, case_id, letter, today=clock.get_today())
    except Conflict:
        discard_all(stored for _, stored in kept)
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


def _decrypt_file(entry: Attachment, blobs: BlobStore, identity: Identity) -> Iterator[bytes]:
    """Yield the file without its padding; a fault breaks the download off."""
    missing = entry.size
    with blobs.open(entry.id) as sealed:
        for piece in open_stream(sealed, identity):
            yield piece[:missing]
            missing -= min(missing, len(piece))
    if missing:
        raise OpenError("shorter than its manifest says")


def _redirect_to_view() -> Response:
    answer: Response = make_response(redirect(url_for("dialogue.view"), HTTPStatus.SEE_OTHER))
    return answer


def _render_enter(
    form: ReceiptForm,
    status: HTTPStatus,
    what: UnknownReceipt = UnknownReceipt.UNKNOWN,
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
        names=name_steps(),
        now_asked=asked or load.find_request(),
        lost=LOST,
        what=what,
        evidence=blind.hex() if what in {UnknownReceipt.ALTERED, UnknownReceipt.MISSING} else "",
        code_words=describe_code_faults(),
    )
    answer = make_response(page, status)
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = TRY_AGAIN_SECONDS
    return answer
