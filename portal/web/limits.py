"""How often one address may do what is costly; the only door to flask_limiter.

An address is never stored: its HMAC under a key of the day is counted in memory (or Redis) for
some minutes. Visitors through the onion service all share one address, so there the limits do
not count at all: they would let one person shut out the rest.
"""

import logging
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from flask_limiter import Limiter
from limits import parse
from limits.errors import StorageError

from crypto.vault import keyed
from portal.core import clock
from portal.core.config import Settings
from portal.core.keyring import Keyring
from portal.web.counters import Counters

log = logging.getLogger(__name__)

# What is limited, and to how much for one address.
FILING = "filing"
RECEIPT = "receipt"
SIGN_IN = "sign-in"
COSIGNATURE = "cosignature"
POSTS = "posts"
LIMITS = {
    FILING: "30 per hour",
    RECEIPT: "60 per hour",
    SIGN_IN: "60 per hour",
    COSIGNATURE: "60 per hour",
    POSTS: "3000 per hour",
}


def _address_key() -> str:
    """Return what an address is counted under today."""
    keyring: Keyring = current_app.extensions["keyring"]
    day = clock.today().isoformat().encode()
    return keyed(keyring.cookies, b"limits", day, _line(request.remote_addr).encode()).hex()


def _line(address: str | None) -> str:
    """Return whom an address stands for: of IPv6 one line has as many as it likes, a whole /64."""
    try:
        known = ip_address(address or "")
    except ValueError:
        return ""  # a socket of this machine
    if not isinstance(known, IPv6Address):
        return str(known)
    return str(known.ipv4_mapped or ip_network((known.packed, 64), strict=False))


def _by_onion() -> bool:
    """Tell whether the onion service of this portal brought the request.

    Anybody can write its name into a request, but only a Tor beside the portal, or the proxy in
    front of it, has an address of this machine or its own network.
    """
    settings: Settings = current_app.extensions["settings"]
    named = bool(settings.onion_url) and request.host == urlsplit(settings.onion_url).netloc
    return named and _is_near(request.remote_addr)


def _is_near(address: str | None) -> bool:
    try:
        return address is None or ip_address(address).is_private
    except ValueError:
        return True  # a socket of this machine has a path, or nothing, in its place


def _counts_nothing() -> bool:
    return request.method != "POST" or _by_onion()


def allows(what: str) -> bool:
    """Count one attempt of this address, and tell whether it is within the limit."""
    if _by_onion():
        return True
    limiter: Limiter = current_app.extensions["portal_limiter"]
    try:
        return bool(limiter.limiter.hit(parse(LIMITS[what]), what, _address_key()))
    except StorageError:
        log.warning("attempts are not counted: their store does not answer")
        return True


def register(app: Flask, settings: Settings) -> None:
    """Count posts of every kind; views ask `allows` for what is costlier."""
    app.extensions["portal_limiter"] = Limiter(
        _address_key,
        app=app,
        default_limits=[LIMITS[POSTS]],
        default_limits_exempt_when=_counts_nothing,
        default_limits_per_method=True,
        storage_uri=settings.redis_url or f"{Counters.STORAGE_SCHEME[0]}://",
        storage_options={"wrap_exceptions": True},
        swallow_errors=True,  # no report waits because the store of the counters is away
        headers_enabled=False,
    )
