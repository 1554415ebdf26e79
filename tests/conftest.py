"""What every test may ask for: a portal of its own in an empty folder, and things to put in it.

Nothing of the portal is imported before a test asks for it: pure tests start at once.
"""

from __future__ import annotations

import gc
import os
import secrets
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings as examples

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
    from tests.shared import RunFolder

# No test asserts a time: a busy machine is no fault of the portal.
examples.register_profile("portal", deadline=None)
examples.load_profile("portal")


def pytest_collection_finish() -> None:
    """Take what was loaded out of sight of the garbage collector.

    It walked through all of it again and again, which took a quarter of the time of a test.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """What is costly to make, made once for all workers of a run; for reading only."""
    from tests.shared import RunFolder

    own = tmp_path_factory.getbasetemp()
    place = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "shared"
    place.mkdir(exist_ok=True)
    return RunFolder(place)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a small portal: SQLite and files in a folder of this test."""
    from portal.core.config import Settings

    return Settings(instance=tmp_path / "instance", public_url="http://localhost")


@pytest.fixture
def app(settings: Settings, shared: RunFolder) -> Iterator[Flask]:
    """A portal with empty tables. Its errors reach the test."""
    from portal.web.parts import SESSIONS
    from tests.installation import installed_from

    app = installed_from(shared, settings)
    app.testing = True
    sessions: Sessions = SESSIONS.get_from(app)
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
    from bench.hands import Hand
    from portal.cases.signed_acts import set_signer
    from portal.web.parts import SESSIONS

    sessions: Sessions = SESSIONS.get_from(app)
    with sessions() as session:
        set_signer(session, Hand(session))
        yield session


@pytest.fixture
def make(app: Flask, session: Session) -> Make:
    """Makes what a test needs, each already committed."""
    from portal.web.parts import BLOBS, KEYRING
    from tests.factories import Make

    return Make(session, KEYRING.get_from(app), BLOBS.get_from(app))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL server of this test run."""
    from bench import services

    with services.postgresql() as url:
        yield url


@pytest.fixture
def postgresql(postgresql_server: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    from bench import services

    with services.empty_database(postgresql_server, f"t{secrets.token_hex(8)}") as url:
        yield url
