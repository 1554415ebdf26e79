"""What programs ask for: releases, tables and the catalogue. Whole tables only, as published."""

from datetime import datetime
from functools import cache

from flask import Response, request
from flask.typing import ResponseReturnValue

from portal.core.calendar import Quarter
from portal.statistics.dataset.encoding import format_canonical_json
from portal.statistics.formats import api, openapi
from portal.statistics.formats.columns import to_texts
from portal.statistics.releases import archive
from portal.statistics.releases.archive import PublishedRelease
from portal.statistics.views.blueprint import (
    SOON,
    get_folder,
    get_release_time,
    get_root,
    pages,
    respond,
)
from portal.statistics.views.release_files import KINDS, as_published, get_published
from portal.web.conditional import apply_conditions
from portal.web.parts import SETTINGS
from portal.web.programs import PROBLEMS, Problem

JSON = "application/json"
FORMATS = {"csv": "text/csv", "json": JSON}


@pages.get("/api/v1/releases")
def releases() -> ResponseReturnValue:
    """List every version of every release, the one published last first."""
    published = archive.read_chain(get_folder())[::-1]
    last = get_release_time(published[0]) if published else None
    return _send_list({"releases": [_describe_release(version) for version in published]}, last)


@pages.get("/api/v1/releases/<string:release>")
def one_release(release: str) -> ResponseReturnValue:
    """Describe the newest version of a release and every file of it."""
    published = _get_release(release)
    files = [
        {"path": name, "sha256": digest, "href": f"{_build_address(published)}/{name}"}
        for name, digest in sorted(published.manifest["files"].items())
    ]
    return _send_list({**_describe_release(published), "files": files}, get_release_time(published))


@pages.get("/api/v1/releases/<string:release>/tables")
def tables(release: str) -> ResponseReturnValue:
    """List the tables of a release."""
    published = _get_release(release)
    listed = [
        api.describe_table(
            name, document, f"{get_root()}/api/v1/releases/{published.quarter}/tables"
        )
        for name, document in published.read_documents().items()
    ]
    return _send_list({"release": published.name, "tables": listed}, get_release_time(published))


@pages.get("/api/v1/releases/<string:release>/tables/<string:name>")
def table(release: str, name: str) -> ResponseReturnValue:
    """Send one table of the newest version of a release, as CSV or JSON."""
    published = _get_release(release)
    stem, _, ending = name.rpartition(".")
    if stem not in published.read_documents():
        raise Problem("unknown-table")
    if ending not in FORMATS:
        raise Problem("unknown-format")
    _check_accepted(FORMATS[ending])
    response = as_published(published, name, published.read(name), published.get_digest(name))
    response.headers["Cache-Control"] = SOON
    response.headers["Content-Location"] = f"{_build_address(published)}/{name}"
    return apply_conditions(response)


@pages.get("/api/v1/catalogue")
def catalogue() -> ResponseReturnValue:
    """Describe every table, dimension, measure and code that may be published."""
    return _send_list(api.describe_catalogue(invented=SETTINGS.get().demonstration), None)


@pages.get("/api/v1/problems")
def problems() -> ResponseReturnValue:
    """Say what the code of each refusal means."""
    kinds = [
        {"code": kind, "status": int(status), "title": title}
        for kind, (status, title) in PROBLEMS.items()
    ]
    return _send_list({"problems": kinds}, None)


@pages.get("/api/v1/openapi.json")
def description() -> ResponseReturnValue:
    """Describe these addresses as OpenAPI 3.1."""
    return _send_list(_describe_api(get_root()), None)


@cache
def _describe_api(address: str) -> dict[str, object]:
    return openapi.describe_api(address, sorted(PROBLEMS))


def _get_release(release: str) -> PublishedRelease:
    """Return the newest version of a release.

    Raises:
        Problem: the name is malformed, or it was never published.
    """
    _check_plain()
    if not Quarter.is_one(release):
        raise Problem("malformed-release")
    return get_published(Quarter(release))


def _send_list(content: dict[str, object], changed: datetime | None) -> Response:
    """Return a list as an answer that may be kept for minutes."""
    _check_plain()
    _check_accepted(JSON)
    return respond(format_canonical_json(content), KINDS[".json"], changed)


def _check_plain() -> None:
    """Check that the request asks for no part of a table: tables are sent whole.

    Raises:
        Problem: the request has parameters.
    """
    if request.query_string:
        raise Problem("unknown-parameter")


def _check_accepted(kind: str) -> None:
    """Check that the request takes this type.

    Raises:
        Problem: it takes others only.
    """
    if request.accept_mimetypes and not request.accept_mimetypes[kind]:
        raise Problem("not-acceptable")


def _describe_release(published: PublishedRelease) -> dict[str, object]:
    correction = published.correction
    return {
        "id": published.quarter,
        "version": published.version,
        "level": published.manifest["level"],
        "published_at": get_release_time(published).isoformat(),
        "previous": published.manifest["previous"],
        "manifest": {
            "href": f"{_build_address(published)}/{archive.MANIFEST}",
            "sha256": published.digest,
        },
        "address": _build_address(published),
        "corrects": correction and to_texts(correction),
        "tables": f"{get_root()}/api/v1/releases/{published.quarter}/tables",
    }


def _build_address(published: PublishedRelease) -> str:
    return f"{get_root()}/figures/{published.name}"
