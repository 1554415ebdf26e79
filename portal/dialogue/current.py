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
from portal.dialogue.service.visits import Guest
from portal.web import errors
from portal.web.database import reading, transaction
from portal.web.parts import SETTINGS

View = TypeVar("View", bound=Callable[..., Any])

# Fields in which a reporter writes words of their own.
TYPED = ("text", "reason", "why")


def place_of_old_receipts() -> Path:
    """Return the file at which old receipts, whose slow step takes 19 MiB, come one at a time."""
    return SETTINGS.get().instance / "old-receipts.lock"


def cookie_name() -> str:
    """Return the name of the cookie of a reporter who came back."""
    return "__Host-visit" if SETTINGS.get().secure else "visit"


def token() -> str:
    """Return the token in this browser's cookie, or "" if there is none."""
    return request.cookies.get(cookie_name(), "")


def until() -> int:
    """Return the minute at which a visit ends if nothing more is done."""
    return clock.get_minutes() + SETTINGS.get().reporter_session_minutes


def guest() -> Guest:
    """Return who came back."""
    found: Guest = g.guest
    return found


def enter(answer: Response, new_token: str) -> Response:
    """Let this browser carry a new visit."""
    answer.set_cookie(
        cookie_name(), new_token, httponly=True, samesite="Strict", secure=SETTINGS.get().secure
    )
    return answer


def leave(answer: Response) -> Response:
    """Make this browser forget that somebody came back."""
    browser.clear()
    answer.delete_cookie(
        cookie_name(), httponly=True, samesite="Strict", secure=SETTINGS.get().secure
    )
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return answer


def visiting(view: View) -> View:
    """Let a page be seen by a reporter who entered a receipt, in this browser, not long ago."""
    return _guard(view, needs_master=False)


def visiting_plainly(view: View) -> View:
    """The same for pages without scripts, whose server holds the keys while a request lasts.

    Somebody whose browser keeps the keys never gets there: nothing falls back in silence.
    """
    return _guard(view, needs_master=True)


def _guard(view: View, *, needs_master: bool) -> View:
    @wraps(view)
    def guarded(*args: Any, **parts: Any) -> Any:
        try:
            g.guest = _found()
        except NotFound:
            return gone()
        if needs_master and g.guest.master is None:
            return gone()
        return view(*args, **parts)

    return guarded  # type: ignore[return-value]


def _found() -> Guest:
    """Return who came back, and move the end of the visit.

    Raises:
        NotFound: nobody, or too long ago.
    """
    with reading() as session:
        found, expires = visits.resume(session, token(), minute=clock.get_minutes())
    if expires < until():
        # at most once a minute; a database that is busy with others does not end a visit
        with suppress(OperationalError), transaction() as session:
            visits.stay(session, token(), until=until())
    return found


def is_of_another_visit(form: Any) -> bool:
    """Tell whether a page shows another case: its browser may have entered a second receipt since.

    What was written for one body would else be sealed to another.
    """
    shown: str | None = form.case.data
    return bool(shown) and shown != guest().case_id


def gone() -> ResponseReturnValue:
    """Ask for the receipt again; what was typed is shown, to be copied."""
    if errors.is_script_request():
        return errors.render_error(HTTPStatus.UNAUTHORIZED)
    if request.method != "POST":
        return redirect(url_for("dialogue.enter"), HTTPStatus.SEE_OTHER)
    typed = [text for name in TYPED if (text := request.form.get(name, "").strip())]
    return render_template("dialogue/gone.html", typed=typed), HTTPStatus.FORBIDDEN
