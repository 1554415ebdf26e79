"""Checks published figures: signatures, every file, and the chain of releases back to the first.

    python verify.py https://report.example key.pem

Get key.pem once, from somewhere you trust, and keep it: https://report.example/figures/key.pem.
A copy of the figures is checked alike: its address, or the folder that it lies in.
Needs Python 3.9 or later and the package cryptography; everything else is in Python itself.
Exit status 0: all is as it was signed. 1: it is not, or could not be read; the last line says what.
"""

import hashlib
import json
import sys
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

BEFORE_THE_FIRST = "0" * 64


def fetch(place: str, digest: str = "") -> bytes:
    """Return a file, if it has this SHA-256."""
    try:
        with urlopen(place if "://" in place else Path(place).resolve().as_uri()) as answer:
            content: bytes = answer.read()
    except (OSError, HTTPException) as error:
        sys.exit(f"{place} cannot be read: {error}")
    if digest and hashlib.sha256(content).hexdigest() != digest:
        sys.exit(f"{place} is not what was published")
    return content


def check(portal: str, key: Ed25519PublicKey) -> None:
    """Check every release, from the one published last to the first."""
    releases = json.loads(fetch(f"{portal}/figures/chain.json"))["releases"]
    waiting = {release["manifest"]: release["release"] for release in releases}
    digest = releases[0]["manifest"] if releases else BEFORE_THE_FIRST
    while digest != BEFORE_THE_FIRST:
        if digest not in waiting:
            sys.exit(f"no release has the manifest {digest}")
        address = f"{portal}/figures/{waiting.pop(digest)}"
        manifest = fetch(f"{address}/manifest.json", digest)
        check_signature(address, manifest, fetch(f"{address}/manifest.json.sig"), key)
        for name, expected in json.loads(manifest)["files"].items():
            fetch(f"{address}/{name}", expected)
        print(f"{address}: signed, whole")
        digest = json.loads(manifest)["previous"]
    if waiting:
        sys.exit(f"not in the chain: {sorted(waiting.values())}")


def check_replies(portal: str, key: Ed25519PublicKey) -> None:
    """Check what bodies say to figures: each text is a file with a signature."""
    for reply in json.loads(fetch(f"{portal}/figures/replies.json"))["replies"]:
        address = f"{portal}/figures/{reply['href']}"
        check_signature(address, fetch(address, reply["sha256"]), fetch(f"{address}.sig"), key)
        print(f"{address}: signed")


def check_signature(name: str, content: bytes, signature: bytes, key: Ed25519PublicKey) -> None:
    """Check that a file was signed with the key."""
    try:
        key.verify(signature, content)
    except InvalidSignature:
        sys.exit(f"{name} is not signed with this key")


def read_key(path: str) -> Ed25519PublicKey:
    """Return the key that was kept."""
    try:
        key = load_pem_public_key(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        sys.exit(f"{path} cannot be read as a public key: {error}")
    if not isinstance(key, Ed25519PublicKey):
        sys.exit(f"{path} is no Ed25519 key")
    return key


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    place, trusted = sys.argv[1].rstrip("/"), read_key(sys.argv[2])
    try:
        check(place, trusted)
        check_replies(place, trusted)
    except (ValueError, KeyError, TypeError) as error:
        sys.exit(f"A list at {place} is not one that a portal publishes: {error!r}")
