"""The tables of a database, brought to what this version of the portal needs."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.config import Config

ROOT = Path(__file__).parents[2]


def configuration(url: str) -> "Config":
    """Return how Alembic reaches the migrations and this database."""
    from alembic.config import Config  # noqa: PLC0415 - 12 MiB that no worker of the web needs

    made = Config()
    made.set_main_option("script_location", str(ROOT / "migrations"))
    made.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return made


def bring_up_to_date(url: str) -> None:
    """Run whatever migration is missing; nothing, when there is none."""
    from alembic.command import upgrade  # noqa: PLC0415 - as above

    upgrade(configuration(url), "head")
