"""Entries of the public log, as bytes: steps of cases, releases, keys, erasures.

A step of a case shows of which of three types it is, and two values that are random to everyone
without the case's blinding key; `crypto.steps` makes and opens them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from crypto.errors import FormatError

VERSION = 1
WITH_FACTS = 2  # of an R or S that commits to coded facts, too
REPORT, STEP, OUTCOME = "R", "S", "O"
RELEASE, KEYS, ERASURE = "P", "K", "X"
STEPS = (REPORT, STEP, OUTCOME)
BATCH = "batch"
TAG_BYTES = 16
COMMITMENT_BYTES = 32
DIGEST_BYTES = 32
STEP_BYTES = 2 + TAG_BYTES + COMMITMENT_BYTES
MAX_NAME = 255
MAX_VALUE = 1 << 15
# What a K entry announces, and how many bytes that has; None is any text.
ANNOUNCED: Mapping[str, int | None] = {
    "recipient": 1216,  # a public key that reports are sealed to
    "signing": 32,  # a public key that a body signs with
    "reader": DIGEST_BYTES,
    "code": DIGEST_BYTES,
    "policy": None,
    "roster": DIGEST_BYTES,  # which signing keys act for a body
    "auditor": None,  # the keys of somebody who checks releases
    # Its name is a day: every step up to and with that day stands above. Its value is empty, or a
    # keyed digest of the end of the audit trail (32 bytes).
    BATCH: None,
}


@dataclass(frozen=True)
class Step:
    """A step of a case: type R, S or O; tag 16 bytes; commitment 32 bytes; version 1 or 2."""

    type: str
    tag: bytes
    commitment: bytes
    version: int = VERSION

    def __post_init__(self) -> None:
        sizes = len(self.tag), len(self.commitment)
        if self.type not in STEPS or sizes != (TAG_BYTES, COMMITMENT_BYTES):
            raise FormatError("not a step of a case")
        if self.version != VERSION and (self.version != WITH_FACTS or self.type == OUTCOME):
            raise FormatError("a step of another version")

    @property
    def entry(self) -> bytes:
        """The 50 bytes that stand in the log."""
        return _encode_head(self.type, self.version) + self.tag + self.commitment


@dataclass(frozen=True)
class Release:
    """A release of figures: its name, such as "2026-q3/v1", and the SHA-256 of its manifest."""

    name: str
    digest: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        check_digest(self.digest)

    @property
    def entry(self) -> bytes:
        """The bytes that stand in the log."""
        return _encode_head(RELEASE) + join_fields(self.name.encode("ascii"), self.digest)


@dataclass(frozen=True)
class Announcement:
    """Keys or code that the portal uses from now on: kind and length as in ANNOUNCED."""

    kind: str
    name: str
    value: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if self.kind not in ANNOUNCED or len(self.value) > MAX_VALUE:
            raise FormatError("nothing that a log announces")
        if ANNOUNCED[self.kind] not in {None, len(self.value)}:
            raise FormatError("a key or a digest of another length")
        if self.kind == BATCH and len(self.value) not in {0, DIGEST_BYTES}:
            raise FormatError("a batch closes with a digest or with nothing")

    @property
    def entry(self) -> bytes:
        """The bytes that stand in the log."""
        words = self.kind.encode("ascii"), self.name.encode("ascii")
        return _encode_head(KEYS) + join_fields(*words, self.value)


@dataclass(frozen=True)
class Erasure:
    """An object was destroyed whose step has this tag (16 bytes); its commitment stays."""

    tag: bytes

    def __post_init__(self) -> None:
        if len(self.tag) != TAG_BYTES:
            raise FormatError("a tag is 16 bytes")

    @property
    def entry(self) -> bytes:
        """The 18 bytes that stand in the log."""
        return _encode_head(ERASURE) + self.tag


Leaf = Step | Release | Announcement | Erasure


def parse(entry: bytes) -> Leaf:
    """Read an entry of the log, strict to the byte.

    Args:
        entry: Its bytes.

    Returns:
        What it says.

    Raises:
        FormatError: anything that `entry` of the result would not have written.

    Source: docs/crypto-spec.md, "Entries".
    """
    kind, body = chr(entry[1]) if len(entry) > 1 else "", entry[2:]
    made: Leaf
    match kind:
        case "R" | "S" | "O":
            made = Step(kind, body[:TAG_BYTES], body[TAG_BYTES:], entry[0])
        case "P":
            name, digest = split_fields(body, 2)
            made = Release(_decode_ascii(name), digest)
        case "K":
            what, name, value = split_fields(body, 3)
            made = Announcement(_decode_ascii(what), _decode_ascii(name), value)
        case _:
            made = Erasure(body)
    if made.entry != entry:
        raise FormatError("not an entry of this log")
    return made


def join_fields(*parts: bytes) -> bytes:
    """Join values so that they can be told apart: each after its length in four bytes."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def split_fields(data: bytes, count: int) -> list[bytes]:
    """Take apart what `join_fields` joined.

    Args:
        data: The joined values.
        count: How many there are.

    Returns:
        The values.

    Raises:
        FormatError: more or fewer, or cut short.
    """
    parts: list[bytes] = []
    position = 0
    while position < len(data):
        begin = position + 4
        position = begin + int.from_bytes(data[position:begin], "big")
        parts.append(data[begin:position])
    if position != len(data) or len(parts) != count:
        raise FormatError("not so many values")
    return parts


def check_name(name: str) -> bytes:
    """Give a name or code as bytes.

    Args:
        name: 1 to 255 printable characters of ASCII.

    Returns:
        The same in ASCII.

    Raises:
        FormatError: any other text.
    """
    if not 1 <= len(name) <= MAX_NAME or not name.isascii() or not name.isprintable():
        raise FormatError("a name is 1 to 255 printable characters of ASCII")
    return name.encode("ascii")


def check_digest(digest: bytes) -> bytes:
    """Give a digest back.

    Args:
        digest: 32 bytes.

    Returns:
        The same.

    Raises:
        FormatError: another length.
    """
    if len(digest) != DIGEST_BYTES:
        raise FormatError("a digest is 32 bytes")
    return digest


def _encode_head(kind: str, version: int = VERSION) -> bytes:
    return bytes([version]) + kind.encode("ascii")


def _decode_ascii(data: bytes) -> str:
    return data.decode("ascii", errors="replace")
