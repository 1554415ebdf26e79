"""The log as outsiders read it: all its files, believed only if they lead to a signed root."""

from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.request import urlopen

from crypto import merkle
from crypto.cosignature import Policy, WitnessedCheckpoint
from crypto.errors import OpenError
from crypto.merkle import Node, hash_leaf
from crypto.tiles import CHECKPOINT_PATH, list_new_bundles, read_bundle

Fetch = Callable[[str], bytes]
"""Gives a file by its path."""
Each = Callable[[int, bytes], None]
"""Is given each entry with its position."""
_SECONDS = 60


def make_fetch(place: str) -> Fetch:
    """Return what reads files below an address, or in a folder."""
    if place.startswith(("http://", "https://")):
        return lambda name: _download(f"{place.rstrip('/')}/{name}")
    return lambda name: (Path(place) / name).read_bytes()


def read_whole_log(fetch: Fetch, policy: Policy, each: Each) -> WitnessedCheckpoint:
    """Read every entry of the log, and make sure that they are what was signed.

    Args:
        fetch: gives the files of the log.
        policy: whom to believe.
        each: is given the entries; use nothing of them before this has returned.

    Returns:
        The checkpoint that has them all, and who vouches for it.

    Raises:
        FormatError: what is there is no log.
        OpenError: not the log's, too few witnesses saw it, or it has other entries.
        OSError: a file is missing or cannot be had.
    """
    seen = policy.check(fetch(CHECKPOINT_PATH))
    edge: dict[Node, bytes] = {}

    def read(nodes: Sequence[Node]) -> list[bytes]:
        return [edge[node] for node in nodes]

    for bundle in list_new_bundles(0, seen.checkpoint.size):
        entries = read_bundle(bundle, fetch(bundle.path))
        edge |= dict(merkle.append(bundle.first, [hash_leaf(entry) for entry in entries], read))
        edge = _trim_edge(edge, bundle.first + bundle.width)
        for place, entry in enumerate(entries, bundle.first):
            each(place, entry)
    if merkle.compute_root(seen.checkpoint.size, read) != seen.checkpoint.root:
        raise OpenError("the entries of the log are not those that were signed")
    return seen


def _trim_edge(edge: dict[Node, bytes], size: int) -> dict[Node, bytes]:
    """Return the full subtrees that a tree of this size is put together from."""
    levels = [level for level in range(size.bit_length()) if size >> level & 1]
    rim = [Node(level, (size >> level) - 1) for level in levels]
    return {node: edge[node] for node in rim}


def _download(address: str) -> bytes:
    with urlopen(address, timeout=_SECONDS) as answer:  # noqa: S310 - http and https only
        content: bytes = answer.read()
    return content
