"""The public log as files: 256 hashes of a level, or 256 entries, in each.

A log is read by fetching files that never change. A tile holds hashes of the levels 0, 8, 16 …
of the tree; what lies between them follows by hashing. The last one of a level is partial, and
has its width in its name.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from crypto.errors import FormatError
from crypto.merkle import HASH_BYTES, Node, Reader, hash_children

HEIGHT = 8
WIDTH = 1 << HEIGHT
MAX_LEVEL = 63
MAX_ENTRY = 0xFFFF
CHECKPOINT_PATH = "checkpoint"
_NUMBER = r"((?:x\d{3}/){0,6}\d{3})(?:\.p/([1-9]\d{0,2}))?"
_TILE_PATH = re.compile(rf"tile/(0|[1-9]\d?)/{_NUMBER}", re.ASCII)
_BUNDLE_PATH = re.compile(rf"tile/entries/{_NUMBER}", re.ASCII)


@dataclass(frozen=True)
class Tile:
    """Some neighbouring hashes of one level of tiles: level 0 are the leaves; width 1 to 256."""

    level: int
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        if not 0 <= self.level <= MAX_LEVEL:
            raise FormatError("tiles have levels from 0 to 63")
        _check_place(self.index, self.width)

    @property
    def path(self) -> str:
        """Where the tile is served, below the address of the log."""
        return f"tile/{self.level}/{_format_number(self.index, self.width)}"

    @property
    def nodes(self) -> list[Node]:
        """The nodes whose hashes it holds."""
        first = self.index * WIDTH
        return [Node(self.level * HEIGHT, first + place) for place in range(self.width)]


@dataclass(frozen=True)
class Bundle:
    """Some neighbouring entries; width 1 to 256."""

    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        _check_place(self.index, self.width)

    @property
    def path(self) -> str:
        """Where the bundle is served, below the address of the log."""
        return f"tile/entries/{_format_number(self.index, self.width)}"

    @property
    def first(self) -> int:
        """The number of its first entry in the log."""
        return self.index * WIDTH


Fetch = Callable[[Tile], bytes]
"""Gives the bytes of a tile, from a file or from the log's address."""


def parse_path(path: str) -> Tile | Bundle:
    """Read the path of a tile or of a bundle.

    Args:
        path: What stands below the address of the log, such as "tile/0/x001/234.p/5".

    Returns:
        What is served there.

    Raises:
        FormatError: any other spelling than the one that `path` gives.

    Source: c2sp.org/tlog-tiles, "Merkle Tree" and "Log entries".
    """
    made: Tile | Bundle
    if match := _TILE_PATH.fullmatch(path):
        made = Tile(int(match[1]), *_parse_place(match[2], match[3]))
    elif match := _BUNDLE_PATH.fullmatch(path):
        made = Bundle(*_parse_place(match[1], match[2]))
    else:
        raise FormatError("not the path of a tile")
    if made.path != path:
        raise FormatError("not the path of a tile")
    return made


def list_new_tiles(old: int, size: int) -> Iterator[Tile]:
    """Give the tiles that a log has to write when it grows.

    Args:
        old: How many leaves the last published tree had; 0 gives all tiles.
        size: How many it has now.

    Yields:
        Every tile that was not there before, full ones before a partial one, level by level.

    Source: c2sp.org/tlog-tiles, "Partial Tiles".
    """
    level = 0
    while old != size:
        yield from (Tile(level, index, width) for index, width in _list_places(old, size))
        level, old, size = level + 1, old >> HEIGHT, size >> HEIGHT


def list_new_bundles(old: int, size: int) -> Iterator[Bundle]:
    """Give the bundles of entries that a log has to write when it grows.

    Args:
        old: How many entries the last published tree had; 0 gives all bundles.
        size: How many it has now.

    Yields:
        Every bundle that was not there before, full ones before a partial one.

    Source: c2sp.org/tlog-tiles, "Log entries".
    """
    for index, width in _list_places(old, size):
        yield Bundle(index, width)


def write_tile(tile: Tile, read: Reader) -> bytes:
    """Write a tile.

    Args:
        tile: Which.
        read: Reads nodes of the tree.

    Returns:
        32 bytes for each of its hashes.

    Source: c2sp.org/tlog-tiles, "Merkle Tree".
    """
    return b"".join(read(tile.nodes))


