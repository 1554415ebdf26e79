"""The migrations and the models describe the same database, on SQLite and on PostgreSQL."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.command import downgrade, upgrade
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from portal.core.db import Base, make_engine
from portal.core.schema import make_configuration
from tests.installation import TABLES

TABLES_ARE_KNOWN = TABLES


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/portal.sqlite"
    return str(request.getfixturevalue("postgresql"))


def test_upgrading_gives_the_models_and_downgrading_gives_nothing(url: str) -> None:
    engine = make_engine(url)

    upgrade(make_configuration(url), "head")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []

    downgrade(make_configuration(url), "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()


def test_both_refuse_to_change_what_is_final(url: str) -> None:
    engine = make_engine(url)
    definitions = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    }[engine.dialect.name]

    def triggers() -> list[str]:
        with engine.connect() as connection:
            scalar_result = connection.execute(text(definitions)).scalars()
            return sorted(" ".join(item.split()) for item in scalar_result)

    upgrade(make_configuration(url), "head")
    migrated = triggers()
    downgrade(make_configuration(url), "base")
    Base.metadata.create_all(engine)

    assert migrated
    assert triggers() == migrated
    engine.dispose()
