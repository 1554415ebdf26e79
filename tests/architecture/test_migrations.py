"""The migrations and the models describe the same database, on SQLite and on PostgreSQL."""

import json
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.command import downgrade, upgrade
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from portal.core.db import Base, make_engine
from portal.core.schema import make_configuration
from tests.installation import TABLES

TABLES_ARE_KNOWN = TABLES
ACCOUNT = "a" * 32
# A release and what two bodies say to it, as it stood before texts had one column.
SAID: tuple[tuple[str, dict[str, object]], ...] = (
    ("bodies", {"code": "PROS", "kind": "PROS_SPEC"}),
    ("accounts", {"id": ACCOUNT, "login": "p.head", "role": "head"}),
    ("releases", {"id": 1, "quarter": "2026-q3", "version": 1, "level": "L0"}),
    ("replies", {"id": 1, "kk": "Көп «адам»", "ru": "", "en": "More\nof them", "number": 1}),
    ("replies", {"id": 2, "kk": "", "ru": "Больше", "en": "", "number": None}),
)
COLUMNS = "SELECT kk, ru, en, number FROM replies ORDER BY id"
EMPTY = {
    sa.String: "x",
    sa.Integer: 1,
    sa.Boolean: False,
    sa.Date: date(2026, 12, 9),
    sa.LargeBinary: b"",
}


def put(connection: sa.Connection, table: str, values: dict[str, object]) -> None:
    """Insert a row into a table of an older version; what is not said and needed is anything."""
    known = sa.Table(table, sa.MetaData(), autoload_with=connection, resolve_fks=False)
    needed = {
        column.name: next(value for kind, value in EMPTY.items() if isinstance(column.type, kind))
        for column in known.columns
        if not column.nullable and column.server_default is None
    }
    links = {"release_id": 1, "body_code": "PROS", "author_id": ACCOUNT}
    told = needed | {name: value for name, value in links.items() if name in needed} | values
    connection.execute(known.insert().values(told))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
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


def test_what_bodies_said_is_said_after_an_upgrade_and_after_the_way_back(url: str) -> None:
    engine = make_engine(url)
    upgrade(make_configuration(url), "0014")
    with engine.begin() as connection:
        for table, values in SAID:
            put(connection, table, values)
    upgrade(make_configuration(url), "0015")
    with engine.connect() as connection:
        texts = [
            json.loads(value)
            for value in connection.scalars(text("SELECT texts FROM replies ORDER BY id"))
        ]
        with pytest.raises(DBAPIError, match="final"):
            connection.execute(text("UPDATE replies SET texts = '{}' WHERE id = 1"))
    downgrade(make_configuration(url), "0014")
    with engine.connect() as connection:
        back = [tuple(row) for row in connection.execute(text(COLUMNS))]

    assert texts == [{"kk": "Көп «адам»", "en": "More\nof them"}, {"ru": "Больше"}]
    assert back == [("Көп «адам»", "", "More\nof them", 1), ("", "Больше", "", None)]
    engine.dispose()
