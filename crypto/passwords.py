"""Staff sign-in, first factor: passwords under Argon2id. They never decrypt anything."""

import secrets
import unicodedata

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from crypto.errors import FormatError

MAX_PASSWORD = 256
SALT_BYTES = 16
HASH_BYTES = 32
_MEMORY_KIB = 19456
_PASSES = 2
_LANES = 1


def hash_password(password: str) -> str:
    """Make the text that is stored instead of a password.

    Args:
        password: 1 to 256 characters.

    Returns:
        A PHC string: parameters, salt (16 random bytes), hash (32), about 97 characters.

    Raises:
        FormatError: empty, or longer than 256 characters.

    Source: RFC 9106; OWASP Password Storage Cheat Sheet (19 MiB, two passes, one lane).
    """
    if not 0 < len(password) <= MAX_PASSWORD:
        raise FormatError(f"a password has 1 to {MAX_PASSWORD} characters")
    slow = Argon2id(
        salt=secrets.token_bytes(SALT_BYTES),
        length=HASH_BYTES,
        iterations=_PASSES,
        lanes=_LANES,
        memory_cost=_MEMORY_KIB,
    )
    return slow.derive_phc_encoded(_normalise(password))


def check_password(password: str, stored: str) -> bool:
    """Say whether a password is the one that was stored.

    Args:
        password: What was typed. More than 256 characters are refused before any work.
        stored: What `hash_password` gave.

    Returns:
        True if it is.

    Raises:
        FormatError: the stored text is not a PHC string of Argon2id.

    Source: RFC 9106.
    """
    if not 0 < len(password) <= MAX_PASSWORD:
        return False
    try:
        Argon2id.verify_phc_encoded(_normalise(password), stored)
    except InvalidKey:
        # The library says the same for a wrong password and for a broken string.
        if not stored.startswith("$argon2id$"):
            raise FormatError("not a stored password") from None
        return False
    return True


def _normalise(password: str) -> bytes:
    # One keyboard sends a letter with its accent as one code, another as two.
    return unicodedata.normalize("NFC", password).encode()
