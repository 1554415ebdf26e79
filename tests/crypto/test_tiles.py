"""The log as files: paths and bytes exactly as c2sp.org/tlog-tiles has them."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import merkle, tiles
from crypto.merkle import Node, hash_children, hash_leaf
from crypto.tiles import (
    Bundle,
    Tile,
    list_new_bundles,
    list_new_tiles,
    make_tile_reader,
    parse_path,
    read_bundle,
    read_tile,
    write_bundle,
    write_tile,
)
from tests.crypto import known, make_log_vectors
from tests.crypto.altering import refused
from tests.crypto.conftest import Judge
from tests.crypto.trees import Tree, numbered

SIZE = 70000  # the example of the specification
TREE = Tree(numbered(SIZE))
INDEXES = st.integers(0, 2**55)
WIDTHS = st.integers(1, 256)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 999), "tile/0/999"),
        (Tile(0, 1000), "tile/0/x001/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(3, 1234067, 8), "tile/3/x001/x234/067.p/8"),
        (Tile(63, 0, 255), "tile/63/000.p/255"),
        (Bundle(1234067, 8), "tile/entries/x001/x234/067.p/8"),
        (Bundle(0, 1), "tile/entries/000.p/1"),
    ],
)
def test_paths_are_as_specified(tile: Tile | Bundle, path: str) -> None:
    assert tile.path == path
    assert parse_path(path) == tile


@given(st.integers(0, 63), INDEXES, WIDTHS)
def test_every_path_is_read_as_it_was_written(level: int, index: int, width: int) -> None:
    for tile in (Tile(level, index, width), Bundle(index, width)):
        assert parse_path(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/1000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001",
        "tile/0/x01/002",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/000\n",
        "tile/0/٠٠٠",
        "tile/entries/000.p/256",
        "tile/Entries/000",
        "tile/0/" + "x001/" * 5000 + "000",
    ],
)
def test_no_other_spelling_is_a_path(path: str) -> None:
    assert refused(parse_path, path)


@pytest.mark.parametrize(("level", "index", "width"), [(-1, 0, 1), (64, 0, 1), (0, -1, 1)])
def test_a_tile_has_a_place(level: int, index: int, width: int) -> None:
    assert refused(Tile, level, index, width)


@pytest.mark.parametrize("width", [-1, 0, 257])
def test_a_tile_and_a_bundle_hold_1_to_256(width: int) -> None:
    assert refused(Tile, 0, 0, width)
    assert refused(Bundle, 0, width)


def test_a_tree_of_70_000_has_the_tiles_that_the_specification_counts() -> None:
    made = list(list_new_tiles(0, SIZE))

    assert [tile for tile in made if tile.level == 0] == [
        *(Tile(0, index) for index in range(273)),
        Tile(0, 273, 112),
    ]
    assert [tile for tile in made if tile.level] == [Tile(1, 0), Tile(1, 1, 17), Tile(2, 0, 1)]


def test_a_tree_of_256_has_a_full_tile_and_one_above() -> None:
    assert list(list_new_tiles(0, 256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(list_new_bundles(0, 256)) == [Bundle(0)]


@given(st.lists(st.integers(0, SIZE), min_size=1, max_size=6))
def test_tiles_written_as_a_log_grows_are_all_tiles_of_its_sizes(sizes: list[int]) -> None:
    sizes.sort()
    written: set[Tile | Bundle] = set()
    before = 0
    for size in sizes:
        fresh: set[Tile | Bundle] = {*list_new_tiles(before, size), *list_new_bundles(before, size)}
        assert not written & fresh
        written |= fresh
        before = size

        assert {*list_new_tiles(0, size), *list_new_bundles(0, size)} <= written


def test_a_tile_of_leaves_holds_the_hashes_of_the_entries() -> None:
    tile = Tile(0, 273, 112)
    data = write_tile(tile, TREE.read)

    assert data == b"".join(hash_leaf(entry) for entry in numbered(SIZE)[273 * 256 :])
    assert read_tile(tile, data) == [TREE.leaf(index) for index in range(273 * 256, SIZE)]


def test_a_tile_above_holds_the_roots_of_full_tiles_below() -> None:
    row = [TREE.leaf(256 * 256 + index) for index in range(256)]
    while len(row) > 1:
        row = [hash_children(row[i], row[i + 1]) for i in range(0, len(row), 2)]

    assert write_tile(Tile(1, 1, 17), TREE.read)[:32] == row[0]


@pytest.mark.parametrize("length", [0, 31, 32 * 4, 32 * 5 + 1, 32 * 6])
def test_a_tile_of_another_length_is_refused(length: int) -> None:
    assert refused(read_tile, Tile(0, 0, 5), bytes(length))


@given(st.lists(st.binary(max_size=80), min_size=1, max_size=256))
def test_a_bundle_is_read_as_it_was_written(entries: list[bytes]) -> None:
    assert read_bundle(Bundle(0, len(entries)), write_bundle(entries)) == entries


def test_a_bundle_is_the_entries_after_their_lengths() -> None:
    assert write_bundle([b"ab", b"", b"c" * 258]) == b"\0\2ab" + b"\0\0" + b"\1\2" + b"c" * 258


@pytest.mark.parametrize("entries", [[], [b""] * 257, [bytes(65536)]])
def test_a_bundle_that_cannot_be_is_not_written(entries: list[bytes]) -> None:
    assert refused(write_bundle, entries)


def test_a_bundle_cut_short_or_prolonged_is_refused() -> None:
    data = write_bundle([b"one", b"two", b"three"])

    for length in range(len(data)):
        assert refused(read_bundle, Bundle(0, 3), data[:length])
    for more in (b"\0", b"\0\0", b"\0\1", b"\0\1a"):
        assert refused(read_bundle, Bundle(0, 3), data + more)


def test_an_outsider_proves_everything_from_tiles() -> None:
    fetched: list[Tile] = []

    def fetch(tile: Tile) -> bytes:
        fetched.append(tile)
        return write_tile(tile, TREE.read)

    for size in (1, 255, 256, 257, 65536, 65537, SIZE):
        read = make_tile_reader(size, fetch)
        assert merkle.compute_root(size, read) == TREE.root(size)
        for index in {0, size // 3, size - 1}:
            proof = merkle.prove_inclusion(index, size, read)
            assert proof == merkle.prove_inclusion(index, size, TREE.read)
            way = merkle.prove_consistency(index + 1, size, read)
            assert way == merkle.prove_consistency(index + 1, size, TREE.read)
        assert set(fetched) <= set(list_new_tiles(0, size))
        fetched.clear()


def test_a_proof_takes_few_tiles_each_once() -> None:
    fetched: list[Tile] = []

    def fetch(tile: Tile) -> bytes:
        fetched.append(tile)
        return write_tile(tile, TREE.read)

    merkle.prove_inclusion(40000, SIZE, make_tile_reader(SIZE, fetch))

    assert len(fetched) == len(set(fetched)) <= 5


def test_what_a_tree_does_not_have_is_not_looked_for() -> None:
    read = make_tile_reader(300, lambda tile: write_tile(tile, TREE.read))

    assert read([Node(8, 0)]) == [TREE.nodes[Node(8, 0)]]
    for node in (Node(0, 300), Node(8, 1), Node(9, 0), Node(2, 75)):
        assert refused(read, [node])


def test_the_vectors_are_what_is_made() -> None:
    assert make_log_vectors.tiles() == known.load("tiles")


def test_the_checkpoint_has_its_own_path() -> None:
    assert tiles.CHECKPOINT_PATH == "checkpoint"
    assert refused(parse_path, tiles.CHECKPOINT_PATH)


def test_go_serves_the_same_tiles(judge: Judge) -> None:
    for old, size in ((0, 1), (0, 255), (0, 256), (0, 257), (255, 256), (250, 1000), (0, 1000)):
        verdict = judge("tiles", entries=numbered(size), old=old)["tiles"]
        ours = {tile.path: write_tile(tile, TREE.read) for tile in list_new_tiles(old, size)}
        assert {path: base64.b64decode(data) for path, data in verdict.items()} == ours
