"""The one place that turns refusals, ours or the framework's, into pages."""

from http import HTTPStatus

from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

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


def page(status: HTTPStatus) -> ResponseReturnValue:
    """Return the error page, which tells no more than the status."""
    if wants_json():
        return {"error": status.phrase.lower().replace(" ", "-")}, status
    return render_template("errors/error.html", status=status), status


def register(app: Flask) -> None:
    """Teach the application to answer every refusal with the one page."""
    app.register_error_handler(PortalError, lambda error: page(STATUS[type(error)]))
    app.register_error_handler(HTTPException, _from_framework)


def _from_framework(error: HTTPException) -> ResponseReturnValue | Response:
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()  # a redirect
    answer = page(HTTPStatus(error.code or 500))
    if error.code == HTTPStatus.METHOD_NOT_ALLOWED:
        body, status = answer  # type: ignore[misc]
        return body, status, {"Allow": ", ".join(error.valid_methods or ())}  # type: ignore[attr-defined]
    return answer
