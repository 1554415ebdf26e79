"""The key that the log signs with, and the locked keys of the steps of each case."""

from dataclasses import InitVar, dataclass, field

from crypto import notes
from crypto.notes import VerifierKey
from crypto.secretbox import decrypt, derive_key, encrypt, mac
from crypto.signing import SigningKey
from portal.cases.models import AuditEntry, AuditHead
from portal.core.keyring import Keyring

_SIGNING = b"signing key of the log"
_CASES = b"keys of the steps of cases"
_TRAIL = b"end of the audit trail"


def derive_signing_key(keyring: Keyring) -> SigningKey:
    """Return the private key of the log."""
    return SigningKey(derive_key(keyring.log, _SIGNING))


def derive_public_key(keyring: Keyring, origin: str) -> VerifierKey:
    """Return the key by which anybody checks what the log signed."""
    return notes.derive_verifier_key(origin, derive_signing_key(keyring))


def compute_trail_mark(keyring: Keyring, end: AuditHead | AuditEntry) -> bytes:
    """Return what the log says of the audit trail up to an entry; how long it is stays here."""
    key = derive_key(keyring.log, _TRAIL)
    return mac(key, b"pmp/trail", end.number.to_bytes(8, "big"), end.hash)


def encrypt_blinding_key(keyring: Keyring, case_id: str, blinding_key: bytes) -> bytes:
    """Return the blinding key of a case as it is kept."""
    return encrypt(derive_key(keyring.log, _CASES), blinding_key, case_id.encode())


def decrypt_blinding_key(keyring: Keyring, case_id: str, locked: bytes) -> bytes:
    """Return the blinding key of a case, 32 bytes.

    Raises:
        OpenError: it was altered, or belongs to another case or another portal.
    """
    return decrypt(derive_key(keyring.log, _CASES), locked, case_id.encode())


@dataclass
class BlindingKeys:
    """Opens the blinding keys of many cases, one after another."""

    keyring: InitVar[Keyring]
    _key: bytes = field(init=False, repr=False)

    def __post_init__(self, keyring: Keyring) -> None:
        self._key = derive_key(keyring.log, _CASES)

    def decrypt_key(self, case_id: str, locked: bytes) -> bytes:
        """Return the blinding key of a case, as `decrypt_blinding_key` does."""
        return decrypt(self._key, locked, case_id.encode())
