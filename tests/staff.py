"""Members of staff at their browsers."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.etree.ElementTree import Element

from flask import Flask

from crypto import acts, totp
from crypto.acts import Signed, Statement, Values
from crypto.text import to_base64
from portal.accounts.models import Account
from portal.accounts.service.sign_in import Moment, Step, open_session
from portal.core import clock
from portal.core.db import Sessions
from tests.factories import TODAY, Person, signing_of
from tests.page import XHTML, Browser, hidden, tree_of

COOKIE = "staff"
ORIGIN = "localhost/log"


def signs(
    account: Account,
    act: str,
    subject: str,
    fields: Mapping[str, Values] | None = None,
    *,
    sealed: tuple[str, ...] = (),
    today: date = TODAY,
) -> Signed:
    """Sign an act as the scripts of somebody's browser do."""
    key = signing_of(account.id)
    said = Statement(
        origin=ORIGIN,
        act=act,
        body=account.body_code or "none",
        signer=account.id,
        key=key.public,
        subject=subject,
        fields=fields or {},
        sealed=tuple(sorted(sealed)),
        day=today,
    )
    return acts.sign(said, key)


@dataclass(frozen=True)
class StaffBrowser(Browser):
    """A browser that signs what its person does, as static/staff/sign.js does."""

    account: Account | None = None

    def post(self, url: str, *, status: int, page: str = "", **answers: Any) -> str:
        """Send a form; one that says which act it is goes signed."""
        form = form_of(page, url) if page else None
        if self.account is not None and form is not None and form.get("data-act"):
            sent = {**hidden(page, url), **answers}
            answers |= signature(self.account, form, sent)
        return super().post(url, status=status, page=page, **answers)


def form_of(page: str, url: str) -> Element | None:
    """Return the form of a page that leads to an address."""
    forms = tree_of(page).iter(f"{XHTML}form")
    return next((form for form in forms if form.get("action") == url), None)


def signature(account: Account, form: Element, sent: Mapping[str, Any]) -> dict[str, str]:
    """Return the hidden fields that the scripts add to a form with an act."""
    files = [one for one in sent.values() if isinstance(one, tuple)]
    fields = {
        name: acts.value([value] if isinstance(value, str) else value)
        for name, value in sent.items()
        if not isinstance(value, tuple) and name not in {"csrf_token", "statement", "signature"}
    }
    digests = tuple(hashlib.sha256(file.getvalue()).hexdigest() for file, *_ in files)
    act, subject = form.get("data-act", ""), form.get("data-subject", "")
    made = signs(account, act, subject, fields, sealed=digests, today=clock.today())
    return {"statement": made.statement, "signature": to_base64(made.signature)}


def signed_in(app: Flask, account: Account, *, step: Step = Step.FULL) -> StaffBrowser:
    """Return a browser of its own in which somebody is signed in, or has come to a step of it."""
    sessions: Sessions = app.extensions["sessions"]
    at = Moment(clock.today(), clock.seconds(), app.extensions["settings"].staff_session_minutes)
    with sessions.begin() as session:
        token = open_session(session, account, step=step, at=at)
    client = app.test_client()
    client.set_cookie(COOKIE, token)
    return StaffBrowser(client, account)


def code_now(person: Person) -> str:
    """Return what the person's device shows."""
    return totp.code(person.totp_secret, clock.seconds() // totp.STEP_SECONDS)
