"""What the server says by itself, before a request has reached the portal or after it failed.

Nobody knows the language of whoever sent something that could not be read, so each page has all
three. They are made once, when the portal is loaded.
"""

import json
from http import HTTPStatus

from flask import Flask, render_template
from flask_babel import gettext as _
from gunicorn.util import http_date
from markupsafe import Markup

from portal.core.terms import LANGUAGES
from portal.web.headers import HEADERS
from portal.web.i18n import use_language
from portal.web.parts import SETTINGS

STATUSES = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_URI_TOO_LONG,
    HTTPStatus.EXPECTATION_FAILED,
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.NOT_IMPLEMENTED,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
CODES = {HTTPStatus.SERVICE_UNAVAILABLE: "unavailable"}  # as portal/web/errors.py has it


class ErrorAnswers:
    """The pages and the codes for scripts, with the headers of every answer."""

    def __init__(self, app: Flask) -> None:
        settings = SETTINGS.get_from(app)
        with app.test_request_context("/"):
            self._pages = {status: _render_page(status).encode() for status in STATUSES}
        self._headers = dict(HEADERS)
        if settings.secure:
            self._headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"

    def answer(self, status: HTTPStatus, *, json: bool = False) -> bytes:
        """Return a whole answer; the connection ends with it.

        Args:
            status: one of STATUSES.
            json: whether one of our scripts asked, which reads a code.
        """
        body = _format_code(status) if json else self._pages[status]
        own = {
            "Date": http_date(),
            "Connection": "close",
            "Content-Type": "application/json" if json else "text/html; charset=utf-8",
            "Content-Length": str(len(body)),
        }
        lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
        lines += [f"{name}: {value}" for name, value in (own | self._headers).items()]
        return "\r\n".join([*lines, "", ""]).encode() + body


def _format_code(status: HTTPStatus) -> bytes:
    code = CODES.get(status) or status.phrase.lower().replace(" ", "-")
    return json.dumps({"error": code}).encode() + b"\n"


def _render_page(status: HTTPStatus) -> str:
    said, names = {}, {}
    for language in LANGUAGES:
        with use_language(language):
            said[language] = Markup(render_template("errors/words.html", status=status.value))  # noqa: S704 - of our own template
            names[language] = _("Report portal")
    return render_template("errors/server.html", said=said, names=names)
