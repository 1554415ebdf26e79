"""Fetches the releases that an audit needs from the address of a portal into a folder."""

import json
from pathlib import Path, PurePosixPath

from portal.core.calendar import Quarter
from portal.core.errors import Invalid
from portal.statistics.catalogue.release_facts import ReleaseName
from portal.statistics.releases import archive
from portal.transparency.verifying.reading import Fetch


def fetch_releases(fetch: Fetch, folder: Path, audited: str) -> None:
    """Fetch all files of one release, and the tables of all others.

    Args:
        fetch: gives what stands below the address of the portal.
        folder: where they are put, as the portal has them.
        audited: the release that is checked: 2026-q3/v1.

    Raises:
        Invalid: a file would be put elsewhere.
        OSError: a file cannot be had.
    """
    for release in json.loads(fetch("api/v1/releases"))["releases"]:
        name = str(ReleaseName(Quarter(release["id"]), int(release["version"])))
        manifest = fetch(f"figures/{name}/{archive.MANIFEST}")
        _put(folder, f"{name}/{archive.MANIFEST}", manifest)
        for path in json.loads(manifest)["files"]:
            if name == audited or path.endswith(".json"):
                _put(folder, f"{name}/{path}", fetch(f"figures/{name}/{path}"))


def _put(folder: Path, name: str, content: bytes) -> None:
    if ".." in PurePosixPath(name).parts or name.startswith("/"):
        raise Invalid(f"no place for {name}")
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
