"""Which public keys an object is sealed to: of a body, for recovery, of the reporter."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.keys import Recipient, parse_recipient
from crypto.seal import generate_throwaway_recipient
from portal.cases.bodies import PORTAL_BOARD
from portal.cases.models import RECOVERY, UnitKey
from portal.core.errors import NotFound


@dataclass(frozen=True)
class SealingKeys:
    """The keys that one object is sealed to, besides that of the reporter."""

    unit: UnitKey
    recovery: UnitKey

    def choose_recipients(
        self, reporter: Recipient | None
    ) -> tuple[Recipient, Recipient, Recipient]:
        """Return whom to seal to; an object that no reporter reads gets a key that nobody holds."""
        return (
            parse_recipient(self.unit.recipient),
            parse_recipient(self.recovery.recipient),
            reporter or generate_throwaway_recipient(),
        )


def get_current_key(session: Session, body_code: str) -> UnitKey:
    """Return the key of a body that new reports are sealed to.

    Raises:
        NotFound: the body has no key, or only retired ones.
    """
    newest = (
        select(UnitKey)
        .where(UnitKey.body_code == body_code, UnitKey.retired_on.is_(None))
        .order_by(UnitKey.epoch.desc())
        .limit(1)
    )
    key = session.scalar(newest)
    if key is None:
        raise NotFound(f"{body_code} has no key")
    return key


def get_recovery_key(session: Session) -> UnitKey:
    """Return the key by which three of five holders together can open any object.

    Raises:
        NotFound: the portal has none yet.
    """
    return get_current_key(session, RECOVERY)


def get_current_keys(session: Session, body_code: str) -> SealingKeys:
    """Return what a new object for a body is sealed to.

    Raises:
        NotFound: the body, or recovery, has no key.
    """
    return SealingKeys(get_current_key(session, body_code), get_recovery_key(session))


def describe_missing_keys(session: Session) -> str:
    """Return which keys must be there before the first report, and how they are made; or nothing.

    Every report is sealed to recovery; the oversight board takes what nobody else may.
    """
    present = select(UnitKey.body_code).where(
        UnitKey.body_code.in_((RECOVERY, PORTAL_BOARD)), UnitKey.retired_on.is_(None)
    )
    known = set(session.scalars(present))
    if RECOVERY not in known:
        return "there is no recovery key, and every report is sealed to it: run `keys recovery`"
    if PORTAL_BOARD not in known:
        return f"the oversight board has no key: run `keys unit {PORTAL_BOARD}`"
    return ""


def get_pinned_keys(session: Session, unit_id: int, recovery_id: int) -> SealingKeys:
    """Return the keys that a page promised; a later epoch does not change the promise.

    Raises:
        NotFound: one of them is unknown.
    """
    unit, recovery = session.get(UnitKey, unit_id), session.get(UnitKey, recovery_id)
    if unit is None or recovery is None or recovery.body_code != RECOVERY:
        raise NotFound("the keys of a page")
    return SealingKeys(unit, recovery)
