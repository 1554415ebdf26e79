"""Three invented witnesses of the public log, two of whom are needed; they see it once."""

from sqlalchemy.orm import Session

from crypto import checkpoint, cosignature, notes
from crypto.secretbox import derive_key
from crypto.signing import SigningKey
from portal.transparency import queries
from portal.transparency.models import LogCosignature
from portal.transparency.policy import PolicyFile, Witness
from portal.transparency.writing.log_keys import derive_public_key
from portal.transparency.writing.service import Log

NAMES = ("law-school.example/witness", "newsroom.example/witness", "ombudsman.example/witness")
NEEDED = 2


def make_policy(log: Log) -> PolicyFile:
    """Return whose word on the log is asked for in a demonstration."""
    known = (
        Witness(cosignature.derive_witness_key(name, _derive_key(log, name))) for name in NAMES
    )
    return PolicyFile((derive_public_key(log.keyring, log.origin),), tuple(known), NEEDED)


def see(session: Session, log: Log, *, seconds: int) -> None:
    """Let every witness cosign the newest state of the log.

    Args:
        session: of a transaction that writes.
        log: which.
        seconds: since 1970, by the witnesses' clocks.
    """
    newest = queries.find_latest(session)
    if newest is None:
        return
    seen = checkpoint.parse(notes.parse(newest.note).text)
    for name in NAMES:
        line = cosignature.cosign(seen, name, _derive_key(log, name), seconds)
        session.add(
            LogCosignature(size=newest.size, witness=name, key_id=line.key_id, line=line.line)
        )


def _derive_key(log: Log, name: str) -> SigningKey:
    """Return the key of a witness; a real one is on another machine, and nobody's business."""
    return SigningKey(derive_key(log.keyring.log, f"demonstration {name}".encode()))
