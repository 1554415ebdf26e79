"""Which keys a database belongs to: their marks stand in it, so that others are noticed."""

from collections.abc import Iterable

from sqlalchemy import LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.db import Base
from portal.core.errors import Conflict
from portal.core.keyring import MARK_BYTES, Keyring

# What these keys made ends by itself, or can be made again with others.
REPLACEABLE = frozenset({"cookies", "filing", "statistics"})


class KeyMark(Base):
    """What tells a key of the server from another, without giving it away."""

    __tablename__ = "key_marks"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    mark: Mapped[bytes] = mapped_column(LargeBinary(MARK_BYTES))


def is_bound(session: Session) -> bool:
    """Tell whether the database knows its keys."""
    return session.scalar(select(KeyMark.name).limit(1)) is not None


def bind(session: Session, keyring: Keyring) -> None:
    """Write into a database which keys it belongs to."""
    session.add_all(KeyMark(name=name, mark=mark) for name, mark in keyring.marks.items())
    session.flush()


def replace(session: Session, keyring: Keyring, name: str) -> None:
    """Note that a key was replaced on purpose.

    Raises:
        Conflict: what it locked or signed could never be read or continued with another.
    """
    if name not in REPLACEABLE:
        raise Conflict(f"{name}.key cannot be replaced: what it locked would be lost")
    session.merge(KeyMark(name=name, mark=keyring.marks[name]))
    session.flush()


def find_fault(session: Session, keyring: Keyring) -> str:
    """Return how the keys of this process differ from those of the database; empty: not at all."""
    known = {name: bytes(mark) for name, mark in session.execute(_ALL)}
    if not known:
        return "the database does not know its keys yet: run `database upgrade`"
    if others := sorted(name for name, mark in keyring.marks.items() if known.get(name) != mark):
        return (
            f"other keys than those of this database: {_format_files(others)}."
            " Check keys_dir, or bring the keys from where the portal ran before"
        )
    return ""


_ALL = select(KeyMark.name, KeyMark.mark)


def _format_files(names: Iterable[str]) -> str:
    return ", ".join(f"{name}.key" for name in names)
