"""Signatures of releases, verified by the tool that readers have: openssl."""

import subprocess
from pathlib import Path

import pytest

from portal.statistics.releases import signature
from portal.statistics.releases.archive import MANIFEST, SIGNATURE
from tests.statistics.histories import Q3, QuarterPublisher

KEY_OF_ANOTHER = bytes(32)


def is_verified(folder: Path, manifest: str = MANIFEST) -> bool:
    command = (
        *("openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "key.pem"),
        *("-in", manifest, "-sigfile", SIGNATURE),
    )
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)  # noqa: S603 - fixed words
    return done.returncode == 0


@pytest.fixture
def published(press: QuarterPublisher) -> Path:
    press.publish()
    return press.folder / Q3 / "v1"


def test_openssl_verifies_a_release(published: Path) -> None:
    assert is_verified(published)
    assert (published / SIGNATURE).stat().st_size == 64


def test_another_manifest_does_not_verify(published: Path) -> None:
    (published / "other").write_bytes((published / MANIFEST).read_bytes() + b" ")
    assert not is_verified(published, "other")

    (published / "key.pem").write_bytes(signature.derive_public_pem(KEY_OF_ANOTHER))
    assert not is_verified(published)


def test_the_key_of_the_server_is_the_one_in_its_releases(
    published: Path, press: QuarterPublisher
) -> None:
    assert (published / "key.pem").read_bytes() == signature.derive_public_pem(press.master)
    (key,) = signature.list_keys(press.folder)
    assert (key.first, key.last) == ("2026-q3/v1", "2026-q3/v1")
