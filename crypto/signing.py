"""Ed25519: who wrote a sealed body, without saying who that is, and whose a release is."""

import secrets
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from crypto.errors import FormatError, OpenError

SEED_BYTES = 32
PUBLIC_BYTES = 32
SIGNATURE_BYTES = 64


@dataclass(frozen=True)
class SigningKey:
    """A private signing key; seed is 32 secret bytes."""

    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_BYTES:
            raise FormatError("a seed is 32 bytes")

    @cached_property
    def public(self) -> bytes:
        """The public key: 32 bytes."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Sign a message.

        Args:
            message: Any bytes. Begin them with a label, so that no signature fits two purposes.

        Returns:
            64 bytes, always the same for the same key and message.

        Source: RFC 8032 section 5.1.6.
        """
        return self._key.sign(message)

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def generate_signing_key() -> SigningKey:
    """Make a new signing key from the operating system's randomness.

    Returns:
        A signing key; its public half is `.public`.

    Source: RFC 8032 section 5.1.5.
    """
    return SigningKey(secrets.token_bytes(SEED_BYTES))


def verify(public: bytes, message: bytes, signature: bytes) -> None:
    """Make sure that the holder of a key signed exactly this message.

    Args:
        public: 32 bytes.
        message: What was signed.
        signature: 64 bytes.

    Raises:
        OpenError: the signature, the message or the key is another, or malformed.

    Source: RFC 8032 section 5.1.7.
    """
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise OpenError("the signature does not fit") from error


def write_public_pem(public: bytes) -> bytes:
    """Write a public key as other tools read it.

    Args:
        public: 32 bytes.

    Returns:
        A SubjectPublicKeyInfo in PEM, as `openssl pkey -pubin` reads it.

    Raises:
        FormatError: not 32 bytes.

    Source: RFC 8410 section 4, RFC 7468 section 13.
    """
    if len(public) != PUBLIC_BYTES:
        raise FormatError("a public key is 32 bytes")
    key = Ed25519PublicKey.from_public_bytes(public)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def read_public_pem(pem: bytes) -> bytes:
    """Read a public key as `write_public_pem` and openssl write it.

    Args:
        pem: A SubjectPublicKeyInfo in PEM.

    Returns:
        32 bytes.

    Raises:
        FormatError: something else, or a key of another kind.

    Source: RFC 8410 section 4, RFC 7468 section 13.
    """
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise FormatError("not a public key in PEM") from error
    if not isinstance(key, Ed25519PublicKey):
        raise FormatError("not an Ed25519 key")
    return key.public_bytes_raw()
