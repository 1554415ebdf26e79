"""How often one line may do what is costly for others; the only door to flask_limiter.

An address is never stored: its HMAC under a key of the day leads to a count in memory (or Redis)
for at most an hour. Reporters are never refused for their address (portal/web/load.py protects
their pages), and one that stands for nobody in particular is not counted (portal/web/visitors.py).
"""

from flask import Blueprint, Flask, request
from flask_limiter import Limiter
from limits import RateLimitItem, RateLimitItemPerHour
from limits.storage import Storage

from crypto.secretbox import mac
from portal.core import clock
from portal.core.config import Settings
from portal.web import visitors
from portal.web.counters import Counters, PatientRedis
from portal.web.parts import KEYRING, SETTINGS, Part

# What is limited for one line; the settings say to how much in an hour.
WRONG_SIGN_INS = "wrong-sign-ins"
COSIGNATURES = "cosignatures"

LIMITER: Part[Limiter] = Part("portal_limiter")


def count_attempt(what: str) -> bool:
    """Count one attempt of this line, and tell whether it is within the limit."""
    line = visitors.identify_line()
    return line is None or bool(
        LIMITER.get().limiter.hit(_get_limit(what), what, compute_line_key(line))
    )


def is_used_up(what: str) -> bool:
    """Tell whether this line has come to the limit, without counting."""
    line = visitors.identify_line()
    return line is not None and not LIMITER.get().limiter.test(
        _get_limit(what), what, compute_line_key(line)
    )


def compute_line_key(line: str) -> str:
    """Return what a line is counted under today."""
    keyring = KEYRING.get()
    day = clock.get_today().isoformat().encode()
    return mac(keyring.cookies, b"limits", day, line.encode()).hex()


def get_store() -> Storage:
    """Return the counts that all workers share."""
    return LIMITER.get().limiter.storage


def exempt(app: Flask, *blueprints: Blueprint) -> None:
    """Never refuse a post to these pages for the address that it comes from."""
    limiter = LIMITER.get_from(app)
    for blueprint in blueprints:
        limiter.exempt(blueprint)


def register(app: Flask, settings: Settings) -> None:
    """Count posts of every kind; views call `count_attempt` for what is costlier."""
    visitors.register(app, settings)
    patient: dict[str, str | int] = {"url": settings.redis_url} if settings.redis_url else {}
    scheme = PatientRedis.STORAGE_SCHEME if patient else Counters.STORAGE_SCHEME
    limiter = Limiter(
        _compute_post_key,
        app=app,
        default_limits=[f"{settings.posts_per_hour} per hour"],
        default_limits_exempt_when=_is_uncounted,
        default_limits_per_method=True,
        storage_uri=f"{scheme[0]}://",
        storage_options=patient,
        headers_enabled=False,
    )
    LIMITER.put(app, limiter)


def _get_limit(what: str) -> RateLimitItem:
    settings = SETTINGS.get()
    return RateLimitItemPerHour(getattr(settings, f"{what.replace('-', '_')}_per_hour"))


def _is_uncounted() -> bool:
    return request.method != "POST" or visitors.identify_line() is None


def _compute_post_key() -> str:
    return compute_line_key(visitors.identify_line() or "")
