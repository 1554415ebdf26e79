"""The one place that turns refusals, ours or the framework's, into pages."""

from http import HTTPStatus

from flask import Flask, Response, jsonify, make_response, render_template, request
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response as BaseResponse

from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound, PortalError

STATUS: dict[type[PortalError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    NotAllowed: HTTPStatus.FORBIDDEN,
    Conflict: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.BAD_REQUEST,
}


def wants_json() -> bool:
    """Tell whether one of our scripts asks, which reads a code and not a page."""
    return request.accept_mimetypes.best == "application/json"


def page(status: HTTPStatus) -> Response:
    """Return the error page, which tells no more than the status."""
    if wants_json():
        answer = jsonify(error=status.phrase.lower().replace(" ", "-"))
    else:
        answer = make_response(render_template("errors/error.html", status=status))
    answer.status_code = status
    return answer


def register(app: Flask) -> None:
    """Teach the application to answer every refusal with the one page."""
    app.register_error_handler(PortalError, lambda error: page(STATUS[type(error)]))
    # Somebody else changed the same row a moment before.
    app.register_error_handler(StaleDataError, lambda _: page(HTTPStatus.CONFLICT))
    app.register_error_handler(HTTPException, _from_framework)


def _from_framework(error: HTTPException) -> BaseResponse:
    if error.response is not None or error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()  # a redirect
    answer = page(HTTPStatus(error.code))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(error.valid_methods)
    return answer
