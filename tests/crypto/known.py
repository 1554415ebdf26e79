"""Published and own test vectors, and keys that are the same in every test."""

import base64
import json
from pathlib import Path
from typing import Any

from crypto.keys import Recipient, derive_identity
from crypto.signing import SigningKey

VECTORS = Path(__file__).parent / "vectors"
READER = derive_identity(b"a reader whom everybody may read")
OVERSIGHT = derive_identity(b"an overseer, likewise for anyone")
REPORTER = derive_identity(b"a reporter, who is not a person.")
STRANGER = derive_identity(b"a stranger, who must see nothing")
THREE: list[Recipient] = [READER.recipient, OVERSIGHT.recipient, REPORTER.recipient]
REPORTER_SIGNING = SigningKey(b"a reporter's signing key's seed.")
BODY_SIGNING = SigningKey(b"a responsible body's signing key")


def load(name: str) -> Any:
    """Read one file of vectors."""
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def sealed() -> bytes:
    """Give the sealed file of our own vectors."""
    return base64.b64decode(load("sealed")["ciphertext"])
