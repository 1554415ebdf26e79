"""Whose attempts are counted: each address for itself, whatever a request says of itself."""

from dataclasses import replace

import pytest
from flask import Flask

from portal.app import create_app
from portal.core.config import Settings
from portal.web.limits import LIMITS, SIGN_IN, allows

ONION = "http://" + "a" * 56 + ".onion"
FAR, OTHER = "95.56.1.2", "95.56.3.4"
MOST = int(LIMITS[SIGN_IN].split()[0])


@pytest.fixture
def onion(settings: Settings) -> Flask:
    return create_app(replace(settings, onion_url=ONION))


@pytest.fixture
def proxied(settings: Settings) -> Flask:
    return create_app(replace(settings, addresses_behind_proxy=1))


def tries(app: Flask, **request: object) -> bool:
    """Use up the limit of one address, and tell whether it is still let in."""
    taken = [counted(app, **request) for _ in range(MOST + 1)]
    return taken[-1]


def counted(app: Flask, **request: object) -> bool:
    """Count one attempt as the server would, behind whatever stands in front of it."""
    found: list[bool] = []

    def view() -> str:
        found.append(allows(SIGN_IN))
        return ""

    app.view_functions["roots.robots"] = view
    app.test_client().get("/robots.txt", **request)
    return found[0]


def near(address: str) -> dict[str, str]:
    return {"REMOTE_ADDR": address}


def test_one_address_uses_up_its_own_limit_and_nobody_elses(onion: Flask) -> None:
    assert not tries(onion, environ_overrides=near(FAR))
    assert counted(onion, environ_overrides=near(OTHER))


def test_visitors_through_tor_share_an_address_and_are_not_counted(onion: Flask) -> None:
    assert tries(onion, base_url=ONION, environ_overrides=near("127.0.0.1"))


def test_whoever_only_says_to_come_through_tor_is_counted(onion: Flask) -> None:
    assert not tries(onion, base_url=ONION, environ_overrides=near(FAR))


def test_behind_a_proxy_visitors_are_told_apart(proxied: Flask) -> None:
    assert not tries(proxied, headers={"X-Forwarded-For": FAR})
    assert counted(proxied, headers={"X-Forwarded-For": OTHER})


def test_what_a_visitor_writes_in_front_of_the_proxys_word_does_not_count(proxied: Flask) -> None:
    assert not tries(proxied, headers={"X-Forwarded-For": f"{OTHER}, {FAR}"})
    assert counted(proxied, headers={"X-Forwarded-For": OTHER})


def test_without_a_proxy_nobody_chooses_their_own_address(onion: Flask) -> None:
    tries(onion, environ_overrides=near(FAR))

    assert not counted(onion, environ_overrides=near(FAR), headers={"X-Forwarded-For": OTHER})
