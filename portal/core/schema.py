"""The tables of a database, brought to what this version of the portal needs."""

from pathlib import Path

from alembic.command import upgrade
from alembic.config import Config

ROOT = Path(__file__).parents[2]


def configuration(url: str) -> Config:
    """Return how Alembic reaches the migrations and this database."""
    made = Config()
    made.set_main_option("script_location", str(ROOT / "migrations"))
    made.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return made


def bring_up_to_date(url: str) -> None:
    """Run whatever migration is missing; nothing, when there is none."""
    upgrade(configuration(url), "head")
