"""The age test vectors of C2SP CCTV, as far as they concern what we write."""

import base64
import zlib
from dataclasses import dataclass

from tests.crypto import known


@dataclass(frozen=True)
class Vector:
    """One published file, and what an implementation has to make of it."""

    name: str
    expect: str
    file: bytes
    file_key: bytes
    identities: tuple[str, ...]
    passphrases: tuple[str, ...]
    payload: str  # SHA-256 of what may be released, hexadecimal


def chosen(*prefixes: str) -> list[Vector]:
    """Give the vectors whose names begin with one of these."""
    vectors = known.load("cctv-age")["vectors"].items()
    return [_vector(name, entry) for name, entry in vectors if name.startswith(prefixes)]


def _vector(name: str, entry: dict[str, str | list[str]]) -> Vector:
    file = base64.b64decode(str(entry["file"]))
    return Vector(
        name=name,
        expect=str(entry["expect"]),
        file=zlib.decompress(file) if "compressed" in entry else file,
        file_key=bytes.fromhex(str(entry.get("file key", ""))),
        identities=tuple(entry.get("identity", ())),
        passphrases=tuple(entry.get("passphrase", ())),
        payload=str(entry.get("payload", "")),
    )
