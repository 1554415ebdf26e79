"""What tests of published figures ask for."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.core.config import Settings
from portal.statistics.attacks.population import Population, make
from portal.statistics.attacks.synthetic_release import SyntheticRelease, publish_all
from portal.statistics.catalogue.tables import LEVELS
from portal.web.parts import SETTINGS
from tests.installation import keyed
from tests.shared import RunFolder
from tests.statistics.auditing.worlds import AuditedPortal, published_world
from tests.statistics.histories import NAMES, Histories, QuarterPublisher
from tests.statistics.site.pages import shelf

A_YEAR = {"L0": 1_000, "L1": 4_000, "L2": 8_000}
QUARTERS = 5


@pytest.fixture
def histories(session: Session) -> Histories:
    """Writes cases that went through this and that."""
    return Histories(session)


@pytest.fixture
def press(app: Flask, session: Session) -> QuarterPublisher:
    """Publishes quarters, their pages as names only."""
    return QuarterPublisher(app, session, NAMES)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuditedPortal]:
    """A portal whose quarter went through the real services; a test leaves it as it was."""
    with published_world(tmp_path_factory.mktemp("audited") / "instance") as world:
        yield world


@pytest.fixture(scope="session")
def printer(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A portal that prints, without a single table in its database."""
    instance = tmp_path_factory.mktemp("printer")
    return keyed(Settings(instance=instance, public_url="http://localhost"))


@pytest.fixture(scope="session")
def shelf_of_releases(printer: Flask, shared: RunFolder) -> Path:
    """A folder with the releases of 2026-q3 and 2026-q4: invented numbers, all pages."""
    return shelf.two_releases(printer, shared)


@pytest.fixture
def shelved(app: Flask, shelf_of_releases: Path) -> Path:
    """The same as the releases of this portal; to be read only."""
    place: Path = SETTINGS.get_from(app).instance / "releases"
    place.symlink_to(shelf_of_releases)
    return place


@pytest.fixture(scope="session")
def populations(shared: RunFolder) -> dict[str, Population]:
    """Return cases for each level, fewer than the level is for: a harder task."""
    return shared.value(
        "populations",
        lambda: {level: make(level, a_year=A_YEAR[level], quarters=QUARTERS) for level in LEVELS},
    )


@pytest.fixture(scope="session")
def releases(
    shared: RunFolder, populations: dict[str, Population]
) -> dict[str, Sequence[SyntheticRelease]]:
    """Return the releases of these cases."""
    return shared.value(
        "synthetic-releases",
        lambda: {level: publish_all(populations[level], level) for level in LEVELS},
    )
