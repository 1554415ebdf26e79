"""Post-quantum age keys: recipients to seal to, identities to open with."""

import secrets
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import shake_256

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey

from crypto import bech32
from crypto.errors import FormatError

SEED_BYTES = 32
MLKEM_SEED_BYTES = 64
MLKEM_PUBLIC_BYTES = 1184
PUBLIC_BYTES = MLKEM_PUBLIC_BYTES + 32
RECIPIENT_PREFIX = "age1pq"
IDENTITY_PREFIX = "age-secret-key-pq-"
# Any private key shows whether a point is of low order; this one keeps no secret.
_PROBE = X25519PrivateKey.from_private_bytes(bytes(range(32)))


@dataclass(frozen=True)
class Recipient:
    """A public key that objects are sealed to.

    raw is 1216 bytes: ML-KEM-768 encapsulation key (1184), X25519 public key (32).
    """

    raw: bytes = field(repr=False)

    @cached_property
    def text(self) -> str:
        """The recipient as age writes it: "age1pq1…", 1959 characters."""
        return bech32.encode(RECIPIENT_PREFIX, self.raw)

    @cached_property
    def key(self) -> MLKEM768X25519PublicKey:
        """The key in the form HPKE wants."""
        return MLKEM768X25519PublicKey(*_split_public_key(self.raw))


@dataclass(frozen=True)
class Identity:
    """A private key that opens what was sealed to its recipient; seed is 32 secret bytes."""

    seed: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """The identity as age writes it: "AGE-SECRET-KEY-PQ-1…", 77 characters. Secret."""
        return bech32.encode(IDENTITY_PREFIX, self.seed).upper()

    @cached_property
    def key(self) -> MLKEM768X25519PrivateKey:
        """The key in the form HPKE wants."""
        return MLKEM768X25519PrivateKey(*self._parts)

    @cached_property
    def recipient(self) -> Recipient:
        """The public half."""
        mlkem, x25519 = self._parts
        return Recipient(
            mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        )

    @property
    def _parts(self) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
        expanded = shake_256(self.seed).digest(MLKEM_SEED_BYTES + 32)
        return (
            MLKEM768PrivateKey.from_seed_bytes(expanded[:MLKEM_SEED_BYTES]),
            X25519PrivateKey.from_private_bytes(expanded[MLKEM_SEED_BYTES:]),
        )


def generate_identity() -> Identity:
    """Make a new key pair from the operating system's randomness.

    Returns:
        An identity; its recipient is public.

    Source: draft-connolly-cfrg-xwing-kem section 5.2.
    """
    return derive_identity(secrets.token_bytes(SEED_BYTES))


def derive_identity(seed: bytes) -> Identity:
    """Make the key pair that belongs to a seed.

    Args:
        seed: 32 secret bytes, uniformly random or derived as if they were.

    Returns:
        Always the same identity for the same seed.

    Raises:
        FormatError: the seed is not 32 bytes long.

    Source: draft-connolly-cfrg-xwing-kem section 5.2 (SHAKE256 expands the seed).
    """
    if len(seed) != SEED_BYTES:
        raise FormatError("a seed is 32 bytes")
    return Identity(seed)


@lru_cache(maxsize=512)  # public data only
def parse_recipient(text: str) -> Recipient:
    """Read a public key, and make sure that sealing to it cannot fail later.

    Args:
        text: "age1pq1…" in lower case, 1959 characters.

    Returns:
        The recipient. The same text gives the same object again, as reading takes a millisecond.

    Raises:
        FormatError: not strict Bech32, not 1216 bytes, an ML-KEM key with coefficients out of
            range, or an X25519 point of low order.

    Source: c2sp.org/age; FIPS 203 section 7.2; RFC 7748 section 6.1.
    """
    recipient = Recipient(bech32.decode(RECIPIENT_PREFIX, text, PUBLIC_BYTES))
    try:
        _, x25519 = _split_public_key(recipient.raw)
        _PROBE.exchange(x25519)
    except ValueError as error:
        raise FormatError("not a valid public key") from error
    return recipient


def parse_identity(text: str) -> Identity:
    """Read a private key. Nothing of it is kept.

    Args:
        text: "AGE-SECRET-KEY-PQ-1…" in upper case, 77 characters.

    Returns:
        The identity.

    Raises:
        FormatError: not strict Bech32, or not 32 bytes.

    Source: c2sp.org/age.
    """
    if text != text.upper():
        raise FormatError("an identity is written in upper case")
    return Identity(bech32.decode(IDENTITY_PREFIX, text.lower(), SEED_BYTES))


def _split_public_key(raw: bytes) -> tuple[MLKEM768PublicKey, X25519PublicKey]:
    return (
        MLKEM768PublicKey.from_public_bytes(raw[:MLKEM_PUBLIC_BYTES]),
        X25519PublicKey.from_public_bytes(raw[MLKEM_PUBLIC_BYTES:]),
    )
