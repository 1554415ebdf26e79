"""Who is signed in: the guard of staff pages, the cookie, and what a page's scripts may know."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Response, g, redirect, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from crypto import acts
from crypto.acts import Signed, Values
from crypto.errors import FormatError
from crypto.text import from_base64, to_base64
from portal.accounts import queries
from portal.accounts.models import Account, Role, StaffSession
from portal.accounts.service import act_checks as acts_service
from portal.accounts.service import sign_in
from portal.accounts.service.sign_in import Now, SessionStep
from portal.cases import audit
from portal.cases.codes import SignedAct
from portal.core import clock
from portal.core.errors import NotAllowed, NotFound, Unsigned
from portal.web import errors
from portal.web.database import reading, transaction
from portal.web.navigation import link_if
from portal.web.parts import KEYRING, SETTINGS
from portal.web.uploads import get_digest

SIGNED_FIELDS = ("statement", "signature")
# Neither a token nor a one-time code may stand in the trail for ever, nor the unit of a link.
UNSIGNED_FIELDS = (*SIGNED_FIELDS, "csrf_token", "code", "agency", "region")
WAYS_OUT = frozenset({"accounts.sign_out", "accounts.sign_out_everywhere"})
View = TypeVar("View", bound=Callable[..., Any])


def require_staff(*roles: Role) -> Callable[[View], View]:
    """Return the guard of a page: signed in, in one of these roles (none given: any), and admitted.

    Whoever is not signed in is led to the sign-in page; a script is told so. A member of a body
    whom nobody has admitted to its roster sees nothing of it, and is told who can.
    """
    return _guard(SessionStep.FULL, frozenset(roles or Role), admitted=True)


def allow_waiting(*roles: Role) -> Callable[[View], View]:
    """Return the guard of a page that shows nothing of a body: who waits to be admitted has it."""
    return _guard(SessionStep.FULL, frozenset(roles or Role))


def require_partial_session(step: SessionStep) -> Callable[[View], View]:
    """Return the guard of a page between two steps of signing in."""
    return _guard(step, frozenset(Role))


def get_current_account() -> Account:
    """Return who is signed in, detached from any database session."""
    account: Account = g.account
    return account


def get_now() -> Now:
    """Return the moment, for services that never read a clock."""
    settings = SETTINGS.get()
    return Now(clock.get_today(), clock.get_seconds(), settings.staff_session_minutes)


def read_token() -> str:
    """Return the token in this browser's cookie, or "" if there is none."""
    return request.cookies.get(get_cookie_name(), "")


def get_cookie_name() -> str:
    """Return the name of the cookie of staff."""
    settings = SETTINGS.get()
    return "__Host-staff" if settings.secure else "staff"


def start_browser_session(answer: Response, new_token: str) -> Response:
    """Let this browser carry a new session; the token of its forms changes with it."""
    browser.clear()
    settings = SETTINGS.get()
    answer.set_cookie(
        get_cookie_name(), new_token, httponly=True, samesite="Strict", secure=settings.secure
    )
    return answer


def read_device_token() -> str:
    """Return the token by which this browser is known to have signed in before, or ""."""
    return request.cookies.get(_get_device_cookie_name(), "")


def remember_browser(answer: Response, account: Account) -> Response:
    """Know this browser from now on: tries of strangers elsewhere do not make it wait.

    The cookie opens nothing. One browser has one, whoever of an office signs in with it.
    """
    settings = SETTINGS.get()
    keyring = KEYRING.get()
    mark = read_device_token() or secrets.token_urlsafe(sign_in.TOKEN_BYTES)
    with transaction() as session:
        sign_in.remember_device(
            session, account, mark, key=keyring.accounts, today=clock.get_today()
        )
    answer.set_cookie(
        _get_device_cookie_name(),
        mark,
        max_age=timedelta(days=sign_in.DEVICE_DAYS),
        httponly=True,
        samesite="Strict",
        secure=settings.secure,
    )
    return answer


def _get_device_cookie_name() -> str:
    settings = SETTINGS.get()
    return "__Host-device" if settings.secure else "device"


def end_browser_session(answer: Response) -> Response:
    """Make this browser forget that somebody was signed in; it stays a known device."""
    browser.clear()
    settings = SETTINGS.get()
    answer.delete_cookie(
        get_cookie_name(), httponly=True, samesite="Strict", secure=settings.secure
    )
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def get_staff_home(account: Account) -> str:
    """Return where a person begins to work."""
    if account.role is Role.ADMINISTRATOR:
        return link_if("admin.accounts") or url_for("accounts.account")
    if account.recipient is None or account.signing is None:
        return url_for("accounts.key")
    return link_if("review.queue") or url_for("accounts.account")


