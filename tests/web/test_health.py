"""The command of health says each fault in one line, with its remedy."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text, update

from portal.app import create_app
from portal.cases.bodies import PORTAL_BOARD
from portal.cases.models import UnitKey
from portal.core.config import Settings
from portal.web.parts import SESSIONS
from tests.factories import TODAY, Make

pytestmark = pytest.mark.usefixtures("ready")
FORWARDED = {"X-Forwarded-For": "95.56.1.2"}


@pytest.fixture
def ready(make: Make) -> None:
    """Everything is there that reports need."""
    make.portal()


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


def test_why_nothing_is_served_is_said_beside_other_faults(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    assert run(app)[0] == 0
    lost = replace(settings, keys_dir=str(tmp_path / "lost"), free_mebibytes=1 << 40)

    status, told = run(create_app(lost))

    assert status == 1
    assert len(told) == 2
    assert "nothing is served" in told[0]
    assert "`keyring make`" in told[0]
    assert "free_mebibytes" in told[1]


def test_tables_of_another_version_are_said(app: Flask, settings: Settings) -> None:
    with SESSIONS.get_from(app).begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    status, told = run(create_app(settings))

    assert (status, len(told)) == (1, 1)
    assert "`database upgrade`" in told[0]


def test_a_key_that_reports_need_is_missed(app: Flask, settings: Settings) -> None:
    with SESSIONS.get_from(app).begin() as session:
        session.execute(
            update(UnitKey).where(UnitKey.body_code == PORTAL_BOARD).values(retired_on=TODAY)
        )

    status, told = run(create_app(settings))

    assert (status, len(told)) == (1, 1)
    assert "the pages of intake are not served" in told[0]
    assert f"`keys unit {PORTAL_BOARD}`" in told[0]
