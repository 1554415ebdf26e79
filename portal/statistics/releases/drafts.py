"""Releases that are being made: whole folders that are not served until they are published.

drafts/2026-q3-v1/ lies beside the folder of releases, as that one may be served as files.
"""

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from portal.core.calendar import Quarter
from portal.core.errors import Conflict, NotFound
from portal.statistics.releases.archive import BESIDE, MANIFEST, PublishedRelease, locate_release
from witness.durable import sync


def locate_draft(releases: Path, quarter: Quarter, version: int) -> Path:
    """Return where a release lies while it is being made.

    Args:
        releases: the folder of all releases.
        quarter: such as 2026-q3.
        version: of the release.
    """
    return releases.parent / "drafts" / f"{quarter}-v{version}"


def locate_checks(place: Path) -> Path:
    """Return the file beside a draft, not in it, with the results of the gate."""
    return place.with_name(f"{place.name}.checks.json")


def write_draft(place: Path, files: Mapping[str, bytes]) -> None:
    """Write a release durably among the drafts, in place of an earlier draft of it.

    Args:
        place: see `draft_of`.
        files: by path.
    """
    remove_draft(place)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in files.items():
        add_file(place, name, content)
    _make_durable(place, files)


def add_file(place: Path, name: str, content: bytes) -> None:
    """Write one file of a draft; `stage` and `reveal` see to it that it is durable."""
    path = place / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def remove_draft(place: Path) -> None:
    """Remove a draft that is no longer wanted, and what stands beside it."""
    shutil.rmtree(place, ignore_errors=True)
    locate_checks(place).unlink(missing_ok=True)


def compute_digest(place: Path) -> str | None:
    """Return the SHA-256 of the manifest of a draft, or nothing if the draft is not whole."""
    try:
        manifest = (place / MANIFEST).read_bytes()
        for name, expected in json.loads(manifest)["files"].items():
            with (place / name).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != expected:
                    return None
    except (OSError, ValueError, KeyError):
        return None
    return hashlib.sha256(manifest).hexdigest()


def open_draft(place: Path, quarter: Quarter, version: int, manifest: str) -> PublishedRelease:
    """Return a draft, to be read like a release.

    Args:
        place: see `draft_of`.
        quarter: such as 2026-q3.
        version: of the release.
        manifest: the SHA-256 that its manifest must have.

    Raises:
        NotFound: it is not there, or another one is.
    """
    try:
        digest = hashlib.sha256((place / MANIFEST).read_bytes()).hexdigest()
    except OSError as error:
        raise NotFound("no such draft") from error
    if digest != manifest:
        raise NotFound("another draft")
    return PublishedRelease(quarter, version, place, manifest)


def publish_draft(releases: Path, quarter: Quarter, version: int) -> None:
    """Put a draft in its place among the releases, at one instant.

    Raises:
        Conflict: there is one already.
    """
    draft, place = (
        locate_draft(releases, quarter, version),
        locate_release(releases, quarter, version),
    )
    if place.exists():
        raise Conflict("published already")
    _make_durable(draft, BESIDE)
    place.parent.mkdir(parents=True, exist_ok=True)
    draft.rename(place)
    for folder in (place.parent, releases, draft.parent):
        sync(folder)


def _make_durable(place: Path, names: Iterable[str]) -> None:
    """Let files and the folders they stand in outlive a loss of power."""
    for name in names:
        sync(place / name)
    for folder in (*(path for path in place.rglob("*") if path.is_dir()), place, place.parent):
        sync(folder)
