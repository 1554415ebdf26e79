"""Checks published figures: signatures, every file, and the chain of releases back to the first.

    python verify.py https://report.example key.pem

Get key.pem once, from somewhere you trust, and keep it: https://report.example/figures/key.pem.
Needs Python 3.9 or later and the package cryptography; everything else is in Python itself.
"""

import hashlib
import json
import sys
from pathlib import Path
from urllib.request import urlopen

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

BEFORE_THE_FIRST = "0" * 64


def fetch(address: str, digest: str = "") -> bytes:
    """Return a file, if it has this SHA-256."""
    with urlopen(address) as answer:
        content: bytes = answer.read()
    if digest and hashlib.sha256(content).hexdigest() != digest:
        sys.exit(f"{address} is not what was published")
    return content


def check(portal: str, key: Ed25519PublicKey) -> None:
    """Check every release, from the one published last to the first."""
    releases = json.loads(fetch(f"{portal}/api/v1/releases"))["releases"]
    waiting = {one["manifest"]["sha256"]: f"{one['id']}/v{one['version']}" for one in releases}
    digest = releases[0]["manifest"]["sha256"] if releases else BEFORE_THE_FIRST
    while digest != BEFORE_THE_FIRST:
        if digest not in waiting:
            sys.exit(f"no release has the manifest {digest}")
        address = f"{portal}/figures/{waiting.pop(digest)}"
        manifest = fetch(f"{address}/manifest.json", digest)
        try:
            key.verify(fetch(f"{address}/manifest.json.sig"), manifest)
        except InvalidSignature:
            sys.exit(f"{address} is not signed with this key")
        for name, expected in json.loads(manifest)["files"].items():
            fetch(f"{address}/{name}", expected)
        print(f"{address}: signed, whole")
        digest = json.loads(manifest)["previous"]
    if waiting:
        sys.exit(f"not in the chain: {sorted(waiting.values())}")


def check_replies(portal: str, key: Ed25519PublicKey) -> None:
    """Check what bodies say to figures: each text is a file with a signature."""
    for one in json.loads(fetch(f"{portal}/figures/replies.json"))["replies"]:
        address = f"{portal}/figures/{one['href']}"
        try:
            key.verify(fetch(f"{address}.sig"), fetch(address, one["sha256"]))
        except InvalidSignature:
            sys.exit(f"{address} is not signed with this key")
        print(f"{address}: signed")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    trusted = load_pem_public_key(Path(sys.argv[2]).read_bytes())
    if not isinstance(trusted, Ed25519PublicKey):
        sys.exit("this is no Ed25519 key")
    check(sys.argv[1].rstrip("/"), trusted)
    check_replies(sys.argv[1].rstrip("/"), trusted)
