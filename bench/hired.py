"""People who work in the bodies of an installation: those of the demonstration, but fewer."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from portal.accounts.models import Role
from portal.accounts.service.sign_in import Now
from portal.cases.bodies import PORTAL_BOARD, get_body_region, list_bodies
from portal.core import clock
from portal.core.keyring import Keyring
from portal.demonstration.cast import Cast, Post, hire, make_all_secrets

REGION = "KZ-75"
EACH = 2  # members of a body
CODES_AGO = 120  # seconds: the code of now was not used when people came to work


def come_to_work(session: Session, keyring: Keyring, bodies: Sequence[str] = ()) -> Cast:
    """Fill every post of some bodies and of the oversight board, and make all their keys.

    Args:
        session: of a transaction on a database without bodies.
        keyring: the server's keys.
        bodies: codes; none: every national body, and those of one region.
    """
    chosen = bodies or [code for code in list_bodies() if get_body_region(code) in {None, REGION}]
    posts = [
        Post(f"{code.lower().replace('_', '-')}.{number}", _get_role(code), code, printed=False)
        for code in dict.fromkeys((PORTAL_BOARD, *chosen))
        for number in range(1, EACH + 1)
    ]
    at = Now(clock.get_today(), clock.get_seconds() - CODES_AGO, idle_minutes=30)
    return hire(session, posts, make_all_secrets(posts), keyring=keyring, at=at)


def _get_role(code: str) -> Role:
    return Role.OVERSIGHT if code == PORTAL_BOARD else Role.INVESTIGATOR
