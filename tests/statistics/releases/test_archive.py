"""Folders of releases: read only if nobody changed them, and chained to one another."""

import json
from pathlib import Path

import pytest

from portal.core.calendar import Quarter
from portal.core.errors import Damaged, NotFound
from portal.statistics.catalogue.periods import make_quarter_span
from portal.statistics.dataset.encoding import as_json
from portal.statistics.dataset.tabulation import tabulate_totals
from portal.statistics.releases import archive
from portal.statistics.releases.archive import MANIFEST, NO_RELEASE

Q3 = Quarter("2026-q3")
CORRECTION = {"kk": "түзету", "ru": "поправка", "en": "a correction"}


def list_files(
    quarter: Quarter = Q3, received: int = 7, previous: str = NO_RELEASE
) -> dict[str, bytes]:
    totals = tabulate_totals(received, 2, make_quarter_span(quarter), "r")
    made = {"totals.json": as_json(totals), "totals.csv": b"freq\n", "kk/index.html": b"<p>"}
    manifest = archive.build_manifest(
        made, ["totals"], quarter=quarter, previous=previous, correction=CORRECTION
    )
    return made | {MANIFEST: manifest}


def publish(folder: Path, quarter: Quarter = Q3, received: int = 7, version: int = 1) -> None:
    chain = archive.read_chain(folder)
    place = archive.locate_release(folder, quarter, version)
    made = list_files(quarter, received, chain[-1].digest if chain else NO_RELEASE)
    for name, content in made.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)


def test_the_newest_version_is_shown_and_the_older_one_stays(tmp_path: Path) -> None:
    for version in range(1, 12):
        publish(tmp_path, received=version, version=version)

    newest, second = archive.get_release(tmp_path, Q3), archive.get_release(tmp_path, Q3, 2)

    assert (newest.read_total("received"), second.read_total("received")) == (11, 2)
    assert archive.find_successor(tmp_path, second) == newest
    assert archive.find_successor(tmp_path, newest) is None


def test_releases_come_in_their_order_and_add_up_to_years(tmp_path: Path) -> None:
    for quarter in (Quarter("2027-q1"), Quarter("2026-q4"), Quarter("2026-q3")):
        publish(tmp_path, quarter, received=5)

    newest = archive.list_releases(tmp_path)

    assert [release.quarter for release in newest] == [
        Quarter("2026-q3"),
        Quarter("2026-q4"),
        Quarter("2027-q1"),
    ]
    assert archive.sum_volumes(newest) == {2026: 10, 2027: 5}


class TestChain:
    def test_it_goes_by_the_order_of_publication(self, tmp_path: Path) -> None:
        for quarter, version in (
            (Q3, 1),
            (Quarter("2026-q4"), 1),
            (Q3, 2),
            (Quarter("2027-q1"), 1),
        ):
            publish(tmp_path, quarter, version=version)

        names = [release.name for release in archive.read_chain(tmp_path)]

        assert names == ["2026-q3/v1", "2026-q4/v1", "2026-q3/v2", "2027-q1/v1"]

    def test_a_release_that_is_missing_breaks_it(self, tmp_path: Path) -> None:
        for quarter in (Q3, Quarter("2026-q4"), Quarter("2027-q1")):
            publish(tmp_path, quarter)
        (tmp_path / Quarter("2026-q4") / "v1" / MANIFEST).unlink()

        with pytest.raises(Damaged, match="chain"):
            archive.read_chain(tmp_path)

    def test_history_is_what_it_was_when_a_release_was_made(self, tmp_path: Path) -> None:
        for number, (quarter, version) in enumerate(((Q3, 1), (Quarter("2026-q4"), 1), (Q3, 2))):
            publish(tmp_path, quarter, received=number, version=version)
        first, second, third = archive.read_chain(tmp_path)

        assert archive.list_releases_before(tmp_path, NO_RELEASE, Q3) == []
        assert archive.list_releases_before(tmp_path, first.digest, Quarter("2026-q4")) == [first]
        assert archive.list_releases_before(tmp_path, second.digest, Q3) == []
        assert archive.list_releases_before(tmp_path, third.digest, Quarter("2027-q1")) == [
            third,
            second,
        ]


def test_a_file_that_was_tampered_with_is_not_shown(tmp_path: Path) -> None:
    publish(tmp_path)
    (tmp_path / Q3 / "v1" / "totals.csv").write_bytes(b"freq\n1\n")

    with pytest.raises(Damaged, match="not what was published"):
        archive.get_release(tmp_path, Q3).read("totals.csv")


@pytest.mark.parametrize("name", ["../secret", "none.csv", "", "totals.csv/", archive.SIGNATURE])
def test_only_what_the_manifest_names_is_read(tmp_path: Path, name: str) -> None:
    publish(tmp_path)

    with pytest.raises(NotFound):
        archive.get_release(tmp_path, Q3).read(name)


def test_files_in_folders_and_beside_the_manifest_are_read(tmp_path: Path) -> None:
    publish(tmp_path)
    (tmp_path / Q3 / "v1" / archive.SIGNATURE).write_bytes(bytes(64))
    release = archive.get_release(tmp_path, Q3)

    assert release.read("kk/index.html") == b"<p>"
    assert release.read(archive.SIGNATURE) == bytes(64)
    assert release.correction is not None
    assert release.correction.get("kk") == CORRECTION["kk"]


@pytest.mark.parametrize("quarter", ["2026-q5", "..", Quarter("2025-q1"), ".2026-q3-v1"])
def test_what_is_no_published_quarter_is_not_found(tmp_path: Path, quarter: Quarter) -> None:
    publish(tmp_path)

    with pytest.raises(NotFound):
        archive.get_release(tmp_path, quarter)


def test_the_manifest_names_every_file_but_itself() -> None:
    manifest = json.loads(list_files()[MANIFEST])

    assert sorted(manifest["files"]) == ["kk/index.html", "totals.csv", "totals.json"]
    assert manifest["documents"] == ["totals"]
