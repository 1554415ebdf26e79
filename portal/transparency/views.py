"""The log as anybody reads it: its files as they were written."""

from collections.abc import Sequence

from flask import Blueprint, Response, current_app, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ServiceUnavailable

from crypto import tiles
from crypto.errors import FormatError
from crypto.text import to_base64
from crypto.tiles import CHECKPOINT_PATH, WIDTH
from portal.cases.bodies import body_label
from portal.cases.models import RECOVERY
from portal.core.config import Settings
from portal.core.errors import Invalid, NotFound
from portal.core.terms import Label
from portal.transparency import files, queries
from portal.transparency import policy as policies
from portal.transparency.keys import public_key
from portal.transparency.models import LogBatch
from portal.transparency.service import Log
from portal.web.assets import A_YEAR
from portal.web.conditional import conditional
from portal.web.database import reading

pages = Blueprint("transparency", __name__)

SOON = "public, max-age=60"
TEXT = "text/plain; charset=utf-8"
SHOWN_BATCHES = 12


@pages.get("/<lang:lang>/log")
def about() -> ResponseReturnValue:
    """Show what the log is, how far it has grown, and which keys stand in it."""
    log: Log = current_app.extensions["log"]
    with reading() as session:
        newest = queries.latest(session)
        batches = queries.batches(session, SHOWN_BATCHES + 1)
        keys = queries.named(session, "recipient")
        seen = queries.witnesses(session, newest.size) if newest else []
    return render_template(
        "transparency/about.html",
        origin=log.origin,
        key=public_key(log.keyring, log.origin).text,
        newest=newest,
        root=to_base64(newest.root) if newest else "",
        batches=_grown(batches)[:SHOWN_BATCHES],
        witnesses=seen,
        keys=[(_body_of(name), name, position) for name, position in keys],
    )


def _grown(batches: Sequence[LogBatch]) -> list[tuple[LogBatch, int]]:
    """Return each batch with the entries that the log has grown by, the newest first."""
    before = [*(batch.size for batch in batches[1:]), 0]
    return [(batch, batch.size - size) for batch, size in zip(batches, before, strict=False)]


def _body_of(name: str) -> Label | None:
    """Return what people call the body whose key this is; recovery belongs to none."""
    code = name.rpartition("/")[0]
    return None if code == RECOVERY else body_label(code)


@pages.get("/log/checkpoint")
def checkpoint() -> ResponseReturnValue:
    """Send the newest checkpoint with the lines of all witnesses."""
    return _sent(CHECKPOINT_PATH, TEXT, SOON)


@pages.get("/log/tile/<path:rest>")
def tile(rest: str) -> ResponseReturnValue:
    """Send a tile or a bundle of entries; one that is full never changes."""
    try:
        found = tiles.parse_path(f"tile/{rest}")
    except FormatError:
        raise NotFound("no such tile") from None
    kept = A_YEAR if found.width == WIDTH else SOON
    return _sent(found.path, "application/octet-stream", kept)


@pages.get("/log/policy")
def policy() -> ResponseReturnValue:
    """Send whose word on the log is asked for; the log announces the same."""
    settings: Settings = current_app.extensions["settings"]
    log: Log = current_app.extensions["log"]
    try:
        chosen = policies.load(settings.instance, public_key(log.keyring, log.origin))
    except Invalid as error:
        raise ServiceUnavailable from error  # `log policy show` names the fault
    return _open(chosen.text.encode(), TEXT, SOON)


def _sent(name: str, kind: str, kept: str) -> Response:
    """Return a file of the log, readable from any page.

    Raises:
        NotFound: there is none such yet.
    """
    settings: Settings = current_app.extensions["settings"]
    try:
        data = (settings.instance / files.FOLDER / name).read_bytes()
    except OSError:
        raise NotFound("no such file of the log") from None
    return _open(data, kind, kept)


def _open(data: bytes, kind: str, kept: str) -> Response:
    """Return an answer that any page may read."""
    response = Response(data, content_type=kind)
    response.headers["Cache-Control"] = kept
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.add_etag()
    return conditional(response)
