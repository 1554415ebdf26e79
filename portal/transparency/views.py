"""The log as anybody reads it: its files as they were written."""

from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue

from crypto import tiles
from crypto.errors import FormatError
from crypto.tiles import CHECKPOINT_PATH, WIDTH
from portal.core.config import Settings
from portal.core.errors import NotFound
from portal.transparency import files
from portal.web.assets import A_YEAR
from portal.web.conditional import conditional

pages = Blueprint("transparency", __name__)

SOON = "public, max-age=60"


@pages.get("/log/checkpoint")
def checkpoint() -> ResponseReturnValue:
    """Send the newest checkpoint with the lines of all witnesses."""
    return _sent(CHECKPOINT_PATH, "text/plain; charset=utf-8", SOON)


@pages.get("/log/tile/<path:rest>")
def tile(rest: str) -> ResponseReturnValue:
    """Send a tile or a bundle of entries; one that is full never changes."""
    try:
        found = tiles.parse_path(f"tile/{rest}")
    except FormatError:
        raise NotFound("no such tile") from None
    kept = A_YEAR if found.width == WIDTH else SOON
    return _sent(found.path, "application/octet-stream", kept)


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
    response = Response(data, content_type=kind)
    response.headers["Cache-Control"] = kept
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.add_etag()
    return conditional(response)
