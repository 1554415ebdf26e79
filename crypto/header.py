"""The header of an age file: which stanzas wrap the file key, and the MAC over them."""

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crypto.errors import FormatError, OpenError
from crypto.text import from_base64, to_base64

FILE_KEY_BYTES = 16
WRAPPED_BYTES = FILE_KEY_BYTES + 16
INTRO = b"age-encryption.org/v1\n"
MAC_MARK = b"---"
MAX_STANZAS = 20
_MAX_LINE = 2048
# Every stanza we know wraps a file key of 16 bytes, so its body is one line of 43 characters.
_STANZA = re.compile(rb"-> ([!-~]+(?: [!-~]+)*)\n([A-Za-z0-9+/]{43})\n")
_MAC_LINE = re.compile(rb"--- ([A-Za-z0-9+/]{43})\n")


@dataclass(frozen=True)
class Stanza:
    """One way to get at the file key: words that say how, and the wrapped key (32 bytes)."""

    words: tuple[str, ...]
    wrapped: bytes


@dataclass(frozen=True)
class Header:
    """A parsed header: its stanzas, and a MAC (32 bytes) over the bytes it covers."""

    stanzas: tuple[Stanza, ...]
    covered: bytes
    mac: bytes


def build(file_key: bytes, stanzas: Sequence[Stanza]) -> bytes:
    """Write a header.

    Args:
        file_key: 16 bytes, the key that the stanzas wrap.
        stanzas: 1 to 20 of them.

    Returns:
        The header, from its first line to the end of the MAC line.

    Raises:
        FormatError: no stanza, or more than 20.

    Source: c2sp.org/age, "Header" and "Header MAC".
    """
    if not 1 <= len(stanzas) <= MAX_STANZAS:
        raise FormatError(f"a header has 1 to {MAX_STANZAS} stanzas")
    lines = [
        f"-> {' '.join(stanza.words)}\n{to_base64(stanza.wrapped, padded=False)}\n"
        for stanza in stanzas
    ]
    covered = INTRO + "".join(lines).encode("ascii") + MAC_MARK
    mac = to_base64(_compute_mac(file_key, covered), padded=False)
    return covered + f" {mac}\n".encode("ascii")


def parse(header: bytes) -> Header:
    """Read a header, strict to the byte.

    Args:
        header: A whole header and nothing after it.

    Returns:
        Its parts. The MAC is not checked yet: that needs the file key.

    Raises:
        FormatError: anything that `build` would not have written.

    Source: c2sp.org/age, "Header".
    """
    if not header.startswith(INTRO):
        raise FormatError("not an age file of version 1")
    position = len(INTRO)
    stanzas: list[Stanza] = []
    while match := _STANZA.match(header, position):
        words = tuple(match[1].decode("ascii").split(" "))
        stanzas.append(Stanza(words, _decode(match[2], WRAPPED_BYTES)))
        position = match.end()
    last = _MAC_LINE.fullmatch(header, position)
    if last is None or not 1 <= len(stanzas) <= MAX_STANZAS:
        raise FormatError("the header is malformed")
    covered = header[: position + len(MAC_MARK)]
    return Header(tuple(stanzas), covered, _decode(last[1], 32))


def read(source: BinaryIO) -> bytes:
    """Take the header off the beginning of a file, and leave the payload to be read.

    Args:
        source: A binary file at its first byte.

    Returns:
        The bytes up to the end of the MAC line, at most 42 lines of 2048 bytes; unchecked.

    Raises:
        FormatError: no MAC line within that, or a line without an end.

    Source: c2sp.org/age, "Header".
    """
    lines: list[bytes] = []
    while len(lines) < 2 * MAX_STANZAS + 2:
        line = source.readline(_MAX_LINE)
        if not line.endswith(b"\n"):
            break
        lines.append(line)
        if line.startswith(MAC_MARK):
            return b"".join(lines)
    raise FormatError("the header is malformed")


def check_mac(header: Header, file_key: bytes) -> None:
    """Make sure that the header is the one that the sealer wrote.

    Args:
        header: The parsed header.
        file_key: 16 bytes, unwrapped from one of its stanzas.

    Raises:
        OpenError: a stanza was altered, added, taken away or moved.

    Source: c2sp.org/age, "Header MAC"; RFC 5869; RFC 2104.
    """
    if not hmac.compare_digest(_compute_mac(file_key, header.covered), header.mac):
        raise OpenError("the header was altered")


def _compute_mac(file_key: bytes, covered: bytes) -> bytes:
    key = HKDF(SHA256(), 32, salt=None, info=b"header").derive(file_key)
    return hmac.digest(key, covered, "sha256")


def _decode(text: bytes, length: int) -> bytes:
    return from_base64(text.decode("ascii"), length, padded=False)
