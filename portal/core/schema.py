"""The tables of a database, brought to what this version of the portal needs."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Column, Connection, MetaData, String, Table, insert, inspect, select

if TYPE_CHECKING:
    from alembic.config import Config

ROOT = Path(__file__).parents[2]
VERSIONS = ROOT / "migrations" / "versions"
# The table in which Alembic keeps the number of the last migration that was run.
_NUMBER = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


def make_configuration(url: str) -> "Config":
    """Return how Alembic reaches the migrations and this database."""
    from alembic.config import Config  # noqa: PLC0415 - 12 MiB that no worker of the web needs

    made = Config()
    made.set_main_option("script_location", str(ROOT / "migrations"))
    made.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return made


def bring_up_to_date(url: str) -> None:
    """Run whatever migration is missing; nothing, when there is none."""
    from alembic.command import upgrade  # noqa: PLC0415 - as above

    upgrade(make_configuration(url), "head")


@cache
def get_newest_version() -> str:
    """Return the version of the tables that this code needs: the number of the last migration."""
    return max(path.name for path in VERSIONS.glob("*.py")).partition("_")[0]


def read_version(connection: Connection) -> str | None:
    """Return the version of the tables of a database; none: it has no tables of a portal."""
    if not inspect(connection).has_table(_NUMBER.name):
        return None
    number: str | None = connection.scalar(select(_NUMBER.c.version_num))
    return number


def find_fault(connection: Connection) -> str:
    """Return why this code cannot work with a database, and the way out; empty: it can."""
    version, wanted = read_version(connection), get_newest_version()
    if version is None:
        return (
            "the database has no tables. A new portal: run `database upgrade`."
            " One that was in use: this is another database, or an empty one; restore it"
        )
    if version < wanted:
        return (
            f"the database is older ({version}) than this code ({wanted}): run `database upgrade`"
        )
    if version > wanted:
        return (
            f"the database is newer ({version}) than this code ({wanted}):"
            " install the version of the portal that was in use"
        )
    return ""


def stamp(connection: Connection) -> None:
    """Say that the tables, made from the models, are those of the newest migration."""
    _NUMBER.create(connection)
    connection.execute(insert(_NUMBER).values(version_num=get_newest_version()))