def get_page_keys() -> dict[str, Any]:
    """Return what the scripts of a staff page need to open keys: all of it sealed or wrapped."""
    account = get_current_account()
    settings = SETTINGS.get()
    with reading() as session:
        copies, trail = queries.list_copies(session, account.id), audit.format_end(session)
    return {
        "login": account.login,
        "account": account.id,
        "body": account.body_code or "",
        "origin": settings.log_origin,
        "trail": trail,
        "signing": account.signing.hex() if account.signing else "",
        "wrapped": account.wrapped_identity or "",
        "tab_key": get_tab_key(),
        "copies": [
            {"body": copy.body_code, "epoch": copy.epoch, "sealed": to_base64(copy.sealed)}
            for copy in copies
        ],
    }


def get_tab_key() -> str:
    """Return the key under which a tab keeps what it has unlocked while this sign-in lasts."""
    held: StaffSession = g.staff_session
    return to_base64(held.tab_key)


def read_signed_act() -> Signed:
    """Return what this browser signed, once it is what the rest of the form says.

    Raises:
        Unsigned: nothing was signed, or something else was.
    """
    settings = SETTINGS.get()
    statement, signature = (request.form.get(name, "") for name in SIGNED_FIELDS)
    if not statement or not signature:
        raise Unsigned("missing")
    try:
        said = acts.read(statement)
        signed = Signed(statement, from_base64(signature), settings.log_origin)
        sent = _read_sent_fields()
    except FormatError as error:
        raise Unsigned("form") from error
    if (said.fields, said.sealed) != (sent, _read_sent_files()):
        raise Unsigned("other")
    return signed


@contextmanager
def acting(act: SignedAct, subject: str) -> Iterator[Session]:
    """Open the transaction of an act that this browser signed; its entries keep the statement.

    Args:
        act: code of what is done.
        subject: what it is done to.

    Raises:
        Unsigned: nothing was signed, or something else, or by nobody who may.
    """
    signed = read_signed_act()
    with transaction() as session:
        acts_service.begin(
            session,
            get_current_account(),
            signed,
            act=act,
            subject=subject,
            today=clock.get_today(),
        )
        yield session


def _read_sent_fields() -> dict[str, Values]:
    names = [name for name in request.form if name not in UNSIGNED_FIELDS]
    return {name: acts.encode_field(request.form.getlist(name)) for name in names}


def _read_sent_files() -> tuple[str, ...]:
    files = (file for _, file in request.files.items(multi=True) if file.filename)
    return tuple(sorted(get_digest(file) for file in files))


def _guard(
    step: SessionStep, roles: frozenset[Role], *, admitted: bool = False
) -> Callable[[View], View]:
    def guard(view: View) -> View:
        @wraps(view)
        def call_view(*args: Any, **parts: Any) -> Any:
            try:
                g.account, g.staff_session = _resume_session(step)
            except NotFound:
                return _redirect_to_sign_in(step)
            if g.account.role not in roles:
                raise NotAllowed("another role")
            if admitted and not _is_admitted(g.account):
                return _redirect_to_waiting()
            return view(*args, **parts)

        call_view.roles = roles  # type: ignore[attr-defined]  # read by the test of all routes
        call_view.admitted = admitted  # type: ignore[attr-defined]
        call_view.step = step  # type: ignore[attr-defined]
        return call_view  # type: ignore[return-value]

    return guard


def _resume_session(step: SessionStep) -> tuple[Account, StaffSession]:
    """Return the account and session of this browser, and move the session's end.

    Raises:
        NotFound: nobody is signed in, or not so far.
    """
    at = get_now()
    with reading() as session:
        held = sign_in.find_session(session, read_token(), step, at=at)
        account = held.account
    if step is SessionStep.FULL and held.expires < at.minute + at.idle_minutes:
        # at most once a minute; a database that is busy with others does not end a session
        with suppress(OperationalError), transaction() as session:
            sign_in.extend_session(session, read_token(), at=at)
    return account, held


def _is_admitted(account: Account) -> bool:
    """Tell whether somebody may see what their body has; an administrator has no body."""
    if account.body_code is None:
        return True
    with reading() as session:
        return account.proven and queries.is_admitted(session, account)


def _redirect_to_waiting() -> ResponseReturnValue:
    if request.method != "GET" or errors.is_script_request():
        raise Unsigned("roster")
    return redirect(url_for("accounts.waiting"), HTTPStatus.SEE_OTHER)


def _redirect_to_sign_in(step: SessionStep) -> ResponseReturnValue:
    """Lead to the sign-in page; who was sending something is told, and gets their text back."""
    is_sending = request.method == "POST" and request.endpoint not in WAYS_OUT
    if errors.is_script_request() or (is_sending and step is SessionStep.FULL):
        return errors.render_error(HTTPStatus.UNAUTHORIZED)
    return redirect(url_for("accounts.sign_in"), HTTPStatus.SEE_OTHER)
