"""Tables of staff: accounts, keys, rosters of bodies, sessions, declared links, recusals."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Enum, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.cases.committed_facts import register_table
from portal.cases.models import PublicBody, UnitKey
from portal.core.db import Base
from portal.core.taxonomy import CODE


class Role(StrEnum):
    """What a member of staff may do; accounts.policy says it in full."""

    INVESTIGATOR = "investigator"
    HEAD = "head"
    OVERSIGHT = "oversight"
    ADMINISTRATOR = "administrator"


def _get_values(kind: type[Role]) -> list[str]:
    return [member.value for member in kind]


class RosterMove(StrEnum):
    """How somebody comes onto a roster or goes. Values are stored and never change."""

    FOUND = "found"  # by the ceremony
    ADMIT = "admit"
    REMOVE = "remove"
    LEAVE = "leave"


class Account(Base):
    """A member of staff of one body; an administrator belongs to none and reads no case."""

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[Role] = mapped_column(
        Enum(Role, native_enum=False, length=CODE, values_callable=_get_values)
    )
    body_code: Mapped[str | None] = mapped_column(ForeignKey("bodies.code"))
    active: Mapped[bool]
    made_on: Mapped[date]
    # Sign-in: a password and one-time codes. Neither can unlock a key.
    password: Mapped[str | None] = mapped_column(String(200))  # Argon2id, PHC string
    totp: Mapped[bytes | None] = mapped_column(LargeBinary(80))  # encrypted seed
    totp_counter: Mapped[int]  # last accepted step; a code works once
    invitation: Mapped[bytes | None] = mapped_column(LargeBinary(32))  # hash of a one-time code
    invited_on: Mapped[date | None]
    # Decryption: public key, and the private one under a passphrase the server never sees.
    recipient: Mapped[str | None] = mapped_column(String(2200))
    wrapped_identity: Mapped[str | None] = mapped_column(Text)
    # Whether the owner has shown their key since this sign-in was last given or reset.
    proven: Mapped[bool] = mapped_column(default=False)
    # Signing: public key of who acts; the private one lies in the same file under the passphrase.
    signing: Mapped[bytes | None] = mapped_column(LargeBinary(32))

    body: Mapped[PublicBody | None] = relationship()
    key_copies: Mapped[list["KeyCopy"]] = relationship()
    links: Mapped[list["Link"]] = relationship()

    @property
    def epochs(self) -> set[int]:
        """Return the epochs of the body's keys that this account can open."""
        keys = (copy.unit_key for copy in self.key_copies)
        return {key.epoch for key in keys if key.body_code == self.body_code}


class KeyCopy(Base):
    """The private keys of a body in one epoch, sealed to one member."""

    __tablename__ = "key_copies"
    __table_args__ = (UniqueConstraint("unit_key_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_key_id: Mapped[int] = mapped_column(ForeignKey("unit_keys.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    given_on: Mapped[date]

    unit_key: Mapped[UnitKey] = relationship()


class StaffSession(Base):
    """A signed-in member of staff; the cookie holds a random token, this row its hash."""

    __tablename__ = "staff_sessions"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    step: Mapped[str] = mapped_column(String(8))  # "password" given, or "full"
    tab_key: Mapped[bytes] = mapped_column(LargeBinary(32))  # see static/lib/session.js
    expires: Mapped[int]  # minute

    account: Mapped[Account] = relationship()


class StaffDevice(Base):
    """A browser in which somebody signed in before: tries of strangers do not make it rest."""

    __tablename__ = "staff_devices"

    code: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)  # keyed, of one login
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    expires_on: Mapped[date]


class SignInAttempts(Base):
    """Wrong attempts with one login, of strangers or of one device; of unknown logins alike."""

    __tablename__ = "sign_in_attempts"

    login_code: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)  # keyed code
    failures: Mapped[int]
    last_minute: Mapped[int]
    blocked_until: Mapped[int]  # minute; until then only these rest, nobody else


class Link(Base):
    """A unit that a member of staff served in or is kin to: its cases are closed to them."""

    __tablename__ = "links"
    __table_args__ = (UniqueConstraint("account_id", "unit_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    unit_code: Mapped[bytes] = mapped_column(LargeBinary(16))
    declared_on: Mapped[date]


class Recusal(Base):
    """A member of staff who stays away from one case."""

    __tablename__ = "recusals"
    __table_args__ = (UniqueConstraint("case_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    recused_on: Mapped[date]


register_table(Recusal, "account_id", inside=("recused_on",))


class RosterEntry(Base):
    """A signing key that acts for a body, from a day on and until another."""

    __tablename__ = "roster"
    __table_args__ = (Index("ix_roster_body_code", "body_code", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    body_code: Mapped[str] = mapped_column(ForeignKey("bodies.code"))
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    signing: Mapped[bytes] = mapped_column(LargeBinary(32))
    since: Mapped[date]
    founder: Mapped[bool]  # admitted by the ceremony, by nobody's signature
    until: Mapped[date | None]  # None: acts today


class RosterAct(Base):
    """What made a roster what it is: the ceremony, and signed statements, in their order."""

    __tablename__ = "roster_acts"
    __table_args__ = (Index("ix_roster_acts_body_code", "body_code"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    body_code: Mapped[str] = mapped_column(ForeignKey("bodies.code"))  # whose roster
    act: Mapped[str] = mapped_column(String(CODE))  # RosterMove
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))  # who comes or goes
    signing: Mapped[bytes] = mapped_column(LargeBinary(32))
    done_on: Mapped[date]
    statement: Mapped[str | None] = mapped_column(Text)  # none: the ceremony, or a key replaced
    signature: Mapped[bytes | None] = mapped_column(LargeBinary(64))


class SpentStatement(Base):
    """A statement that was accepted: nobody sends it a second time."""

    __tablename__ = "spent_statements"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    spent_on: Mapped[date] = mapped_column(index=True)
