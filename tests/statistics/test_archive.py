"""Folders of releases: seen as a whole or not at all, and read only if nobody changed them."""

import json
from pathlib import Path

import pytest

from portal.core.errors import Conflict, NotFound
from portal.statistics import archive
from portal.statistics.formats import as_json, totals_document
from portal.statistics.measures import quarter_span

Q3 = "2026-q3"


def files(quarter: str = Q3, received: int = 7) -> dict[str, bytes]:
    totals = totals_document(received, 2, quarter_span(quarter), "r")
    made = {"totals.json": as_json(totals), "totals.csv": b"freq\n"}
    return made | {archive.MANIFEST: archive.manifest_of(made, quarter=quarter)}


def publish(folder: Path, quarter: str = Q3, received: int = 7, version: int = 1) -> None:
    archive.stage(folder, quarter, version, files(quarter, received))
    archive.reveal(folder, quarter, version)


def test_what_is_being_made_is_not_seen(tmp_path: Path) -> None:
    archive.stage(tmp_path, Q3, 1, files())

    assert archive.releases(tmp_path) == []
    with pytest.raises(NotFound):
        archive.release(tmp_path, Q3)

    archive.reveal(tmp_path, Q3, 1)
    assert [one.quarter for one in archive.releases(tmp_path)] == [Q3]


def test_a_release_is_not_replaced(tmp_path: Path) -> None:
    publish(tmp_path)

    with pytest.raises(Conflict):
        publish(tmp_path, received=8)
    assert archive.release(tmp_path, Q3).total("received") == 7


def test_the_newest_version_is_shown_and_the_older_one_stays(tmp_path: Path) -> None:
    for version in range(1, 12):
        publish(tmp_path, received=version, version=version)

    assert archive.release(tmp_path, Q3).total("received") == 11
    assert archive.release(tmp_path, Q3, 2).total("received") == 2


def test_releases_come_in_their_order_and_add_up_to_years(tmp_path: Path) -> None:
    for quarter in ("2027-q1", "2026-q4", "2026-q3"):
        publish(tmp_path, quarter, received=5)

    found = archive.releases(tmp_path)

    assert [one.quarter for one in found] == ["2026-q3", "2026-q4", "2027-q1"]
    assert archive.volumes(found) == {2026: 10, 2027: 5}


def test_a_file_that_was_tampered_with_is_not_shown(tmp_path: Path) -> None:
    publish(tmp_path)
    (tmp_path / Q3 / "v1" / "totals.csv").write_bytes(b"freq\n1\n")

    with pytest.raises(ValueError, match="not what was published"):
        archive.release(tmp_path, Q3).read("totals.csv")


@pytest.mark.parametrize("name", ["../secret", "none.csv", "", "totals.csv/"])
def test_only_what_the_manifest_names_is_read(tmp_path: Path, name: str) -> None:
    publish(tmp_path)

    with pytest.raises(NotFound):
        archive.release(tmp_path, Q3).read(name)


@pytest.mark.parametrize("quarter", ["2026-q5", "..", "2025-q1", ".2026-q3-v1"])
def test_what_is_no_published_quarter_is_not_found(tmp_path: Path, quarter: str) -> None:
    publish(tmp_path)

    with pytest.raises(NotFound):
        archive.release(tmp_path, quarter)


def test_half_of_a_release_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    assert archive.staged_digest(tmp_path, Q3, 1) is None
    archive.stage(tmp_path, Q3, 1, files())
    whole = archive.staged_digest(tmp_path, Q3, 1)

    (tmp_path / f".{Q3}-v1" / "totals.csv").write_bytes(b"fr")

    assert whole is not None
    assert archive.staged_digest(tmp_path, Q3, 1) is None


def test_staging_again_starts_anew(tmp_path: Path) -> None:
    archive.stage(tmp_path, Q3, 1, files() | {"left.csv": b""})
    archive.stage(tmp_path, Q3, 1, files())

    assert not (tmp_path / f".{Q3}-v1" / "left.csv").exists()


def test_the_manifest_names_every_file_but_itself() -> None:
    manifest = json.loads(files()[archive.MANIFEST])

    assert sorted(manifest["files"]) == ["totals.csv", "totals.json"]
