"""Whom the address of a request stands for: one line, or nobody in particular.

Never one bucket for many: an address that cannot be read, that of this machine or its network, and
that of a proxy which nobody announced say nothing of who is there, so nobody is counted by them.
"""

import logging
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

from flask import Flask, request

from portal.core import clock
from portal.core.config import Settings
from portal.web.parts import SETTINGS
from witness.durable import replace_whole

log = logging.getLogger(__name__)

FORWARDING = ("X-Forwarded-For", "Forwarded", "X-Real-Ip")
PROXY_FILE = "unannounced-proxy"  # in the instance folder: the day it was seen last
NEAR = tuple(
    ip_network(text)
    for text in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "100.64.0.0/10",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
)
_LINE_BITS = 64  # of IPv6 one line has as many addresses as it likes

Address = IPv4Address | IPv6Address


def identify_line() -> str | None:
    """Return the line that the request comes from, None if its address stands for nobody.

    None as well for the onion service, where all come from one Tor beside the portal.
    """
    settings = SETTINGS.get()
    address = read_address(request.remote_addr or "")
    if address is None or is_near(address) or not _is_forwarding_complete(settings):
        return None
    if isinstance(address, IPv6Address):
        return str(ip_network((address.packed, _LINE_BITS), strict=False))
    return str(address)


def read_address(text: str) -> Address | None:
    """Return an address as proxies write it, None if there is none to read.

    Args:
        text: `198.51.100.7`, `198.51.100.7:4711`, `2001:db8::1` or `[2001:db8::1]:4711`.
    """
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def is_near(address: Address) -> bool:
    """Tell whether an address is one of this machine or of a network of its own."""
    return any(address in network for network in NEAR if network.version == address.version)


def find_unannounced_proxy(settings: Settings) -> str:
    """Return the day on which a proxy was noticed that `addresses_behind_proxy` does not count.

    Returns:
        An ISO date, "" if none was.
    """
    if settings.addresses_behind_proxy:
        return ""
    try:
        return (settings.instance / PROXY_FILE).read_text("ascii").strip()
    except OSError:
        return ""


def register(app: Flask, settings: Settings) -> None:
    """Notice a proxy that nobody announced at the first request that it forwards."""
    if settings.addresses_behind_proxy:
        return
    noticed: set[str] = set()  # days

    @app.before_request
    def notice() -> None:
        today = clock.get_today().isoformat()
        if today in noticed or not any(name in request.headers for name in FORWARDING):
            return
        if _is_from_near():
            noticed.add(today)
            _write(settings.instance / PROXY_FILE, today)


def _write(path: Path, today: str) -> None:
    """Keep the day for the command of health, and say it once in the log."""
    is_new = not path.exists()
    try:
        replace_whole(path, f"{today}\n".encode(), private=True)
    except OSError:
        log.warning("it could not be written down that a proxy was noticed: no room, or no right")
    if is_new:
        log.warning(
            "requests come through a proxy that addresses_behind_proxy does not count, so visitors"
            " cannot be told apart: set it to the number of proxies in front of the portal"
        )


def _is_from_near() -> bool:
    address = read_address(request.remote_addr or "")
    return address is None or is_near(address)  # a socket of this machine has a path, or nothing


def _is_forwarding_complete(settings: Settings) -> bool:
    """Tell whether every proxy that was announced said who came to it."""
    said = [
        address
        for address in request.headers.get("X-Forwarded-For", "").split(",")
        if address.strip()
    ]
    return len(said) >= settings.addresses_behind_proxy
