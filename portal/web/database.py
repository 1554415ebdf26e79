"""The one transaction of a request, and the database session of pages that only read."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from portal.core.db import WRITES
from portal.web.parts import SESSIONS


@contextmanager
def transaction() -> Iterator[Session]:
    """Open a session that may write; commit at the end, or leave no trace if anything is raised."""
    with SESSIONS.get().begin() as session:
        session.connection(execution_options=WRITES)
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """Open a session for a page that changes nothing."""
    with SESSIONS.get()() as session:
        yield session
