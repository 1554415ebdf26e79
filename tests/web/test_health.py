"""The command of health says each fault in one line, with its remedy."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from portal.app import create_app
from portal.core.config import Settings

FORWARDED = {"X-Forwarded-For": "95.56.1.2"}


def run(app: Flask) -> tuple[int, list[str]]:
    result = app.test_cli_runner().invoke(args=["health"])
    return result.exit_code, result.output.splitlines()


def test_a_portal_without_faults_is_well(app: Flask) -> None:
    assert run(app) == (0, ["well"])


def test_a_proxy_that_nobody_announced_is_said_until_it_is_announced(
    app: Flask, settings: Settings
) -> None:
    app.test_client().get("/robots.txt", headers=FORWARDED)

    status, told = run(app)
    assert status == 1
    assert len(told) == 1
    assert "addresses_behind_proxy" in told[0]
    assert "95.56" not in told[0]
    assert run(create_app(replace(settings, addresses_behind_proxy=1))) == (0, ["well"])


@pytest.mark.parametrize(
    ("given", "remedy"),
    [
        ({"redis_url": "redis://127.0.0.1:1"}, "redis_url"),
        ({"free_mebibytes": 1 << 40}, "free_mebibytes"),
    ],
)
def test_what_is_away_or_full_is_said_with_its_remedy(
    app: Flask, settings: Settings, given: dict[str, Any], remedy: str
) -> None:
    assert run(app)[0] == 0

    status, told = run(create_app(replace(settings, **given)))

    assert status == 1
    assert len(told) == 1
    assert remedy in told[0]
