"""Members of staff at their browsers."""

from flask import Flask

from crypto import totp
from portal.accounts.models import Account
from portal.accounts.service.sign_in import Moment, Step, open_session
from portal.core import clock
from portal.core.db import Sessions
from tests.factories import Person
from tests.page import Browser

COOKIE = "staff"


def signed_in(app: Flask, account: Account, *, step: Step = Step.FULL) -> Browser:
    """Return a browser of its own in which somebody is signed in, or has come to a step of it."""
    sessions: Sessions = app.extensions["sessions"]
    at = Moment(clock.today(), clock.seconds(), app.extensions["settings"].staff_session_minutes)
    with sessions.begin() as session:
        token = open_session(session, account, step=step, at=at)
    client = app.test_client()
    client.set_cookie(COOKIE, token)
    return Browser(client)


def code_now(person: Person) -> str:
    """Return what the person's device shows."""
    return totp.code(person.totp_secret, clock.seconds() // totp.STEP_SECONDS)
