"""Base64 and JSON with exactly one reading, so that two programs never disagree."""

import base64
import binascii
import json
from typing import NoReturn

from crypto.errors import FormatError

# Larger numbers lose digits in JavaScript, where the same text is read too.
LARGEST_WHOLE = 2**53 - 1


def to_base64(data: bytes, *, padded: bool = True) -> str:
    """Write bytes as standard base64.

    Args:
        data: Any bytes.
        padded: Whether "=" fills the last group. age writes none.

    Returns:
        Base64 without line breaks.

    Source: RFC 4648 section 4.
    """
    text = base64.b64encode(data).decode("ascii")
    return text if padded else text.rstrip("=")


def from_base64(text: str, length: int | None = None, *, padded: bool = True) -> bytes:
    """Read base64, and refuse every spelling but the one `to_base64` writes.

    Args:
        text: Base64 without line breaks.
        length: How many bytes it must give; None for any number.
        padded: Whether "=" fills the last group.

    Returns:
        The bytes.

    Raises:
        FormatError: not base64, not canonical, or another length.

    Source: RFC 4648 sections 3.5 and 4.
    """
    try:
        data = base64.b64decode(text + "=" * (0 if padded else -len(text) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise FormatError("not base64") from error
    if to_base64(data, padded=padded) != text:
        raise FormatError("base64 is not canonical")
    if length is not None and len(data) != length:
        raise FormatError(f"base64 does not hold {length} bytes")
    return data


def to_json(value: object) -> str:
    """Write a JSON text: compact, in the order given, readable in any script.

    Args:
        value: Objects with text keys, arrays, texts, whole numbers, booleans, None.

    Returns:
        JSON without spaces between its parts.

    Raises:
        FormatError: the value has no JSON form that `from_json` would read.

    Source: RFC 8259.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        same = from_json(text) == value
    except (TypeError, ValueError, RecursionError) as error:
        raise FormatError("not a value that JSON can hold") from error
    if not same:
        raise FormatError("JSON would change this value")
    return text


def from_json(text: str) -> object:
    """Read a JSON text that has one meaning only.

    Args:
        text: JSON. Numbers are whole and within 2**53 - 1; a key stands once in its object.

    Returns:
        dict, list, str, int, bool or None.

    Raises:
        FormatError: broken JSON, a repeated key, a fraction, a huge number, too deep a nesting,
            or half a surrogate pair (a text that UTF-8 cannot hold).

    Source: RFC 8259, restricted like RFC 7493 (I-JSON).
    """
    try:
        value: object = json.loads(
            text,
            object_pairs_hook=_require_unique_keys,
            parse_int=_parse_integer,
            parse_float=_refuse,
            parse_constant=_refuse,
        )
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise FormatError("not JSON, or ambiguous") from error
    return value


def _require_unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise FormatError("a key stands twice in one object")
    return values


def _parse_integer(digits: str) -> int:
    # The length goes first: reading a number takes time quadratic in its digits.
    if len(digits) > len(str(-LARGEST_WHOLE)) or abs(number := int(digits)) > LARGEST_WHOLE:
        raise FormatError("a number is too large")
    return number


def _refuse(_digits: str) -> NoReturn:
    raise FormatError("numbers are whole")
