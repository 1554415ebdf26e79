"""Table of reporters who came back: a session that says nothing without its cookie."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base


class Visit(Base):
    """A reporter's session: the cookie holds a random token, the row only what it encrypts."""

    __tablename__ = "visits"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)  # case and keys, under the token
    expires: Mapped[int]  # minute
