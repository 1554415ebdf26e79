"""Whose attempts are counted: each address for itself, whatever a request says of itself."""

from dataclasses import replace
from pathlib import Path

import pytest
import redis
from flask import Flask

from portal.core.config import Settings
from portal.web.limits import LIMITS, POSTS, SIGN_IN, allows
from tests import services
from tests.factories import Make
from tests.installation import installed
from tests.intake.steps import needed, send, write_page
from tests.page import Browser

ONION = "http://" + "a" * 56 + ".onion"
FAR, OTHER = "95.56.1.2", "95.56.3.4"
MOST = int(LIMITS[SIGN_IN].split()[0])


@pytest.fixture
def onion(settings: Settings) -> Flask:
    return installed(replace(settings, onion_url=ONION))


@pytest.fixture
def proxied(settings: Settings) -> Flask:
    return installed(replace(settings, addresses_behind_proxy=1))


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


def test_a_line_with_many_addresses_of_ipv6_counts_as_one(onion: Flask) -> None:
    assert not tries(onion, environ_overrides=near("2001:db8:1:2::1"))
    assert not counted(onion, environ_overrides=near("2001:db8:1:2:ffff::9"))
    assert counted(onion, environ_overrides=near("2001:db8:1:3::1"))


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


def test_no_counter_holds_an_address(onion: Flask) -> None:
    client = onion.test_client()
    tries(onion, environ_overrides=near(FAR))
    client.post("/en/case/enter", environ_overrides=near(FAR))

    storage = onion.extensions["portal_limiter"].limiter.storage
    held = repr(
        {
            name: dict(value) if isinstance(value, dict) else value
            for name, value in vars(storage).items()
        }
    )
    assert SIGN_IN in held
    assert FAR not in held


def test_two_workers_that_share_redis_count_together(settings: Settings, tmp_path: Path) -> None:
    with services.redis(tmp_path) as url:
        workers = [installed(replace(settings, redis_url=url)) for _ in range(2)]
        found = [
            counted(workers[number % 2], environ_overrides=near(FAR)) for number in range(MOST + 2)
        ]

        assert found == [True] * MOST + [False] * 2
        assert all(counted(one, environ_overrides=near(OTHER)) for one in workers)
        keys = redis.from_url(url.removeprefix("redis+")).keys()
        assert keys
        assert not [key for key in keys if FAR.encode() in key]


def test_a_store_of_counters_that_is_away_stops_nobody(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    app = installed(replace(settings, redis_url="redis://127.0.0.1:1"))

    assert counted(app, environ_overrides=near(FAR))
    assert app.test_client().post("/en/case/enter", environ_overrides=near(FAR)).status_code == 422
    assert "not counted" in caplog.text
    assert FAR not in caplog.text


def test_whoever_posts_too_often_gets_the_text_back(
    settings: Settings, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.portal("KNB_AC")
    monkeypatch.setitem(LIMITS, POSTS, "2 per hour")
    browser = Browser(installed(settings).test_client())
    page = write_page(browser)
    typed = {**needed("bribery"), "what_happened": "кактус words of a person & more"}
    answers = [send(browser, page, {**typed, "danger_now": ""}, status=422) for _ in range(2)]

    again = send(browser, page, typed, status=429)

    assert "кактус words of a person &amp; more" in again
    assert len(answers) == 2
