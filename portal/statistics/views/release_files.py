"""Files of releases, as they were published: pages, pictures and tables, none of them made anew."""

import gzip
from functools import lru_cache
from pathlib import PurePath

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.core.calendar import Quarter
from portal.core.errors import NotFound
from portal.statistics.formats.jsonld import KINDS as KINDS_OF_DATA
from portal.statistics.releases import archive
from portal.statistics.releases.archive import PublishedRelease
from portal.statistics.views.blueprint import get_folder, get_release_time, pages, respond
from portal.web.assets import A_YEAR
from portal.web.conditional import apply_conditions
from portal.web.headers import FRAMED_POLICY
from portal.web.i18n import get_language
from portal.web.programs import Problem

KINDS = KINDS_OF_DATA | {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".note": "text/plain; charset=utf-8",
    ".pem": "application/x-pem-file",
    ".png": "image/png",
    ".py": "text/x-python; charset=utf-8",
    ".svg": "image/svg+xml",
    ".tlog-proof": "text/plain; charset=utf-8",
    "": "text/plain; charset=utf-8",  # SHA256SUMS
}
UNKNOWN_KIND = "application/octet-stream"
COMPRESSED = frozenset({".css", ".csv", ".html", ".js", ".json", ".jsonld", ".svg"})
KEPT_COMPRESSED = 256  # files in each worker, the last ones asked for


@pages.get("/figures/<quarter:quarter>/v<int:version>/<path:name>")
def file(quarter: Quarter, version: int, name: str) -> ResponseReturnValue:
    """Send one file of a release, which never changes."""
    release = get_published(quarter, version)
    try:
        content, digest = release.read(name), release.get_digest(name)
    except NotFound:
        raise Problem("unknown-file") from None
    response = as_published(release, name, content, digest)
    response.headers["Cache-Control"] = A_YEAR
    return apply_conditions(response)


@pages.get("/figures/audits/<quarter:quarter>/v<int:version>/<string:name>")
def audit(quarter: Quarter, version: int, name: str) -> ResponseReturnValue:
    """Send the word of an auditor on a release: a signed note."""
    release = get_published(quarter, version)
    for path in archive.list_audits(get_folder(), release).values():
        if path.name == name:
            return respond(path.read_bytes(), KINDS[archive.NOTE])
    raise Problem("unknown-file")


@pages.get("/figures/<quarter:quarter>/v<int:version>/")
def whole(quarter: Quarter, version: int) -> ResponseReturnValue:
    """Lead people to the first page of a release, and programs to its Data Package."""
    get_published(quarter, version)
    person = request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"
    name = f"{get_language()}/index.html" if person else "datapackage.json"
    answer = redirect(url_for("statistics.file", quarter=quarter, version=version, name=name), 303)
    answer.headers["Vary"] = "Accept, Accept-Language"
    return answer


def get_published(quarter: Quarter, version: int | None = None) -> PublishedRelease:
    """Return a release.

    Raises:
        Problem: it was never published.
    """
    try:
        return archive.get_release(get_folder(), quarter, version)
    except NotFound:
        raise Problem("unknown-release") from None


def as_published(release: PublishedRelease, name: str, content: bytes, digest: str) -> Response:
    """Return a file of a release as an answer, compressed if that is wanted.

    Args:
        release: the release.
        name: of the file.
        content: its bytes.
        digest: their SHA-256, hexadecimal.
    """
    suffix = PurePath(name).suffix
    response = Response(content_type=KINDS.get(suffix, UNKNOWN_KIND))
    response.last_modified = get_release_time(release)
    response.headers["X-Robots-Tag"] = "all"
    if name.startswith("embed/"):
        response.headers["Content-Security-Policy"] = FRAMED_POLICY
    if suffix in COMPRESSED:
        response.headers["Vary"] = "Accept-Encoding"
        if request.accept_encodings["gzip"] and "Range" not in request.headers:
            response.headers["Content-Encoding"] = "gzip"
            content, digest = _compress(digest, content), f"{digest}-gzip"
    response.set_data(content)
    response.set_etag(digest)
    return response


@lru_cache(maxsize=KEPT_COMPRESSED)
def _compress(_digest: str, content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)
