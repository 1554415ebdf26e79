"""The folders of published releases: written once, as a whole, and never changed.

releases/2026-q3/v1/manifest.json holds the SHA-256 of every other file and of the manifest of the
release published before, whatever its quarter: the releases form a chain.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from crypto import tlogproof
from portal.core.calendar import Quarter
from portal.core.errors import Damaged, NotFound
from portal.core.terms import Label
from portal.statistics.catalogue.release_facts import ReleaseName
from portal.statistics.dataset.encoding import Json, format_canonical_json
from portal.statistics.dataset.table import TOTALS, Document, get_total

MANIFEST = "manifest.json"
SIGNATURE = "manifest.json.sig"  # raw Ed25519, 64 bytes
ACCESS = "access.json"  # who read the draft before it was published
PROOF = "manifest.json.tlog-proof"  # that the public log has the manifest
LIST = "chain.json"  # beside the releases: their manifests, the newest first
MINUTE = "minute.json"  # when it came out, and how late that was
BESIDE = (
    SIGNATURE,
    ACCESS,
    PROOF,
    MINUTE,
)  # files that the manifest cannot name, as they come after it
AUDITS = "audits"  # folder beside the releases: signed notes of auditors on them
NOTE = ".note"
PUBLIC_KEY = "key.pem"  # of the signature
NO_RELEASE = "0" * 64  # what stands for the manifest before the first


@dataclass(frozen=True)
class PublishedRelease:
    """One release as it lies in its folder; every file is checked when it is read."""

    quarter: Quarter
    version: int
    folder: Path
    digest: str  # SHA-256 of the manifest

    @property
    def name(self) -> str:
        """Return the release as it is cited: 2026-q3/v1."""
        return str(ReleaseName(self.quarter, self.version))

    @property
    def manifest(self) -> Json:
        """Return what the manifest says."""
        manifest: Json = _read_json(self.folder / MANIFEST, self.digest)
        return manifest

    @property
    def published_on(self) -> date:
        """Return the day that the release bears."""
        return date.fromisoformat(self.manifest["published_on"])

    def get_digest(self, name: str) -> str:
        """Return the SHA-256 of a file, hexadecimal.

        Raises:
            NotFound: the release has no such file.
        """
        if name == MANIFEST:
            return self.digest
        if name in BESIDE:
            return _compute_digest(self.folder / name)
        digests: dict[str, str] = self.manifest["files"]
        if name not in digests:
            raise NotFound("no such file in this release")
        return digests[name]

    def read(self, name: str) -> bytes:
        """Return a file.

        Raises:
            NotFound: the release has no such file.
            Damaged: the file is not what was published, or is gone.
        """
        return _read_checked(self.folder / name, self.get_digest(name))

    def read_documents(self) -> dict[str, Document]:
        """Return every table, the exact totals and the measures among them, by its id."""
        files = self.manifest["files"]
        names = [name.removesuffix(".csv") for name in files if name.endswith(".csv")]
        return {name: self.read_table(name) for name in names if f"{name}.json" in files}

    def read_table(self, name: str) -> Document:
        """Return one table.

        Raises:
            NotFound: the release does not hold it.
        """
        path = f"{name}.json"
        return Document.from_json(_read_json(self.folder / path, self.get_digest(path)))

    @property
    def place(self) -> int | None:
        """Return the number of its entry in the public log; none: it was published without one."""
        try:
            return tlogproof.parse((self.folder / PROOF).read_bytes()).index
        except FileNotFoundError:
            return None

    @property
    def minutes_late(self) -> int | None:
        """Return how long after its minute it came out; None if only its day is known."""
        if not (self.folder / MINUTE).exists():
            return None
        late: int = _read_json(self.folder / MINUTE, self.get_digest(MINUTE))["minutes_late"]
        return late

    @property
    def correction(self) -> Label | None:
        """Return what this version corrects, if it does."""
        stored = self.manifest["correction"]
        return Label.from_file(stored) if stored else None

    def read_total(self, measure: str) -> int:
        """Return an exact national total: "received" or "concluded"."""
        return get_total(self.read_table(TOTALS), measure)


def list_releases(folder: Path) -> list[PublishedRelease]:
    """Return the newest version of every published quarter, the oldest quarter first."""
    quarters = sorted(path for path in folder.glob("*") if Quarter.is_one(path.name))
    return [newest for path in quarters if (newest := _find_newest(path)) is not None]


def get_release(folder: Path, quarter: Quarter, version: int | None = None) -> PublishedRelease:
    """Return one release, the newest version unless another is named.

    Raises:
        NotFound: it was never published.
    """
    path = folder / quarter
    if not Quarter.is_one(quarter):
        raise NotFound("no such release")
    published = (
        _find_newest(path)
        if version is None
        else _find_version(locate_release(folder, quarter, version))
    )
    if published is None:
        raise NotFound("no such release")
    return published


def sum_volumes(releases: list[PublishedRelease]) -> dict[int, int]:
    """Return the published number of reports received, by year."""
    years: dict[int, int] = {}
    for release in releases:
        year = release.quarter.year
        years[year] = years.get(year, 0) + release.read_total("received")
    return years


def read_chain(folder: Path) -> list[PublishedRelease]:
    """Return all versions of all releases in the order in which they were published.

    Raises:
        Damaged: the chain is broken: a release is missing, or was altered.
    """
    paths = (path for path in folder.glob("*/v*") if _parse_name(path))
    by_previous = {
        version.manifest["previous"]: version for path in paths if (version := _find_version(path))
    }
    links = []
    last = NO_RELEASE
    while last in by_previous:
        links.append(by_previous.pop(last))
        last = links[-1].digest
    if by_previous:
        raise Damaged("the chain of releases is broken: one is missing, or was altered")
    return links


def encode_chain(folder: Path) -> bytes:
    """Return the list of all releases, the one published last first, as it is published.

    Raises:
        Damaged: the chain is broken.
    """
    links = [
        {"release": version.name, "manifest": version.digest}
        for version in read_chain(folder)[::-1]
    ]
    return format_canonical_json({"releases": links})


def list_releases_before(folder: Path, digest: str, quarter: Quarter) -> list[PublishedRelease]:
    """Return the releases of earlier quarters as they stood when a manifest was the newest one.

    Args:
        folder: of all releases.
        digest: of that manifest.
        quarter: whose history is wanted.

    Returns:
        The newest version of each quarter at that time, the oldest quarter first.
    """
    newest: dict[Quarter, PublishedRelease] = {}
    if digest != NO_RELEASE:
        for version in read_chain(folder):
            newest[version.quarter] = version
            if version.digest == digest:
                break
    return [newest[name] for name in sorted(newest) if name < quarter]


def find_faults(release: PublishedRelease) -> Iterator[str]:
    """Yield each file of a release that is altered, missing, or was not published with it."""
    try:
        names = release.manifest["files"]
    except Damaged as error:
        yield str(error)
        return
    for name in names:
        try:
            release.read(name)
        except Damaged as error:
            yield str(error)
    present = {path.relative_to(release.folder).as_posix() for path in _list_files(release.folder)}
    for name in sorted(present - set(names) - {MANIFEST, *BESIDE}):
        yield f"{name} of {release.name} was not published with it"


def _list_files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def find_successor(folder: Path, release: PublishedRelease) -> PublishedRelease | None:
    """Return the newest version of a release that was superseded, and nothing for the newest."""
    newest = get_release(folder, release.quarter)
    return newest if newest.version > release.version else None


def list_audits(folder: Path, release: PublishedRelease) -> dict[str, Path]:
    """Return the notes of auditors on a release, by their paths below the folder of releases."""
    notes = sorted(
        locate_release(folder / AUDITS, release.quarter, release.version).glob(f"*{NOTE}")
    )
    return {path.relative_to(folder).as_posix(): path for path in notes}


def locate_release(folder: Path, quarter: Quarter, version: int) -> Path:
    """Return where a release lies among all releases once it is published."""
    return folder / str(ReleaseName(quarter, version))


def build_manifest(
    files: Mapping[str, bytes], documents: Sequence[str], **facts: str | int | Json | None
) -> bytes:
    """Return the manifest of a release.

    Args:
        files: every file of the release, by path.
        documents: the names of its tables.
        facts: what else it says.
    """
    digests = {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}
    return format_canonical_json({**facts, "documents": sorted(documents), "files": digests})


def _find_newest(path: Path) -> PublishedRelease | None:
    versions = [name for version in path.glob("v*") if (name := _parse_name(version)) is not None]
    return _find_version(path.parent / str(max(versions))) if versions else None


def _parse_name(path: Path) -> ReleaseName | None:
    """Return the name of the release that a folder holds by its place, if it is version."""
    try:
        return ReleaseName.parse("/".join(path.parts[-2:]))
    except ValueError:
        return None


def _find_version(path: Path) -> PublishedRelease | None:
    try:
        manifest = (path / MANIFEST).read_bytes()
    except FileNotFoundError:
        return None
    digest = hashlib.sha256(manifest).hexdigest()
    name = ReleaseName.parse("/".join(path.parts[-2:]))
    return PublishedRelease(name.quarter, name.version, path, digest)


def _read_checked(path: Path, digest: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Damaged(f"{path.name} of {_name_release(path)} cannot be read") from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise Damaged(f"{path.name} of {_name_release(path)} is not what was published")
    return content


def _name_release(path: Path) -> str:
    """Return the release that a file lies in, as it is cited."""
    parts = path.parts
    at = next((place for place, part in enumerate(parts) if Quarter.is_one(part)), -2)
    return "/".join(parts[at:][:2])


@cache
def _read_json(path: Path, digest: str) -> Any:
    """Return a JSON file; it is read once in the life of a worker, as it never changes."""
    try:
        return json.loads(_read_checked(path, digest))
    except ValueError as error:
        raise Damaged(f"{path.name} of {_name_release(path)} is no JSON") from error


def _compute_digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError as error:
        raise NotFound("no such file in this release") from error
