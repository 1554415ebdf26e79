"""The store of sealed files: whole or absent, and silent about when."""

from contextlib import nullcontext
from pathlib import Path

import pytest

from portal.core.blobs import BlobStore, NoRoom, write_whole


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    store = BlobStore(tmp_path)
    store.prepare()
    return store


def test_a_kept_file_is_found_under_its_name(store: BlobStore) -> None:
    arrived = store.open_incoming()
    arrived.write(b"sealed")
    name = store.keep(arrived)

    with store.open(name) as kept:
        assert kept.read() == b"sealed"
    assert list(store.list_names()) == [name]
    assert list(store.list_incoming()) == []


def test_a_file_that_is_still_arriving_is_no_file_of_the_store(store: BlobStore) -> None:
    with store.open_incoming() as arriving:
        arriving.write(b"half")

    assert list(store.list_names()) == []
    assert len(list(store.list_incoming())) == 1


def test_a_discarded_file_leaves_nothing(store: BlobStore) -> None:
    store.discard(store.open_incoming())

    assert list(store.list_incoming()) == []


def test_the_time_of_a_file_says_nothing(store: BlobStore) -> None:
    name = store.keep(store.open_incoming())

    assert (store.folder / name).stat().st_mtime == 0


def test_a_removed_file_is_gone_and_may_be_removed_again(store: BlobStore) -> None:
    name = store.keep(store.open_incoming())

    store.remove(name)
    store.remove(name)

    assert list(store.list_names()) == []


def test_a_name_that_is_taken_leaves_nothing_behind(store: BlobStore) -> None:
    name = "a" * 32
    for content in (b"first", b"second"):
        arrived = store.open_incoming()
        write_whole(arrived, content)
        with nullcontext() if content == b"first" else pytest.raises(FileExistsError):
            store.keep(arrived, name)

    assert not list(store.list_incoming())
    with store.open(name) as kept:
        assert kept.read() == b"first"


def test_below_the_floor_and_beyond_the_quota_no_file_may_grow(tmp_path: Path) -> None:
    roomy = BlobStore(tmp_path, unfinished_bytes=1000)
    roomy.prepare()
    roomy.check_room()
    first, second = roomy.open_incoming(), roomy.open_incoming()
    first.write(bytes(600))
    roomy.check_room()
    second.write(bytes(600))

    with pytest.raises(NoRoom):
        roomy.check_room()
    for arrived in (first, second):
        roomy.discard(arrived)
    roomy.check_room()
    with pytest.raises(NoRoom):
        BlobStore(tmp_path, free_bytes=1 << 60).check_room()
