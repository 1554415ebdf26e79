"""Style sheet and scripts: read once, compressed once, served from memory."""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for

from portal.core.errors import NotFound

FOLDER = Path(__file__).parents[1] / "static"
COMPRESSED = {".css", ".js", ".svg", ".txt"}
A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """One file as it is sent."""

    plain: bytes
    zipped: bytes | None
    kind: str
    version: str


def _read(path: Path) -> Asset:
    plain = path.read_bytes()
    zipped = gzip.compress(plain, 9, mtime=0) if path.suffix in COMPRESSED else None
    kind = "text/javascript" if path.suffix == ".js" else mimetypes.guess_type(path.name)[0]
    return Asset(plain, zipped, kind or "text/plain", hashlib.sha256(plain).hexdigest()[:12])


@cache
def _read_all() -> Mapping[str, Asset]:
    """Return every file by its path: as they are when the process begins."""
    return {
        path.relative_to(FOLDER).as_posix(): _read(path)
        for path in FOLDER.rglob("*")
        if path.is_file()
    }


def register(app: Flask) -> None:
    """Serve /static/…; `asset(name)` in a template gives an address that may be kept for a year."""
    assets = _read_all()

    def send_static(filename: str) -> Response:
        """Send one file of the style sheet, scripts or pictures."""
        if filename not in assets:
            raise NotFound(filename)
        asset = assets[filename]
        response = Response(asset.plain, content_type=asset.kind)
        response.set_etag(asset.version)
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = A_YEAR if "v" in request.args else "no-cache"
        if asset.zipped and "gzip" in request.headers.get("Accept-Encoding", ""):
            response.set_data(asset.zipped)
            response.headers["Content-Encoding"] = "gzip"
        response.make_conditional(request)
        return response

    def format_address(filename: str) -> str:
        return url_for("static", filename=filename, v=assets[filename].version)

    app.add_url_rule("/static/<path:filename>", "static", send_static)
    app.jinja_env.globals.update(asset=format_address)
