"""Receipts of version 1: thirty digits under Argon2id. None is made any more; all still open."""

from hashlib import sha256

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from crypto.errors import FormatError

SECRET_BYTES = 11
DIGITS = 30
GROUP = 5
CHECK_BITS = 11
CHECK_LABEL = b"pmp/v1/receipt-check"
_SALT = sha256(b"pmp/receipt/v1").digest()[:16]
_MEMORY_KIB = 19456
_PASSES = 2


def encode_digits(secret: bytes) -> str:
    """Return the digits of a receipt.

    Args:
        secret: 11 bytes.

    Returns:
        30 digits: the secret and 11 bits of a checksum as one number.

    Source: docs/crypto-spec.md, "Receipt".
    """
    check = int.from_bytes(sha256(CHECK_LABEL + secret).digest()[:2], "big") >> 16 - CHECK_BITS
    return f"{int.from_bytes(secret, 'big') << CHECK_BITS | check:0{DIGITS}}"


def decode_digits(digits: str) -> bytes:
    """Return the secret of a receipt.

    Args:
        digits: 30 digits, 0 to 9.

    Returns:
        11 bytes.

    Raises:
        FormatError: a digit is wrong (one wrong digit in 2048 goes unnoticed).

    Source: docs/crypto-spec.md, "Receipt".
    """
    upper = int(digits) >> CHECK_BITS
    if upper.bit_length() > SECRET_BYTES * 8:
        raise FormatError("a digit of an old receipt is wrong")
    secret = upper.to_bytes(SECRET_BYTES, "big")
    if encode_digits(secret) != digits:
        raise FormatError("a digit of an old receipt is wrong")
    return secret


def derive_master(secret: bytes) -> bytes:
    """Do the slow step: 30 ms and 19 MiB.

    Args:
        secret: 11 bytes.

    Returns:
        The master key, 32 bytes.

    Source: RFC 9106; docs/crypto-spec.md, "Receipt".
    """
    slow = Argon2id(salt=_SALT, length=32, iterations=_PASSES, lanes=1, memory_cost=_MEMORY_KIB)
    return slow.derive(secret)
