"""ML-DSA-44: signatures that a quantum computer cannot forge; witnesses cosign with them."""

import secrets
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from crypto.errors import FormatError, OpenError

SEED_BYTES = 32
PUBLIC_BYTES = 1312
SIGNATURE_BYTES = 2420


@dataclass(frozen=True)
class MldsaKey:
    """A private key; seed is 32 secret bytes."""

    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_BYTES:
            raise FormatError("a seed is 32 bytes")

    @cached_property
    def public(self) -> bytes:
        """The public key: 1312 bytes."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Sign a message.

        Args:
            message: Any bytes. Begin them with a label, so that no signature fits two purposes.

        Returns:
            2420 bytes, others each time.

        Source: FIPS 204 section 5.2, with an empty context.
        """
        return self._key.sign(message)

    @cached_property
    def _key(self) -> MLDSA44PrivateKey:
        return MLDSA44PrivateKey.from_seed_bytes(self.seed)


def generate_mldsa_key() -> MldsaKey:
    """Make a new key from the operating system's randomness.

    Returns:
        A key; its public half is `.public`.

    Source: FIPS 204 section 5.1.
    """
    return MldsaKey(secrets.token_bytes(SEED_BYTES))


def verify(public: bytes, message: bytes, signature: bytes) -> None:
    """Make sure that the holder of a key signed exactly this message.

    Args:
        public: 1312 bytes.
        message: What was signed.
        signature: 2420 bytes.

    Raises:
        OpenError: the signature, the message or the key is another, or malformed.

    Source: FIPS 204 section 5.3, with an empty context.
    """
    try:
        MLDSA44PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise OpenError("the signature does not fit") from error
