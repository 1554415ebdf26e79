"""What a typed text may contain: letters of any language, no invisible commands."""

import re
import unicodedata

# Control characters but tab and line feed; marks that turn the reading direction round; and
# U+FFFD, which stands where the bytes sent were no UTF-8.
_MEDIA_TYPE = re.compile(r"[a-z]{1,20}/[a-z0-9.+-]{1,100}")
_NAME_BYTES, _ENDING_BYTES = 255, 16
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffd]")


def normalise(text: str) -> str:
    """Return the text with line ends as line feeds and letters in their composed form (NFC)."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def has_forbidden(text: str) -> bool:
    """Tell whether the text holds characters that a reader cannot see but a screen obeys."""
    return _FORBIDDEN.search(text) is not None


def strip_forbidden(text: str) -> str:
    """Return the text without such characters; everything a person can see stays."""
    return _FORBIDDEN.sub("", text)


def clean_file_name(name: str) -> str:
    """Return the name of a file as a manifest keeps it: no folders, nothing invisible, not long.

    Args:
        name: what a stranger's device says.

    Returns:
        1 to 255 bytes of UTF-8; the ending stays if the name has to be cut.
    """
    last = strip_forbidden(normalise(name)).replace("\\", "/").rpartition("/")[2]
    plain = " ".join(last.split()).strip(". ") or "file"
    stem, dot, ending = plain.rpartition(".")
    kept = f"{dot}{ending}" if stem and len(ending.encode()) <= _ENDING_BYTES else ""
    room = _NAME_BYTES - len(kept.encode())
    return plain.removesuffix(kept).encode()[:room].decode(errors="ignore") + kept


def clean_media_type(name: str) -> str:
    """Return a media type as a manifest keeps it; what is none becomes the unknown one."""
    return name if _MEDIA_TYPE.fullmatch(name) else "application/octet-stream"
