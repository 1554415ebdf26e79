"""Small secrets at rest under a key of the server, and codes that only the server can make."""

import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crypto.errors import FormatError, OpenError

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16


def encrypt(key: bytes, plaintext: bytes, context: bytes) -> bytes:
    """Encrypt a small secret, tied to the place where it is kept.

    Args:
        key: 32 secret bytes; good for 2**32 secrets, as the nonces are random.
        plaintext: The secret.
        context: Where it belongs, such as a label and the number of a row. It opens nowhere else.

    Returns:
        nonce (12), ciphertext, tag (16): 28 bytes more than the plaintext.

    Raises:
        FormatError: the key is not 32 bytes long.

    Source: RFC 8439 section 2.8.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _make_cipher(key).encrypt(nonce, plaintext, context)


def decrypt(key: bytes, blob: bytes, context: bytes) -> bytes:
    """Decrypt what `encrypt` gave.

    Args:
        key: The same 32 bytes.
        blob: What `encrypt` gave.
        context: The same bytes.

    Returns:
        The secret.

    Raises:
        FormatError: the key is not 32 bytes long.
        OpenError: another key, another context, altered or cut short.

    Source: RFC 8439 section 2.8.
    """
    cipher = _make_cipher(key)
    if len(blob) < NONCE_BYTES + TAG_BYTES:
        raise OpenError("too short to be a locked secret")
    try:
        return cipher.decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], context)
    except InvalidTag as error:
        raise OpenError("does not open") from error


def mac(key: bytes, label: bytes, *parts: bytes) -> bytes:
    """Make a code for some values that nobody can make, or test a guess of, without the key.

    Args:
        key: 32 secret bytes.
        label: What the code is for. The same values under another label give another code.
        parts: The values. Each goes in with its length, so ("ab", "c") is not ("a", "bc").

    Returns:
        32 bytes: HMAC-SHA256 over label and parts, each after its length in four bytes.

    Source: RFC 2104.
    """
    message = b"".join(len(part).to_bytes(4, "big") + part for part in (label, *parts))
    return hmac.digest(key, message, "sha256")


def derive_key(secret: bytes, label: bytes) -> bytes:
    """Make one of several independent keys from one secret.

    Args:
        secret: At least 32 secret bytes, such as the server's one credential.
        label: What the key is for.

    Returns:
        32 bytes.

    Raises:
        FormatError: the secret is shorter than 32 bytes.

    Source: RFC 5869, without salt.
    """
    if len(secret) < KEY_BYTES:
        raise FormatError("a secret to derive keys from has at least 32 bytes")
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=label).derive(secret)


def _make_cipher(key: bytes) -> ChaCha20Poly1305:
    if len(key) != KEY_BYTES:
        raise FormatError("a key is 32 bytes")
    return ChaCha20Poly1305(key)
