"""Members of staff at their browsers."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from flask import Flask

from bench.hands import sign_act
from crypto import acts, totp
from crypto.text import to_base64
from portal.accounts.current import UNSIGNED_FIELDS
from portal.accounts.models import Account
from portal.accounts.service.sign_in import Now, SessionStep, open_session
from portal.core import clock
from portal.core.db import Sessions
from portal.web.parts import SESSIONS, SETTINGS
from tests.factories import StaffPerson
from tests.page import XHTML, Browser, hidden, tree_of

COOKIE = "staff"


@dataclass(frozen=True)
class StaffBrowser(Browser):
    """A browser that signs what its person does, as static/staff/sign.js does."""

    account: Account | None = None

    def post(self, url: str, *, status: int, page: str = "", **answers: Any) -> str:
        """Send a form; one that says which act it is goes signed."""
        form = form_of(page, url) if page else None
        if self.account is not None and form is not None and form.get("data-act"):
            answers["trail"] = trail_of(page)
            sent = {**hidden(page, url), **answers}
            act, subject = form.get("data-act", ""), form.get("data-subject", "")
            answers |= signature(self.account, act, subject, sent)
        return super().post(url, status=status, page=page, **answers)


def form_of(page: str, url: str) -> Element | None:
    """Return the form of a page that leads to an address."""
    forms = tree_of(page).iter(f"{XHTML}form")
    return next((form for form in forms if form.get("action") == url), None)


def trail_of(page: str) -> str:
    """Return the last entry of the trail that a page was made with."""
    keys = (node for node in tree_of(page).iter(f"{XHTML}div") if node.get("id") == "keys")
    return next(keys).get("data-trail", "")


def signature(account: Account, act: str, subject: str, sent: Mapping[str, Any]) -> dict[str, str]:
    """Return the hidden fields that the scripts add to a form with an act.

    Args:
        account: whose browser it is.
        act: code of the act.
        subject: what it is done to.
        sent: everything else that the form sends; files as the test client takes them.
    """
    many = {name: item if isinstance(item, list) else [item] for name, item in sent.items()}
    files = [value for some in many.values() for value in some if isinstance(value, tuple)]
    fields = {
        name: acts.encode_field([str(value) for value in some])
        for name, some in many.items()
        if name not in UNSIGNED_FIELDS and some and not isinstance(some[0], tuple)
    }
    digests = tuple(hashlib.sha256(file.getvalue()).hexdigest() for file, *_ in files)
    made = sign_act(account, act, subject, fields, sealed=digests, today=clock.get_today())
    return {"statement": made.statement, "signature": to_base64(made.signature)}


def signed(
    account: Account, act: str, subject: str, sent: Mapping[str, Any], page: str
) -> dict[str, Any]:
    """Return everything that a form sends after the scripts of its page have signed it."""
    whole = {**sent, "trail": trail_of(page)}
    return whole | signature(account, act, subject, whole)


def signed_in(
    app: Flask, account: Account, *, step: SessionStep = SessionStep.FULL
) -> StaffBrowser:
    """Return a browser of its own in which somebody is signed in, or has come to a step of it."""
    sessions: Sessions = SESSIONS.get_from(app)
    at = Now(clock.get_today(), clock.get_seconds(), SETTINGS.get_from(app).staff_session_minutes)
    with sessions.begin() as session:
        token = open_session(session, account, step=step, at=at)
    client = app.test_client()
    client.set_cookie(COOKIE, token)
    return StaffBrowser(client, account)


def code_now(person: StaffPerson) -> str:
    """Return what the person's device shows."""
    return totp.compute_code(person.totp_secret, clock.get_seconds() // totp.STEP_SECONDS)
