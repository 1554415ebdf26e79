"""The folders of published releases: written once, as a whole, and never changed.

releases/2026-q3/v1/manifest.json holds the SHA-256 of every other file and of the manifest of the
release before. releases/.2026-q3-v1/ is a release that is being made, which nobody sees.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from portal.core.errors import Conflict, NotFound
from portal.statistics.formats import TOTALS, Document, as_json, total_of

MANIFEST = "manifest.json"
NO_RELEASE = "0" * 64  # what stands for the manifest before the first
_QUARTER = re.compile(r"[1-9][0-9]{3}-q[1-4]")
_VERSION = re.compile(r"v([1-9][0-9]*)")


@dataclass(frozen=True)
class Published:
    """One release as it lies in its folder; every file is checked when it is read."""

    quarter: str
    version: int
    folder: Path
    digest: str  # SHA-256 of the manifest

    @property
    def manifest(self) -> Document:
        """Return what the manifest says."""
        manifest: Document = _parsed(self.folder / MANIFEST, self.digest)
        return manifest

    def digest_of(self, name: str) -> str:
        """Return the SHA-256 of a file, hexadecimal.

        Raises:
            NotFound: the release has no such file.
        """
        if name == MANIFEST:
            return self.digest
        digests: dict[str, str] = self.manifest["files"]
        if name not in digests:
            raise NotFound("no such file in this release")
        return digests[name]

    def read(self, name: str) -> bytes:
        """Return a file.

        Raises:
            NotFound: the release has no such file.
            ValueError: the file is not what was published.
        """
        return _checked(self.folder / name, self.digest_of(name))

    def documents(self) -> dict[str, Document]:
        """Return every table, the exact totals and the measures among them, by its id."""
        files = self.manifest["files"]
        names = [name.removesuffix(".csv") for name in files if name.endswith(".csv")]
        return {name: self.table(name) for name in names if f"{name}.json" in files}

    def table(self, name: str) -> Document:
        """Return one table.

        Raises:
            NotFound: the release does not hold it.
        """
        document: Document = _parsed(self.folder / f"{name}.json", self.digest_of(f"{name}.json"))
        return document

    def total(self, measure: str) -> int:
        """Return an exact national total: "received" or "concluded"."""
        return total_of(self.table(TOTALS), measure)


def releases(folder: Path) -> list[Published]:
    """Return the newest version of every published quarter, the oldest quarter first."""
    quarters = sorted(path for path in folder.glob("*") if _QUARTER.fullmatch(path.name))
    return [found for path in quarters if (found := _newest(path)) is not None]


def release(folder: Path, quarter: str, version: int | None = None) -> Published:
    """Return one release, the newest version unless another is named.

    Raises:
        NotFound: it was never published.
    """
    path = folder / quarter
    if not _QUARTER.fullmatch(quarter):
        raise NotFound("no such release")
    found = _newest(path) if version is None else _published(path / f"v{version}")
    if found is None:
        raise NotFound("no such release")
    return found


def volumes(found: list[Published]) -> dict[int, int]:
    """Return the published number of reports received, by year."""
    years: dict[int, int] = {}
    for one in found:
        year = int(one.quarter[:4])
        years[year] = years.get(year, 0) + one.total("received")
    return years


def manifest_of(files: Mapping[str, bytes], **facts: str | int) -> bytes:
    """Return the manifest of a release."""
    digests = {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}
    return as_json({**facts, "files": digests})


def stage(folder: Path, quarter: str, version: int, files: Mapping[str, bytes]) -> None:
    """Write a release durably where nobody sees it."""
    place = _staged(folder, quarter, version)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for name, content in files.items():
        with (place / name).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    _sync(place)


def staged_digest(folder: Path, quarter: str, version: int) -> str | None:
    """Return the SHA-256 of the manifest of a release that is being made, if it is whole."""
    place = _staged(folder, quarter, version)
    try:
        manifest = (place / MANIFEST).read_bytes()
        for name, digest in json.loads(manifest)["files"].items():
            _checked(place / name, digest)
    except (OSError, ValueError, KeyError):
        return None
    return hashlib.sha256(manifest).hexdigest()


def reveal(folder: Path, quarter: str, version: int) -> None:
    """Put a release that was staged in its place, at one instant.

    Raises:
        Conflict: there is one already.
    """
    place = folder / quarter / f"v{version}"
    place.parent.mkdir(exist_ok=True)
    if place.exists():
        raise Conflict("published already")
    _staged(folder, quarter, version).rename(place)
    _sync(place.parent)
    _sync(folder)


def _staged(folder: Path, quarter: str, version: int) -> Path:
    return folder / f".{quarter}-v{version}"


def _newest(path: Path) -> Published | None:
    versions = [int(match[1]) for one in path.glob("v*") if (match := _VERSION.fullmatch(one.name))]
    return _published(path / f"v{max(versions)}") if versions else None


def _published(path: Path) -> Published | None:
    try:
        manifest = (path / MANIFEST).read_bytes()
    except FileNotFoundError:
        return None
    digest = hashlib.sha256(manifest).hexdigest()
    return Published(path.parent.name, int(path.name.removeprefix("v")), path, digest)


def _checked(path: Path, digest: str) -> bytes:
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise ValueError(f"{path.name} is not what was published")
    return content


@cache
def _parsed(path: Path, digest: str) -> Any:
    """Return a JSON file; it is read once in the life of a worker, as it never changes."""
    return json.loads(_checked(path, digest))


def _sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