def read_tile(tile: Tile, data: bytes) -> list[bytes]:
    """Read a tile. What it says is to be believed only if it leads to a signed root.

    Args:
        tile: Which.
        data: Its bytes.

    Returns:
        Its hashes, 32 bytes each.

    Raises:
        FormatError: it is of another length.

    Source: c2sp.org/tlog-tiles, "Merkle Tree".
    """
    if len(data) != tile.width * HASH_BYTES:
        raise FormatError("a tile has 32 bytes for each hash")
    return [data[i : i + HASH_BYTES] for i in range(0, len(data), HASH_BYTES)]


def write_bundle(entries: Sequence[bytes]) -> bytes:
    """Write a bundle of entries.

    Args:
        entries: 1 to 256 entries, at most 65,535 bytes each, in order.

    Returns:
        Each entry after its length in two bytes, big-endian.

    Raises:
        FormatError: too many entries, none, or too long a one.

    Source: c2sp.org/tlog-tiles, "Log entries".
    """
    if not 1 <= len(entries) <= WIDTH or any(len(entry) > MAX_ENTRY for entry in entries):
        raise FormatError("a bundle has 1 to 256 entries of at most 65,535 bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def read_bundle(bundle: Bundle, data: bytes) -> list[bytes]:
    """Read a bundle. What it says is to be believed only if its hashes lead to a signed root.

    Args:
        bundle: Which.
        data: Its bytes.

    Returns:
        Its entries.

    Raises:
        FormatError: cut short, with more bytes behind, or another number of entries.

    Source: c2sp.org/tlog-tiles, "Log entries".
    """
    entries: list[bytes] = []
    position = 0
    while position < len(data):
        begin = position + 2
        position = begin + int.from_bytes(data[position:begin], "big")
        entries.append(data[begin:position])
    if position != len(data) or len(entries) != bundle.width:
        raise FormatError("the bundle is malformed")
    return entries


def make_tile_reader(size: int, fetch: Fetch) -> Reader:
    """Read the nodes of a tree from its tiles, the way outsiders do.

    Args:
        size: How many leaves the tree has.
        fetch: Gives the bytes of a tile of that tree; called once for each tile of a proof.

    Returns:
        A reader for `crypto.merkle`. Its hashes are not checked: verify the proof.

    Source: c2sp.org/tlog-tiles, "Merkle Tree".
    """

    def read(nodes: Sequence[Node]) -> list[bytes]:
        fetched: dict[Tile, list[bytes]] = {}
        made: list[bytes] = []
        for node in nodes:
            tile = _locate_tile(node, size)
            if tile not in fetched:
                fetched[tile] = read_tile(tile, fetch(tile))
            made.append(_compute_node(fetched[tile], node))
        return made

    return read


def _locate_tile(node: Node, size: int) -> Tile:
    """Say in which tile of a tree the leaves under a node begin, on the level just below it."""
    level, above = divmod(node.level, HEIGHT)
    row = size >> level * HEIGHT
    first = node.number << above
    if first + (1 << above) > row:
        raise FormatError("the tree has no such node")
    index = first // WIDTH
    return Tile(level, index, min(WIDTH, row - index * WIDTH))


def _compute_node(hashes: Sequence[bytes], node: Node) -> bytes:
    count = 1 << node.level % HEIGHT
    first = node.number * count % WIDTH
    row = list(hashes[first : first + count])
    while len(row) > 1:
        row = [hash_children(row[i], row[i + 1]) for i in range(0, len(row), 2)]
    return row[0]


def _list_places(before: int, now: int) -> Iterator[tuple[int, int]]:
    """Give index and width of what a row needs that grows from `before` to `now`."""
    for index in range(before // WIDTH, now // WIDTH):
        yield index, WIDTH
    if now % WIDTH and now > before:
        yield now // WIDTH, now % WIDTH


def _format_number(index: int, width: int) -> str:
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03}")
    return "/".join(groups) + ("" if width == WIDTH else f".p/{width}")


def _parse_place(number: str, width: str | None) -> tuple[int, int]:
    index = int(number.replace("x", "").replace("/", ""))
    return index, WIDTH if width is None else int(width)


def _check_place(index: int, width: int) -> None:
    if index < 0 or not 1 <= width <= WIDTH:
        raise FormatError("a tile has an index from 0 and 1 to 256 hashes")
