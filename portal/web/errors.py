"""The one place that turns refusals, ours or the framework's, into pages."""

import logging
from http import HTTPStatus

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import BadRequest, HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response as BaseResponse

from portal.core.errors import (
    Conflict,
    Damaged,
    Invalid,
    NotAllowed,
    NotFound,
    PortalError,
    Unsigned,
)
from portal.web import programs

log = logging.getLogger(__name__)

STATUS: dict[type[PortalError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    NotAllowed: HTTPStatus.FORBIDDEN,
    Conflict: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.BAD_REQUEST,
    Unsigned: HTTPStatus.FORBIDDEN,
    Damaged: HTTPStatus.INTERNAL_SERVER_ERROR,
}
ALTERED = "altered-file"

CODES = {HTTPStatus.SERVICE_UNAVAILABLE: "unavailable"}  # where a script knows a shorter word
# Not the fault of what was written: it is shown again, to be copied.
TEXT_COMES_BACK = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.CONFLICT,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }
)
PASSWORDS = frozenset({"password", "again", "current"})
WORDS = 3  # a shorter text is typed again in a moment


def is_script_request() -> bool:
    """Tell whether one of our scripts asks, which reads a code and not a page."""
    return request.accept_mimetypes.best == "application/json"


def render_error(status: HTTPStatus, kind: str = "") -> Response:
    """Return the error page, which tells no more than the status and, if given, a known kind."""
    if programs.is_problem_wanted():
        return programs.make_problem(status, kind)
    if is_script_request():
        answer = jsonify(error=CODES.get(status) or status.phrase.lower().replace(" ", "-"))
    else:
        typed = _list_typed_texts() if status in TEXT_COMES_BACK else []
        answer = make_response(
            render_template("errors/error.html", status=status, kind=kind, typed=typed)
        )
    answer.status_code = status
    if programs.is_api_request():
        answer.vary.add("Accept")
    return answer


def _list_typed_texts() -> list[str]:
    """Return what a person wrote in the form that met the error: words, not codes."""
    too_much = (request.content_length or 0) > current_app.config["MAX_FORM_MEMORY_SIZE"]
    if request.method != "POST" or too_much:
        return []
    try:
        fields = list(request.form.items(multi=True))
    except BadRequest:  # what broke off while it came cannot come back
        return []
    return [text for name, text in fields if name not in PASSWORDS and len(text.split()) >= WORDS]


def register(app: Flask) -> None:
    """Teach the application to answer every refusal with the one page."""
    app.register_error_handler(PortalError, lambda error: render_error(STATUS[type(error)]))
    app.register_error_handler(Damaged, _answer_damaged)
    # Somebody else changed the same row a moment before.
    app.register_error_handler(StaleDataError, lambda _: render_error(HTTPStatus.CONFLICT))
    # The database is locked, full or away.
    app.register_error_handler(
        OperationalError, lambda _: render_error(HTTPStatus.SERVICE_UNAVAILABLE)
    )
    app.register_error_handler(HTTPException, _answer_framework)


def _answer_damaged(error: Damaged) -> Response:
    log.error("%s: run `log verify`, and restore it from a copy", error)
    return render_error(STATUS[Damaged], ALTERED)


def _answer_framework(error: HTTPException) -> BaseResponse:
    if error.response is not None or error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()  # a redirect
    if programs.is_problem_wanted():
        return programs.make_refusal(error)
    answer = render_error(HTTPStatus(error.code))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(error.valid_methods)
    return answer
