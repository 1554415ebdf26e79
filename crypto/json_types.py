"""Values that came out of JSON: each is what it should be, or is refused."""

import re
from collections.abc import Collection

from crypto.errors import FormatError


def require_object(value: object, keys: Collection[str] | None = None) -> dict[str, object]:
    """Take a value as an object.

    Args:
        value: What `from_json` gave.
        keys: Exactly the keys it must have; None for any.

    Returns:
        The same value.

    Raises:
        FormatError: not an object, or other keys.
    """
    if not isinstance(value, dict) or (keys is not None and set(value) != set(keys)):
        raise FormatError("not an object with the right keys")
    return value


def require_array(value: object) -> list[object]:
    """Take a value as an array.

    Args:
        value: What `from_json` gave.

    Returns:
        The same value.

    Raises:
        FormatError: not an array.
    """
    if not isinstance(value, list):
        raise FormatError("not an array")
    return value


def require_text(value: object, longest: int | None = None) -> str:
    """Take a value as a text.

    Args:
        value: What `from_json` gave.
        longest: How many characters it may have; None for any number.

    Returns:
        The same value.

    Raises:
        FormatError: not a text, or too long.
    """
    if not isinstance(value, str) or (longest is not None and len(value) > longest):
        raise FormatError("not a text, or too long a one")
    return value


def require_nonneg_int(value: object) -> int:
    """Take a value as a whole number that is not negative.

    Args:
        value: What `from_json` gave.

    Returns:
        The same value, 0 to 2**53 - 1.

    Raises:
        FormatError: not a number (true and false are none), or negative.
    """
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise FormatError("not a whole number from 0")
    return value


def require_hex(value: object, digits: int) -> str:
    """Take a value as a lower-case hexadecimal text.

    Args:
        value: What `from_json` gave.
        digits: How many digits it must have.

    Returns:
        The same value.

    Raises:
        FormatError: another length, or another character.
    """
    written = require_text(value)
    if not re.fullmatch(f"[0-9a-f]{{{digits}}}", written):
        raise FormatError(f"not {digits} hexadecimal digits")
    return written
