"""Who came back with this browser: the cookie of a visit, and what happens without one."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar

from flask import Response, g, redirect, render_template, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from portal.core import clock
from portal.core.errors import NotFound
from portal.dialogue.service import visits
from portal.dialogue.service.visits import ReporterSession
from portal.web import errors
from portal.web.database import reading, transaction
from portal.web.parts import SETTINGS

View = TypeVar("View", bound=Callable[..., Any])

# Fields in which a reporter writes words of their own.
TYPED = ("text", "reason", "why")


def get_old_receipts_path() -> Path:
    """Return the file at which old receipts, whose slow step takes 19 MiB, come one at a time."""
    return SETTINGS.get().instance / "old-receipts.lock"


def get_cookie_name() -> str:
    """Return the name of the cookie of a reporter who came back."""
    return "__Host-visit" if SETTINGS.get().secure else "visit"


def read_token() -> str:
    """Return the token in this browser's cookie, or "" if there is none."""
    return request.cookies.get(get_cookie_name(), "")


def compute_end() -> int:
    """Return the minute at which a visit ends if nothing more is done."""
    return clock.get_minutes() + SETTINGS.get().reporter_session_minutes


def get_reporter_session() -> ReporterSession:
    """Return who came back."""
    visitor: ReporterSession = g.reporter_session
    return visitor


def start_browser_visit(answer: Response, new_token: str) -> Response:
    """Let this browser carry a new visit."""
    answer.set_cookie(
        get_cookie_name(),
        new_token,
        httponly=True,
        samesite="Strict",
        secure=SETTINGS.get().secure,
    )
    return answer


def end_browser_visit(answer: Response) -> Response:
    """Make this browser forget that somebody came back."""
    browser.clear()
    answer.delete_cookie(
        get_cookie_name(), httponly=True, samesite="Strict", secure=SETTINGS.get().secure
    )
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return answer


def require_visit(view: View) -> View:
    """Let a page be seen by a reporter who entered a receipt, in this browser, not long ago."""
    return _guard(view, needs_master=False)


def require_plain_visit(view: View) -> View:
    """The same for pages without scripts, whose server holds the keys while a request lasts.

    Somebody whose browser keeps the keys never gets there: nothing falls back in silence.
    """
    return _guard(view, needs_master=True)


def _guard(view: View, *, needs_master: bool) -> View:
    @wraps(view)
    def call_view(*args: Any, **parts: Any) -> Any:
        try:
            g.reporter_session = _resume_visit()
        except NotFound:
            return answer_expired()
        if needs_master and g.reporter_session.master is None:
            return answer_expired()
        return view(*args, **parts)

    return call_view  # type: ignore[return-value]


def _resume_visit() -> ReporterSession:
    """Return who came back, and move the end of the visit.

    Raises:
        NotFound: nobody, or too long ago.
    """
    with reading() as session:
        visitor, expires = visits.resume(session, read_token(), minute=clock.get_minutes())
    if expires < compute_end():
        # at most once a minute; a database that is busy with others does not end a visit
        with suppress(OperationalError), transaction() as session:
            visits.extend(session, read_token(), until=compute_end())
    return visitor


def is_of_another_visit(form: Any) -> bool:
    """Tell whether a page shows another case: its browser may have entered a second receipt since.

    What was written for one body would else be sealed to another.
    """
    shown: str | None = form.case.data
    return bool(shown) and shown != get_reporter_session().case_id


def answer_expired() -> ResponseReturnValue:
    """Ask for the receipt again; what was typed is shown, to be copied."""
    if errors.is_script_request():
        return errors.render_error(HTTPStatus.UNAUTHORIZED)
    if request.method != "POST":
        return redirect(url_for("dialogue.enter"), HTTPStatus.SEE_OTHER)
    typed = [text for name in TYPED if (text := request.form.get(name, "").strip())]
    return render_template("dialogue/gone.html", typed=typed), HTTPStatus.FORBIDDEN
