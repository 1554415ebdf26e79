"""The log as anybody reads it: its files as they were written."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ServiceUnavailable

from crypto import tiles
from crypto.errors import FormatError
from crypto.text import to_base64
from crypto.tiles import CHECKPOINT_PATH, WIDTH
from portal.cases.bodies import get_body_label
from portal.cases.models import RECOVERY
from portal.core.config import Settings
from portal.core.downloads import read_program
from portal.core.errors import Invalid, NotAllowed, NotFound, PortalError
from portal.core.terms import Label
from portal.transparency import policy as policies
from portal.transparency import queries
from portal.transparency.models import LogBatch
from portal.transparency.parts import LOG
from portal.transparency.policy import PolicyFile
from portal.transparency.publishing import cosigning, files
from portal.transparency.writing.log_keys import derive_public_key
from portal.transparency.writing.service import Log
from portal.web import limits
from portal.web.assets import A_YEAR
from portal.web.conditional import apply_conditions
from portal.web.database import reading, transaction
from portal.web.parts import SETTINGS

pages = Blueprint("transparency", __name__)

SOON = "public, max-age=60"
TEXT = "text/plain; charset=utf-8"
SHOWN_BATCHES = 12
LONGEST_NOTE = 1 << 16  # a checkpoint with the lines of one witness has a few kilobytes


@pages.get("/<lang:lang>/log")
def about() -> ResponseReturnValue:
    """Show what the log is, how far it has grown, and which keys stand in it."""
    log = LOG.get()
    with reading() as session:
        newest = queries.find_latest(session)
        batches = queries.list_batches(session, SHOWN_BATCHES + 1)
        keys = queries.list_names(session, "recipient")
        seen = queries.list_witnesses(session, newest.size) if newest else []
    return render_template(
        "transparency/about.html",
        origin=log.origin,
        key=derive_public_key(log.keyring, log.origin).text,
        newest=newest,
        root=to_base64(newest.root) if newest else "",
        batches=_compute_growth(batches)[:SHOWN_BATCHES],
        witnesses=seen,
        keys=[(_find_body(name), name, position) for name, position in keys],
    )


def _compute_growth(batches: Sequence[LogBatch]) -> list[tuple[LogBatch, int]]:
    """Return each batch with the entries that the log has grown by, the newest first."""
    before = [*(batch.size for batch in batches[1:]), 0]
    return [(batch, batch.size - size) for batch, size in zip(batches, before, strict=False)]


def _find_body(name: str) -> Label | None:
    """Return what people call the body whose key this is; recovery belongs to none."""
    code = name.rpartition("/")[0]
    return None if code == RECOVERY else get_body_label(code)


@pages.get("/log/checkpoint")
def checkpoint() -> ResponseReturnValue:
    """Send the newest checkpoint with the lines of all witnesses."""
    return _send_file(CHECKPOINT_PATH, TEXT, SOON)


@pages.get("/log/check-report.py")
def report_checker() -> ResponseReturnValue:
    """Give the program by which a reporter checks a case in the log without this server."""
    return _send_open(read_program("check_report.py"), "text/x-python; charset=utf-8", SOON)


@pages.get("/log/tile/<path:rest>")
def tile(rest: str) -> ResponseReturnValue:
    """Send a tile or a bundle of entries; one that is full never changes."""
    try:
        tile = tiles.parse_path(f"tile/{rest}")
    except FormatError:
        raise NotFound("no such tile") from None
    kept = A_YEAR if tile.width == WIDTH else SOON
    return _send_file(tile.path, "application/octet-stream", kept)


@pages.get("/log/policy")
def policy() -> ResponseReturnValue:
    """Send whose word on the log is asked for; the log announces the same."""
    settings = SETTINGS.get()
    chosen = _load_policy(settings, LOG.get())
    return _send_open(chosen.text.encode(), TEXT, SOON)


@pages.post("/log/cosignature")
def cosignature() -> ResponseReturnValue:
    """Take in what witnesses say of a checkpoint; no token is asked for, their lines are proof."""
    settings = SETTINGS.get()
    log = LOG.get()
    if not limits.count_attempt(limits.COSIGNATURES):
        return {"error": "too-many"}, HTTPStatus.TOO_MANY_REQUESTS
    data = request.stream.read(LONGEST_NOTE + 1)
    if len(data) > LONGEST_NOTE:
        return {"error": "too-long"}, HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    try:
        with transaction() as session:
            size = cosigning.store_lines(session, _load_policy(settings, log), data)
        with reading() as session:
            files.sign(session, settings.instance / files.FOLDER)
    except PortalError as error:
        return _refuse_lines(error)
    return {"size": size}


def _refuse_lines(error: PortalError) -> ResponseReturnValue:
    """Tell a witness why its lines are not kept."""
    match error:
        case Invalid():
            return {"error": error.code or "malformed"}, HTTPStatus.BAD_REQUEST
        case NotFound():
            return {"error": "unknown-checkpoint"}, HTTPStatus.NOT_FOUND
        case NotAllowed():
            return {"error": "unknown-witness"}, HTTPStatus.FORBIDDEN
        case _:
            return {"error": "conflict"}, HTTPStatus.CONFLICT


def _load_policy(settings: Settings, log: Log) -> PolicyFile:
    """Return whose word on the log is asked for.

    Raises:
        ServiceUnavailable: the file is broken; `log policy show` names the fault.
    """
    try:
        return policies.load(settings.instance, derive_public_key(log.keyring, log.origin))
    except Invalid as error:
        raise ServiceUnavailable from error


def _send_file(name: str, kind: str, kept: str) -> Response:
    """Return a file of the log, readable from any page.

    Raises:
        NotFound: there is none such yet.
    """
    settings = SETTINGS.get()
    try:
        data = (settings.instance / files.FOLDER / name).read_bytes()
    except OSError:
        raise NotFound("no such file of the log") from None
    return _send_open(data, kind, kept)


def _send_open(data: bytes, kind: str, kept: str) -> Response:
    """Return an answer that any page may read."""
    response = Response(data, content_type=kind)
    response.headers["Cache-Control"] = kept
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.add_etag()
    return apply_conditions(response)
