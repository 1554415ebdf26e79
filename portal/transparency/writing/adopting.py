"""What was signed and accepted, taken from a database where no state lies beside the portal."""

from contextlib import suppress

from sqlalchemy.orm import Session

from crypto import checkpoint, notes
from crypto.errors import CryptoError
from portal.cases.trailmark import TrailMark, TrailPosition, get_trail_position
from portal.core.errors import Conflict
from portal.transparency import queries
from portal.transparency.writing import signed
from portal.transparency.writing.log_keys import derive_public_key
from portal.transparency.writing.service import Log
from portal.transparency.writing.signed import NOTHING


def begin(session: Session, log: Log, mark: TrailMark) -> None:
    """Begin the state of a database that never had one.

    A new key signed nothing; `keyring make` says so. A database from before there was a state has
    states that were signed, and nothing else is known of them.

    Raises:
        Conflict: another key signed its log.
    """
    newest = queries.find_latest(session)
    if newest is not None:
        key = derive_public_key(log.keyring, log.origin)
        try:
            checkpoint.verify(notes.parse(newest.note), [key])
        except CryptoError:
            raise Conflict(
                "log.key did not sign the log of this database: bring its keys"
            ) from None
        if not log.states.path.exists():
            log.states.write(newest.note)
        signed.check(session, log.states, key)
    if not mark.path.exists():
        mark.begin(get_trail_position(session))


def adopt(session: Session, log: Log, mark: TrailMark, *, entries: int, acts: int) -> None:
    """Take the state from a database, because it was lost everywhere else.

    Args:
        session: to read with.
        log: which.
        mark: of the trail.
        entries: as many as the log has at the place where it is newest.
        acts: the same of the trail.

    Raises:
        Conflict: the database has others, or the state is there and knows of more.
    """
    here = get_trail_position(session)
    if (size := queries.count_entries(session)) != entries or here.number != acts:
        raise Conflict(f"this database has {size} entries of the log, {here.number} of the trail")
    key = derive_public_key(log.keyring, log.origin)
    newest = queries.find_latest(session)
    if not log.states.path.exists():
        signed.check_published(session, log.states, key)
        log.states.write(newest.note if newest else NOTHING)
    signed.check(session, log.states, key)
    _adopt_trail(mark, here)


def _adopt_trail(mark: TrailMark, here: TrailPosition) -> None:
    known = None
    with suppress(Conflict):
        known = mark.read()
    if known is not None and (known.number > here.number or _is_fork(known, here)):
        raise Conflict(f"the trail had come to {known.number}: this database is older, or another")
    mark.begin(here)


def _is_fork(known: TrailPosition, here: TrailPosition) -> bool:
    return known.number == here.number and known.hash != here.hash
