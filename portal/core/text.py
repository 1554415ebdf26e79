"""What a typed text may contain: letters of any language, no invisible commands."""

import re
import unicodedata

# Control characters but tab and line feed; marks that turn the reading direction round; and
# U+FFFD, which stands where the bytes sent were no UTF-8.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffd]")


def normal(text: str) -> str:
    """Return the text with line ends as line feeds and letters in their composed form (NFC)."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def has_forbidden(text: str) -> bool:
    """Tell whether the text holds characters that a reader cannot see but a screen obeys."""
    return _FORBIDDEN.search(text) is not None


def without_forbidden(text: str) -> str:
    """Return the text without such characters; everything a person can see stays."""
    return _FORBIDDEN.sub("", text)


def ascii_digits(text: str) -> str:
    """Return the text with the digits of any script written as 0 to 9."""
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
