"""Whose attempts are counted: each line for itself, and never many people as one."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import redis
from flask import Flask

from bench import services
from portal.core.config import Settings
from portal.web import visitors
from portal.web.counters import Counters
from portal.web.limits import COSIGNATURES, count_attempt, is_used_up
from tests.installation import installed

ONION = "http://" + "a" * 56 + ".onion"
FAR, OTHER = "95.56.1.2", "95.56.3.4"
NEAR = ("127.0.0.1", "::1", "10.1.2.3", "172.17.0.1", "192.168.1.1", "fd00::1", "169.254.0.1")
MOST = 5


@pytest.fixture
def few(settings: Settings) -> Settings:
    """Settings with a low limit."""
    return replace(settings, cosignatures_per_hour=MOST)


@pytest.fixture
def onion(few: Settings) -> Flask:
    return installed(replace(few, onion_url=ONION))


@pytest.fixture
def direct(few: Settings) -> Flask:
    return installed(few)


@pytest.fixture
def proxied(few: Settings) -> Flask:
    return installed(replace(few, addresses_behind_proxy=1))


def tries(app: Flask, **request: object) -> bool:
    """Use up the limit of one address, and tell whether it is still let in."""
    taken = [counted(app, **request) for _ in range(MOST + 1)]
    return taken[-1]


def counted(app: Flask, **request: object) -> bool:
    """Count one attempt as the server would, behind whatever stands in front of it."""
    results: list[bool] = []

    def view() -> str:
        results.append(count_attempt(COSIGNATURES))
        return ""

    app.view_functions["roots.robots"] = view
    app.test_client().get("/robots.txt", **request)
    return results[0]


def near(address: str) -> dict[str, str]:
    return {"REMOTE_ADDR": address}


def test_one_address_uses_up_its_own_limit_and_nobody_elses(onion: Flask) -> None:
    assert not tries(onion, environ_overrides=near(FAR))
    assert counted(onion, environ_overrides=near(OTHER))


def test_looking_at_a_limit_does_not_count(direct: Flask) -> None:
    with direct.test_request_context(environ_overrides=near(FAR)):
        assert not any(is_used_up(COSIGNATURES) for _ in range(3 * MOST))
        assert all(count_attempt(COSIGNATURES) for _ in range(MOST))
        assert is_used_up(COSIGNATURES)


def test_a_line_with_many_addresses_of_ipv6_counts_as_one(onion: Flask) -> None:
    assert not tries(onion, environ_overrides=near("2001:db8:1:2::1"))
    assert not counted(onion, environ_overrides=near("2001:db8:1:2:ffff::9"))
    assert counted(onion, environ_overrides=near("2001:db8:1:3::1"))


def test_visitors_through_tor_share_an_address_and_are_not_counted(onion: Flask) -> None:
    assert tries(onion, base_url=ONION, environ_overrides=near("127.0.0.1"))


def test_whoever_only_says_to_come_through_tor_is_counted(onion: Flask) -> None:
    assert not tries(onion, base_url=ONION, environ_overrides=near(FAR))


@pytest.mark.parametrize("address", [*NEAR, "", "/run/portal.sock", "unknown", "::ffff:10.0.0.1"])
def test_an_address_that_says_nothing_of_who_is_there_is_no_bucket(
    direct: Flask, address: str
) -> None:
    assert tries(direct, environ_overrides=near(address))


def test_behind_a_proxy_visitors_are_told_apart(proxied: Flask) -> None:
    assert not tries(proxied, headers={"X-Forwarded-For": FAR})
    assert counted(proxied, headers={"X-Forwarded-For": OTHER})


@pytest.mark.parametrize(
    ("form", "same", "another"),
    [
        ("198.51.100.{n}:4000{n}", "198.51.100.1:50001", "198.51.100.77:40001"),
        ("198.51.100.{n}", "198.51.100.1", "198.51.100.77"),
        ("[2001:db8:0:{n}::1]:443", "[2001:db8:0:1::9]:1", "[2001:db8:0:77::1]:443"),
        ('"[2001:db8:0:{n}::1]"', "2001:db8:0:1::3", "2001:db8:0:77::1"),
    ],
)
def test_addresses_with_a_port_are_read(proxied: Flask, form: str, same: str, another: str) -> None:
    many = [counted(proxied, headers={"X-Forwarded-For": form.format(n=n)}) for n in range(1, 33)]

    assert all(many)
    assert not tries(proxied, headers={"X-Forwarded-For": form.format(n=1)})
    assert not counted(proxied, headers={"X-Forwarded-For": same})
    assert counted(proxied, headers={"X-Forwarded-For": another})


@pytest.mark.parametrize("said", ["unknown", "_hidden", "1.2.3", "", "[::1", "a:b:c"])
def test_what_a_proxy_says_that_cannot_be_read_is_no_bucket(proxied: Flask, said: str) -> None:
    assert tries(proxied, headers={"X-Forwarded-For": said}, environ_overrides=near("192.0.2.9"))


def test_a_proxy_that_was_announced_and_says_nothing_makes_no_bucket(few: Settings) -> None:
    two = installed(replace(few, addresses_behind_proxy=2))

    assert tries(two, headers={"X-Forwarded-For": FAR}, environ_overrides=near("192.0.2.9"))


def test_what_a_visitor_writes_in_front_of_the_proxys_word_does_not_count(proxied: Flask) -> None:
    assert not tries(proxied, headers={"X-Forwarded-For": f"{OTHER}, {FAR}"})
    assert counted(proxied, headers={"X-Forwarded-For": OTHER})


def test_without_a_proxy_nobody_chooses_their_own_address(direct: Flask) -> None:
    tries(direct, environ_overrides=near(FAR))

    assert not counted(direct, environ_overrides=near(FAR), headers={"X-Forwarded-For": OTHER})


@pytest.mark.parametrize("name", visitors.FORWARDING)
def test_a_proxy_that_nobody_announced_is_noticed_once_and_counts_nobody(
    direct: Flask, few: Settings, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    assert tries(direct, headers={name: FAR}, environ_overrides=near("127.0.0.1"))

    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(told) == 1
    assert "addresses_behind_proxy" in told[0]
    assert FAR not in told[0]
    assert visitors.find_unannounced_proxy(few)
    assert FAR not in (few.instance / visitors.PROXY_FILE).read_text("ascii")
    again = installed(few)
    counted(again, headers={name: FAR}, environ_overrides=near("127.0.0.1"))
    assert len(caplog.records) == 1


def test_a_stranger_cannot_make_the_portal_see_a_proxy(direct: Flask, few: Settings) -> None:
    counted(direct, headers={"X-Forwarded-For": OTHER}, environ_overrides=near(FAR))

    assert not visitors.find_unannounced_proxy(few)


def test_a_proxy_that_was_announced_is_not_noticed(proxied: Flask, few: Settings) -> None:
    counted(proxied, headers={"X-Forwarded-For": OTHER}, environ_overrides=near("127.0.0.1"))

    assert not visitors.find_unannounced_proxy(few)


def test_no_counter_holds_an_address(onion: Flask) -> None:
    tries(onion, environ_overrides=near(FAR))

    storage = onion.extensions["portal_limiter"].limiter.storage
    assert isinstance(storage, Counters)
    assert any(storage._table)
    assert FAR.encode() not in storage._table[:]


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[str]:
    with services.redis(tmp_path) as url:
        yield url


def test_two_workers_that_share_redis_count_together(few: Settings, shared: str) -> None:
    workers = [installed(replace(few, redis_url=shared)) for _ in range(2)]
    result = [
        counted(workers[number % 2], environ_overrides=near(FAR)) for number in range(MOST + 2)
    ]

    assert result == [True] * MOST + [False] * 2
    assert all(counted(worker, environ_overrides=near(OTHER)) for worker in workers)
    keys = redis.from_url(shared.removeprefix("redis+")).keys()
    assert keys
    assert not [key for key in keys if FAR.encode() in key]


def test_a_store_of_counters_that_is_away_stops_nobody_and_limits_go_on(
    few: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    app = installed(replace(few, redis_url="redis://127.0.0.1:1"))

    assert not tries(app, environ_overrides=near(FAR))
    assert app.test_client().post("/en/case/enter", environ_overrides=near(FAR)).status_code == 422
    assert len([record for record in caplog.records if "Redis" in record.getMessage()]) == 1
    assert FAR not in caplog.text


def test_whoever_posts_too_often_is_told_to_wait_but_never_a_reporter(few: Settings) -> None:
    client = installed(replace(few, posts_per_hour=2)).test_client()
    far = near(FAR)

    def posted(url: str) -> list[int]:
        return [client.post(url, environ_overrides=far).status_code for _ in range(4)]

    assert posted("/en/staff/welcome") == [422, 422, 429, 429]
    for url in ("/en/report/write", "/en/report/file", "/en/case/enter", "/en/case/message"):
        assert 429 not in posted(url)
