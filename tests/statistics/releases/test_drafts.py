"""Drafts: whole or not there, seen by nobody, revealed at one instant."""

from pathlib import Path

import pytest

from portal.core.calendar import Quarter
from portal.core.errors import Conflict, NotFound
from portal.statistics.catalogue.periods import make_quarter_span
from portal.statistics.dataset.encoding import as_json
from portal.statistics.dataset.tabulation import tabulate_totals
from portal.statistics.releases import archive, drafts
from portal.statistics.releases.archive import BESIDE, MANIFEST, NO_RELEASE

Q3 = Quarter("2026-q3")


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    return tmp_path / "releases"


def list_files(received: int = 7) -> dict[str, bytes]:
    totals = tabulate_totals(received, 2, make_quarter_span(Q3), "r")
    made = {"totals.json": as_json(totals), "kk/index.html": b"<p>"}
    return made | {MANIFEST: archive.build_manifest(made, ["totals"], previous=NO_RELEASE)}


def write_staged(releases: Path, received: int = 7, version: int = 1) -> Path:
    place = drafts.locate_draft(releases, Q3, version)
    drafts.write_draft(place, list_files(received))
    for name in BESIDE:
        drafts.add_file(place, name, b"beside")
    return place


def test_a_draft_is_not_among_the_releases(releases: Path) -> None:
    place = write_staged(releases)

    assert not place.is_relative_to(releases)
    assert archive.list_releases(releases) == []

    drafts.publish_draft(releases, Q3, 1)

    release = archive.get_release(releases, Q3)
    assert (release.read("kk/index.html"), release.read(BESIDE[0])) == (b"<p>", b"beside")
    assert not place.exists()


def test_only_the_owner_of_the_portal_can_list_drafts(releases: Path) -> None:
    assert write_staged(releases).parent.stat().st_mode & 0o77 == 0


def test_a_release_is_not_replaced(releases: Path) -> None:
    write_staged(releases)
    drafts.publish_draft(releases, Q3, 1)
    write_staged(releases, received=8)

    with pytest.raises(Conflict):
        drafts.publish_draft(releases, Q3, 1)
    assert archive.get_release(releases, Q3).read_total("received") == 7


@pytest.mark.parametrize("name", ["totals.json", "kk/index.html", MANIFEST])
def test_a_draft_of_which_a_part_is_lost_or_cut_is_not_whole(releases: Path, name: str) -> None:
    place = write_staged(releases)
    assert drafts.compute_digest(place) is not None

    (place / name).write_bytes((place / name).read_bytes()[:-2])
    cut = drafts.compute_digest(place)
    (place / name).unlink()

    assert cut is None
    assert drafts.compute_digest(place) is None


def test_staging_again_starts_anew(releases: Path) -> None:
    place = write_staged(releases)
    (place / "left.csv").write_bytes(b"")

    assert not (write_staged(releases) / "left.csv").exists()


def test_a_draft_is_read_only_as_the_one_that_is_meant(releases: Path) -> None:
    place = write_staged(releases)
    digest = str(drafts.compute_digest(place))

    assert drafts.open_draft(place, Q3, 1, digest).read_total("received") == 7
    for wanted, folder in ((NO_RELEASE, place), (digest, releases)):
        with pytest.raises(NotFound):
            drafts.open_draft(folder, Q3, 1, wanted)


def test_a_draft_that_is_given_up_is_gone(releases: Path) -> None:
    place = write_staged(releases)

    drafts.remove_draft(place)
    drafts.remove_draft(place)

    assert not place.exists()
