"""The database: durable, checked, silent about values, one writer at a time."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from portal.cases.models import PublicBody
from portal.core.db import WRITES, Base, Sessions, make_sessions


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Sessions]:
    made = make_sessions(f"sqlite:///{tmp_path}/portal.sqlite")
    Base.metadata.create_all(made.kw["bind"], tables=[Base.metadata.tables["bodies"]])
    yield made
    made.kw["bind"].dispose()


def pragma(session: Session, name: str) -> object:
    return session.execute(text(f"PRAGMA {name}")).scalar()


def test_sqlite_commits_to_the_disk_and_erases_what_is_deleted(opened: Sessions) -> None:
    with opened() as session:
        assert pragma(session, "journal_mode") == "wal"
        assert pragma(session, "synchronous") == 2
        assert pragma(session, "foreign_keys") == 1
        assert pragma(session, "secure_delete") == 1


def test_a_writing_transaction_takes_the_lock_at_once(opened: Sessions) -> None:
    with opened() as first, opened() as second:
        first.connection(execution_options=WRITES)
        second.connection().exec_driver_sql("PRAGMA busy_timeout = 1")
        second.rollback()

        with pytest.raises(OperationalError):
            second.connection(execution_options=WRITES)


def test_an_error_of_the_database_does_not_print_what_was_written(opened: Sessions) -> None:
    with opened() as session:
        session.add(PublicBody(code="X", kind="secret-word", region="KZ-75"))
        session.commit()
    with opened() as session:
        session.add(PublicBody(code="X", kind="secret-word", region=None))
        with pytest.raises(IntegrityError) as raised:
            session.flush()

    assert "secret-word" not in str(raised.value)
