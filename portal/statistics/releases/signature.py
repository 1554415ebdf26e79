"""The signature of a release: Ed25519 over its manifest, which names every other file.

The key is made from the server's key of statistics and signs nothing else. Its public half lies in
every release (`key.pem`), so that the chain of manifests tells when which key was in use.
"""

from dataclasses import dataclass
from pathlib import Path

from crypto.secretbox import derive_key
from crypto.signing import SigningKey, write_public_pem
from portal.statistics.releases import archive

LABEL = b"signatures of releases"


@dataclass(frozen=True)
class KeyPeriod:
    """A public key, and the first and the last release that it signed: 2026-q3/v1."""

    pem: bytes
    first: str
    last: str


def sign(master: bytes, manifest: bytes) -> bytes:
    """Return the signature of a manifest: 64 bytes, the same for the same manifest.

    Args:
        master: the server's key of statistics.
        manifest: all bytes of the file.
    """
    return _derive_key(master).sign(manifest)


def derive_public_pem(master: bytes) -> bytes:
    """Return the public key with which this server's releases are verified, as PEM.

    Args:
        master: the server's key of statistics.
    """
    return write_public_pem(_derive_key(master).public)


def list_keys(folder: Path) -> list[KeyPeriod]:
    """Return every key that signed releases, in the order of their first use.

    Args:
        folder: of all releases.
    """
    periods: dict[bytes, KeyPeriod] = {}
    for release in archive.read_chain(folder):
        pem = release.read(archive.PUBLIC_KEY)
        known = periods.get(pem)
        periods[pem] = KeyPeriod(pem, known.first if known else release.name, release.name)
    return list(periods.values())


def _derive_key(master: bytes) -> SigningKey:
    return SigningKey(derive_key(master, LABEL))
