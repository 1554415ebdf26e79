"""Files of releases, as they were published."""

from http import HTTPStatus
from pathlib import Path

from flask import Response, request
from flask.typing import ResponseReturnValue

from portal.core.errors import NotFound
from portal.statistics import archive
from portal.statistics.views.blueprint import folder, pages
from portal.web.assets import A_YEAR

KINDS = {".csv": "text/csv; charset=utf-8", ".json": "application/json", ".svg": "image/svg+xml"}
# Anyone may load a file of figures from anywhere: there is nothing in it that is not public.
OPEN_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": A_YEAR,
}


@pages.get("/figures/<quarter:quarter>/v<int:version>/<string:name>")
def file(quarter: str, version: int, name: str) -> ResponseReturnValue:
    """Send one file of a release, which never changes."""
    try:
        found = archive.release(folder(), quarter, version)
        content, digest = found.read(name), found.digest_of(name)
    except NotFound:
        return no_file("")
    response = Response(content, content_type=KINDS[Path(name).suffix], headers=OPEN_HEADERS)
    response.set_etag(digest)
    return response.make_conditional(request)


@pages.get("/figures/<path:rest>")
def no_file(rest: str) -> ResponseReturnValue:
    """Say, to a program, that there is no such file."""
    del rest
    headers = {"Access-Control-Allow-Origin": "*"}
    return {"error": "not-found"}, HTTPStatus.NOT_FOUND, headers
