"""Addresses that programs ask: refusals in JSON with a stable code, readable from any origin.

Source: RFC 9457 (Problem Details for HTTP APIs), https://fetch.spec.whatwg.org/#http-cors-protocol.
"""

import json
from http import HTTPStatus

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from portal.web.parts import SETTINGS

PREFIXES = ("/api/", "/figures/")
PROBLEMS_ADDRESS = "/api/v1/problems"
PROBLEM_TYPE = "application/problem+json"
# Everything there is published: any page may load it, and ask whether it has changed.
OPEN_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Accept-Ranges, Content-Location, Content-Range, ETag, Link",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
ASKING_FIRST = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": (
        "If-Match, If-Modified-Since, If-None-Match, If-Range, If-Unmodified-Since, Range"
    ),
    "Access-Control-Max-Age": "86400",
}
# What each code means; they never change.
PROBLEMS: dict[str, tuple[HTTPStatus, str]] = {
    "malformed-release": (HTTPStatus.BAD_REQUEST, "A release is named like 2026-q3."),
    "unknown-parameter": (
        HTTPStatus.BAD_REQUEST,
        "There are no parameters: tables are given whole, as they were published.",
    ),
    "not-found": (HTTPStatus.NOT_FOUND, "There is nothing at this address."),
    "unknown-release": (HTTPStatus.NOT_FOUND, "This release was not published."),
    "unknown-table": (HTTPStatus.NOT_FOUND, "This release does not hold this table."),
    "unknown-format": (HTTPStatus.NOT_FOUND, "Tables are there as .csv and .json."),
    "unknown-file": (HTTPStatus.NOT_FOUND, "This release does not hold this file."),
    "altered-file": (
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "What is stored here is not what was published, so it is not sent.",
    ),
    "method-not-allowed": (HTTPStatus.METHOD_NOT_ALLOWED, "This address can only be read."),
    "not-acceptable": (
        HTTPStatus.NOT_ACCEPTABLE,
        "This address does not have the type that the request accepts.",
    ),
    "precondition-failed": (
        HTTPStatus.PRECONDITION_FAILED,
        "The file is not the one that the request names.",
    ),
    "range-not-satisfiable": (
        HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
        "The file does not have these bytes.",
    ),
}
_BY_STATUS = {
    HTTPStatus.NOT_FOUND: "not-found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method-not-allowed",
    HTTPStatus.PRECONDITION_FAILED: "precondition-failed",
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: "range-not-satisfiable",
}


class Problem(HTTPException):
    """A refusal with one of the codes of PROBLEMS."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        status, self.description = PROBLEMS[kind]
        self.code = int(status)
        self.kind = kind


def is_api_request() -> bool:
    """Tell whether the request came to an address for programs."""
    return request.path.startswith(PREFIXES)


def is_problem_wanted() -> bool:
    """Tell whether a program is to be answered: a browser at such an address has a reader."""
    return is_api_request() and request.accept_mimetypes.best != "text/html"


def make_problem(status: HTTPStatus, kind: str = "") -> Response:
    """Return a refusal as a program reads it."""
    settings = SETTINGS.get()
    kind = kind or _BY_STATUS.get(status) or status.phrase.lower().replace(" ", "-")
    content: dict[str, object] = {
        "type": f"{settings.public_url}{PROBLEMS_ADDRESS}#{kind}",
        "title": PROBLEMS[kind][1] if kind in PROBLEMS else status.phrase,
        "status": int(status),
        "code": kind,
    }
    return Response(json.dumps(content) + "\n", status, content_type=PROBLEM_TYPE)


def make_refusal(error: HTTPException) -> Response:
    """Return what the framework refuses, with the headers that belong to it."""
    answer = make_problem(
        HTTPStatus(error.code or 500), error.kind if isinstance(error, Problem) else ""
    )
    for name, value in error.get_headers():
        if name in {"Allow", "Content-Range"}:
            answer.headers[name] = value
    return answer


def register(app: Flask) -> None:
    """Let pages of any origin read what is published."""

    @app.after_request
    def add_cors(response: Response) -> Response:
        if is_api_request():
            response.headers.update(OPEN_HEADERS)
            if request.method == "OPTIONS":
                response.headers.update(ASKING_FIRST)
        return response
