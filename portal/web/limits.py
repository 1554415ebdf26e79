"""How often one line may do what is costly for others; the only door to flask_limiter.

An address is never stored: its HMAC under a key of the day leads to a count in memory (or Redis)
for at most an hour. Reporters are never refused for their address (portal/web/load.py protects
their pages), and one that stands for nobody in particular is not counted (portal/web/visitors.py).
"""

from flask import Blueprint, Flask, current_app, request
from flask_limiter import Limiter
from limits import RateLimitItem, RateLimitItemPerHour
from limits.storage import Storage

from crypto.vault import keyed
from portal.core import clock
from portal.core.config import Settings
from portal.core.keyring import Keyring
from portal.web import visitors
from portal.web.counters import Counters, PatientRedis

# What is limited for one line; the settings say to how much in an hour.
WRONG_SIGN_INS = "wrong-sign-ins"
COSIGNATURES = "cosignatures"


def allows(what: str) -> bool:
    """Count one attempt of this line, and tell whether it is within the limit."""
    line = visitors.line()
    return line is None or bool(_limiter().limiter.hit(_limit(what), what, line_key(line)))


def is_used_up(what: str) -> bool:
    """Tell whether this line has come to the limit, without counting."""
    line = visitors.line()
    return line is not None and not _limiter().limiter.test(_limit(what), what, line_key(line))


def line_key(line: str) -> str:
    """Return what a line is counted under today."""
    keyring: Keyring = current_app.extensions["keyring"]
    day = clock.today().isoformat().encode()
    return keyed(keyring.cookies, b"limits", day, line.encode()).hex()


def store() -> Storage:
    """Return the counts that all workers share."""
    return _limiter().limiter.storage


def exempt(app: Flask, *blueprints: Blueprint) -> None:
    """Never refuse a post to these pages for the address that it comes from."""
    limiter: Limiter = app.extensions["portal_limiter"]
    for blueprint in blueprints:
        limiter.exempt(blueprint)


def register(app: Flask, settings: Settings) -> None:
    """Count posts of every kind; views ask `allows` for what is costlier."""
    visitors.register(app, settings)
    patient: dict[str, str | int] = {"url": settings.redis_url} if settings.redis_url else {}
    scheme = PatientRedis.STORAGE_SCHEME if patient else Counters.STORAGE_SCHEME
    app.extensions["portal_limiter"] = Limiter(
        _post_key,
        app=app,
        default_limits=[f"{settings.posts_per_hour} per hour"],
        default_limits_exempt_when=_counts_nothing,
        default_limits_per_method=True,
        storage_uri=f"{scheme[0]}://",
        storage_options=patient,
        headers_enabled=False,
    )


def _limiter() -> Limiter:
    found: Limiter = current_app.extensions["portal_limiter"]
    return found


def _limit(what: str) -> RateLimitItem:
    settings: Settings = current_app.extensions["settings"]
    return RateLimitItemPerHour(getattr(settings, f"{what.replace('-', '_')}_per_hour"))


def _counts_nothing() -> bool:
    return request.method != "POST" or visitors.line() is None


def _post_key() -> str:
    return line_key(visitors.line() or "")
