"""The migrations and the models describe the same database, on SQLite and on PostgreSQL."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.command import downgrade, upgrade
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from portal.core.db import Base, engine_of
from portal.core.schema import configuration


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/portal.sqlite"
    return str(request.getfixturevalue("postgresql"))


def test_upgrading_gives_the_models_and_downgrading_gives_nothing(url: str) -> None:
    engine = engine_of(url)

    upgrade(configuration(url), "head")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []

    downgrade(configuration(url), "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()
