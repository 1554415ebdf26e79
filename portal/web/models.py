"""The table of what may be used only once, whichever worker it comes to."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base


class UsedTurn(Base):
    """A turn of a time of load that was used; nothing leads from it to who used it."""

    __tablename__ = "used_turns"

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)  # random
    expires: Mapped[int]  # minute after which the turn is too old anyway
