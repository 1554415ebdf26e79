"""What every test may ask for: a portal of its own in an empty folder, and things to put in it.

Nothing of the portal is imported before a test asks for it: pure tests start at once.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings as examples

from portal.web.parts import BLOBS, KEYRING, SESSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

    from portal.core.config import Settings
    from portal.core.db import Sessions
    from tests.factories import Make
    from tests.page import Browser

# No test asserts a time: a busy machine is no fault of the portal.
examples.register_profile("portal", deadline=None)
examples.load_profile("portal")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a small portal: SQLite and files in a folder of this test."""
    from portal.core.config import Settings

    return Settings(instance=tmp_path / "instance", public_url="http://localhost")


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """A portal with empty tables. Its errors reach the test."""
    from tests.installation import installed

    app = installed(settings)
    app.testing = True
    sessions: Sessions = SESSIONS.of(app)
    engine = sessions.kw["bind"]
    yield app
    engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A person's browser without scripts, with its own cookies."""
    return app.test_client()


@pytest.fixture
def browser(client: FlaskClient) -> Browser:
    """The same person; every page that comes is checked (see tests/page.py)."""
    from tests.page import Browser

    return Browser(client)


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A database session; what `make` made is committed, what the test does is not.

    Whoever acts in it signs with a key of their own; nobody looks whether it is on a roster.
    """
    from portal.cases.acts import take
    from tests.hands import Hand

    sessions: Sessions = SESSIONS.of(app)
    with sessions() as session:
        take(session, Hand(session))
        yield session


@pytest.fixture
def make(app: Flask, session: Session) -> Make:
    """Makes what a test needs, each already committed."""
    from tests.factories import Make

    return Make(session, KEYRING.of(app), BLOBS.of(app))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL server of this test run."""
    from tests import services

    with services.postgresql() as url:
        yield url


@pytest.fixture
def postgresql(postgresql_server: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    from tests import services

    with services.empty_database(postgresql_server, f"t{secrets.token_hex(8)}") as url:
        yield url
