"""What the portal answers while its invented years are still being made beside it.

The years are written into the trail and the public log day by day, and both have one order. So
nothing that people of today do may come between: whatever could write there waits, and says so.
"""

from http import HTTPStatus

from flask import Blueprint, Response, render_template, request

from portal.demonstration.folder import Making, find_making
from portal.web import errors
from portal.web.parts import SETTINGS

KIND = "being-made"  # of the error page
READING = frozenset({"GET", "HEAD"})
# Rooms of which every page may be read, and pages beside them: they write nothing into either.
ROOMS = frozenset({"words", "roots", "statistics", "transparency", "accounts", "admin"})
PAGES = frozenset({"static", "review.queue", "review.notices"})
SIGNING_IN = frozenset({"accounts.check_password", "accounts.check_code", "accounts.sign_out"})
# They lead to the newest figures, and those are still to come.
NEWEST = frozenset({"statistics.index", "statistics.release"})
MAIN = '<main id="main" tabindex="-1">'
RETRY_SECONDS = 10


def register(pages: Blueprint) -> None:
    """Let every request of a demonstration go through here.

    Args:
        pages: those of the demonstration, which no portal in earnest has.
    """
    pages.before_app_request(_hold_back)
    pages.after_app_request(_tell)


def _hold_back() -> Response | None:
    if _may_be_answered() or _find_making() is None:
        return None
    response = errors.render_error(HTTPStatus.SERVICE_UNAVAILABLE, KIND)
    response.retry_after = RETRY_SECONDS
    return response


def _may_be_answered() -> bool:
    endpoint = request.endpoint
    if endpoint is None or endpoint in SIGNING_IN:  # None: there is no such page
        return True
    reads = request.method in READING and endpoint not in NEWEST
    return reads and (request.blueprint in ROOMS or endpoint in PAGES)


def _tell(response: Response) -> Response:
    """Say on a page how far it is. A published file stays what was published."""
    if response.mimetype != "text/html" or response.is_streamed or response.get_etag()[0]:
        return response
    state = _find_making()
    if state is not None:
        notice = render_template("demonstration/making.html", making=state)
        response.set_data(response.get_data(as_text=True).replace(MAIN, MAIN + notice, 1))
        response.headers["Cache-Control"] = "no-store"
    return response


def _find_making() -> Making | None:
    return find_making(SETTINGS.get().instance)
