"""Files of a witness and of the portal: whole and on the disk, or not there."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from witness.durable import create_whole, replace_whole


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_whole_and_nothing_lies_beside_it(tmp_path: Path) -> None:
    place = tmp_path / "state"
    for content in (b"before", b"after"):
        replace_whole(place, content)

    assert place.read_bytes() == b"after"
    assert names(tmp_path) == ["state"]


def test_a_write_that_fails_leaves_what_stood_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "state"
    replace_whole(place, b"before")

    def refuse(_handle: int) -> None:
        raise OSError("no room")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="no room"):
        replace_whole(place, b"after")

    assert place.read_bytes() == b"before"
    assert names(tmp_path) == ["state"]


def test_what_is_there_is_never_written_again(tmp_path: Path) -> None:
    place = tmp_path / "key"
    create_whole(place, b"first")

    with pytest.raises(FileExistsError, match="key"):
        create_whole(place, b"second")

    assert place.read_bytes() == b"first"
    assert names(tmp_path) == ["key"]


def test_of_many_at_once_one_wins(tmp_path: Path) -> None:
    def attempt(number: int) -> int | None:
        try:
            create_whole(tmp_path / "key", b"%d" % number * 1000)
        except FileExistsError:
            return None
        return number

    with ThreadPoolExecutor(8) as pool:
        winners = [number for number in pool.map(attempt, range(32)) if number is not None]

    assert len(winners) == 1
    assert (tmp_path / "key").read_bytes() == b"%d" % winners[0] * 1000


@pytest.mark.parametrize(("private", "mode"), [(True, 0o600), (False, 0o644)])
def test_a_secret_is_for_its_owner_alone(tmp_path: Path, *, private: bool, mode: int) -> None:
    before = os.umask(0o022)
    try:
        replace_whole(tmp_path / "a", b"", private=private)
        create_whole(tmp_path / "b", b"", private=private)
    finally:
        os.umask(before)

    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {mode}


@pytest.mark.parametrize("dated", [True, False])
def test_the_time_of_a_file_says_something_only_if_it_may(tmp_path: Path, *, dated: bool) -> None:
    replace_whole(tmp_path / "tile", b"", dated=dated)

    assert bool((tmp_path / "tile").stat().st_mtime) is dated
