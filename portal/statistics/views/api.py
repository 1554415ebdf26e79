"""What programs ask for: releases, tables and the catalogue. Whole tables only, as published."""

from datetime import datetime
from functools import cache

from flask import Response, request
from flask.typing import ResponseReturnValue

from portal.statistics.dataset.text import canonical_json
from portal.statistics.formats import api, openapi
from portal.statistics.formats.columns import texts
from portal.statistics.releases import archive
from portal.statistics.releases.archive import Published
from portal.statistics.views.blueprint import (
    QUARTER,
    SOON,
    folder,
    pages,
    released_at,
    root,
    soon,
)
from portal.statistics.views.files import KINDS, as_published, published
from portal.web.conditional import apply_conditions
from portal.web.parts import SETTINGS
from portal.web.programs import PROBLEMS, Problem

JSON = "application/json"
FORMATS = {"csv": "text/csv", "json": JSON}


@pages.get("/api/v1/releases")
def releases() -> ResponseReturnValue:
    """List every version of every release, the one published last first."""
    found = archive.chain(folder())[::-1]
    last = released_at(found[0]) if found else None
    return _listed({"releases": [_release(one) for one in found]}, last)


@pages.get("/api/v1/releases/<string:release>")
def one_release(release: str) -> ResponseReturnValue:
    """Describe the newest version of a release and every file of it."""
    found = _found(release)
    files = [
        {"path": name, "sha256": digest, "href": f"{_address(found)}/{name}"}
        for name, digest in sorted(found.manifest["files"].items())
    ]
    return _listed({**_release(found), "files": files}, released_at(found))


@pages.get("/api/v1/releases/<string:release>/tables")
def tables(release: str) -> ResponseReturnValue:
    """List the tables of a release."""
    found = _found(release)
    listed = [
        api.table(name, document, f"{root()}/api/v1/releases/{found.quarter}/tables")
        for name, document in found.documents().items()
    ]
    return _listed({"release": found.name, "tables": listed}, released_at(found))


@pages.get("/api/v1/releases/<string:release>/tables/<string:name>")
def table(release: str, name: str) -> ResponseReturnValue:
    """Send one table of the newest version of a release, as CSV or JSON."""
    found = _found(release)
    stem, _, ending = name.rpartition(".")
    if stem not in found.documents():
        raise Problem("unknown-table")
    if ending not in FORMATS:
        raise Problem("unknown-format")
    _check_accepted(FORMATS[ending])
    response = as_published(found, name, found.read(name), found.digest_of(name))
    response.headers["Cache-Control"] = SOON
    response.headers["Content-Location"] = f"{_address(found)}/{name}"
    return apply_conditions(response)


@pages.get("/api/v1/catalogue")
def catalogue() -> ResponseReturnValue:
    """Describe every table, dimension, measure and code that may be published."""
    return _listed(api.catalogue(invented=SETTINGS.get().demonstration), None)


@pages.get("/api/v1/problems")
def problems() -> ResponseReturnValue:
    """Say what the code of each refusal means."""
    found = [
        {"code": kind, "status": int(status), "title": title}
        for kind, (status, title) in PROBLEMS.items()
    ]
    return _listed({"problems": found}, None)


@pages.get("/api/v1/openapi.json")
def description() -> ResponseReturnValue:
    """Describe these addresses as OpenAPI 3.1."""
    return _listed(_described(root()), None)


@cache
def _described(address: str) -> dict[str, object]:
    return openapi.description(address, sorted(PROBLEMS))


def _found(release: str) -> Published:
    """Return the newest version of a release.

    Raises:
        Problem: the name is malformed, or it was never published.
    """
    _check_plain()
    if not QUARTER.fullmatch(release):
        raise Problem("malformed-release")
    return published(release)


def _listed(found: dict[str, object], changed: datetime | None) -> Response:
    """Return a list as an answer that may be kept for minutes."""
    _check_plain()
    _check_accepted(JSON)
    return soon(canonical_json(found), KINDS[".json"], changed)


def _check_plain() -> None:
    """Check that nobody expects a part of a table to be chosen.

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


def _release(found: Published) -> dict[str, object]:
    correction = found.correction
    return {
        "id": found.quarter,
        "version": found.version,
        "level": found.manifest["level"],
        "published_at": released_at(found).isoformat(),
        "previous": found.manifest["previous"],
        "manifest": {"href": f"{_address(found)}/{archive.MANIFEST}", "sha256": found.digest},
        "address": _address(found),
        "corrects": correction and texts(correction),
        "tables": f"{root()}/api/v1/releases/{found.quarter}/tables",
    }


def _address(found: Published) -> str:
    return f"{root()}/figures/{found.name}"
