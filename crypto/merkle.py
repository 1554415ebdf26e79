"""The Merkle tree of the public log: roots, proofs, and what has to be stored for them.

A node is a full subtree: (level, number) covers the 2**level leaves from number * 2**level on. Only
full subtrees are stored, and none of them ever changes; the ragged right edge of a tree is put
together from them. Whoever makes a proof hands in a function that reads nodes, from a database,
from tiles or from a dict; it is called once for a proof.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

from crypto.errors import FormatError, OpenError

HASH_BYTES = 32
MAX_SIZE = 2**63 - 1
EMPTY_ROOT = sha256().digest()


class Node(NamedTuple):
    """Where a stored hash belongs; level 0 are the leaves."""

    level: int
    number: int


Reader = Callable[[Sequence[Node]], Sequence[bytes]]
"""Gives the hashes (32 bytes each) of some nodes, in the order asked for."""


class _Range(NamedTuple):
    """Leaves from `first` up to but without `end`, as one subtree of some tree."""

    first: int
    end: int


def hash_leaf(entry: bytes) -> bytes:
    """Hash an entry of the log.

    Args:
        entry: The bytes of the entry.

    Returns:
        32 bytes.

    Source: RFC 9162 section 2.1.1.
    """
    return sha256(b"\0" + entry).digest()


def hash_children(left: bytes, right: bytes) -> bytes:
    """Hash two neighbouring subtrees into one.

    Args:
        left: 32 bytes.
        right: 32 bytes.

    Returns:
        32 bytes.

    Source: RFC 9162 section 2.1.1.
    """
    return sha256(b"\1" + left + right).digest()


def append(size: int, leaves: Iterable[bytes], read: Reader) -> list[tuple[Node, bytes]]:
    """Make the nodes that a tree gains by some leaves.

    Args:
        size: How many leaves the tree has, 0 or more.
        leaves: Their hashes, 32 bytes each, in order.
        read: Reads nodes of the tree as it is; asked for at most one of each level.

    Returns:
        Every node to be stored, the leaves first. About twice as many as there are leaves.

    Raises:
        FormatError: a negative size.

    Source: RFC 9162 section 2.1.1.
    """
    edge = _split_into_subtrees(_make_range(size))
    known = dict(zip(edge, read(edge), strict=True)) if edge else {}
    made: list[tuple[Node, bytes]] = []
    level, first, row = 0, size, list(leaves)
    while row:
        made += [(Node(level, first + place), node_hash) for place, node_hash in enumerate(row)]
        if first % 2:
            first -= 1
            row.insert(0, known[Node(level, first)])
        row = [hash_children(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
        level, first = level + 1, first // 2
    return made


def compute_root(size: int, read: Reader) -> bytes:
    """Give the root of a tree, or of one of its earlier states.

    Args:
        size: How many leaves it has or had.
        read: Reads nodes; asked for at most 63.

    Returns:
        32 bytes; for an empty tree the SHA-256 of nothing.

    Raises:
        FormatError: a negative size.

    Source: RFC 9162 section 2.1.1.
    """
    whole = _make_range(size)
    return _hash_ranges([whole], read)[0] if size else EMPTY_ROOT


def prove_inclusion(index: int, size: int, read: Reader) -> list[bytes]:
    """Prove that an entry stands in a tree.

    Args:
        index: The entry's number, from 0.
        size: How many leaves the tree has; an earlier state may be meant.
        read: Reads nodes; asked for about log2(size), never for more than twice as many.

    Returns:
        Hashes of 32 bytes, from the leaf's sibling up.

    Raises:
        FormatError: the tree has no such entry.

    Source: RFC 9162 section 2.1.3.1.
    """
    first, end = _make_range(size)
    if not 0 <= index < size:
        raise FormatError("the tree has no such entry")
    path: list[_Range] = []
    while end - first > 1:
        middle = first + _compute_split_point(end - first)
        if index < middle:
            path.append(_Range(middle, end))
            end = middle
        else:
            path.append(_Range(first, middle))
            first = middle
    return _hash_ranges(path[::-1], read)


def prove_consistency(old: int, size: int, read: Reader) -> list[bytes]:
    """Prove that a tree was only added to since an earlier state.

    Args:
        old: How many leaves it had. From an empty tree, and to the same size, the proof is empty.
        size: How many leaves it has.
        read: Reads nodes; asked for about log2(size), never for more than twice as many.

    Returns:
        Hashes of 32 bytes.

    Raises:
        FormatError: the earlier state is larger.

    Source: RFC 9162 section 2.1.4.1.
    """
    first, end = _make_range(size)
    if not 0 <= old <= size:
        raise FormatError("an earlier state is not larger")
    if not old:
        return []
    path: list[_Range] = []
    while old != end:
        middle = first + _compute_split_point(end - first)
        if old <= middle:
            path.append(_Range(middle, end))
            end = middle
        else:
            path.append(_Range(first, middle))
            first = middle
    if first:
        path.append(_Range(first, end))
    return _hash_ranges(path[::-1], read)


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes
) -> None:
    """Make sure that an entry stands in a tree.

    Args:
        leaf: The hash of the entry, 32 bytes.
        index: Its number, from 0.
        size: How many leaves the tree has.
        proof: What `prove_inclusion` gave.
        expected: The root of the tree, 32 bytes.

    Raises:
        OpenError: it does not, or not there, or the proof is another's.

    Source: RFC 9162 section 2.1.3.2.
    """
    _check_hashes(leaf, expected, *proof)
    if not 0 <= index < size <= MAX_SIZE:
        raise OpenError("the tree has no such entry")
    here, last, computed = index, size - 1, leaf
    for sibling in proof:
        if not last:
            raise OpenError("the proof is too long")
        if here % 2 or here == last:
            computed = hash_children(sibling, computed)
            while here and not here % 2:
                here, last = here // 2, last // 2
        else:
            computed = hash_children(computed, sibling)
        here, last = here // 2, last // 2
    if last or computed != expected:
        raise OpenError("the entry does not stand there")


def verify_consistency(
    old: int, size: int, proof: Sequence[bytes], old_root: bytes, expected: bytes
) -> None:
    """Make sure that a tree was only added to since an earlier state.

    Args:
        old: How many leaves it had.
        size: How many leaves it has.
        proof: What `prove_consistency` gave.
        old_root: The earlier root, 32 bytes.
        expected: The root it has, 32 bytes.

    Raises:
        OpenError: something was altered, left out or moved, or the proof is another's.

    Source: RFC 9162 section 2.1.4.2; for an earlier state without leaves c2sp.org/tlog-witness.
    """
    _check_hashes(old_root, expected, *proof)
    if not 0 <= old <= size <= MAX_SIZE:
        raise OpenError("an earlier state is not larger")
    if old in {0, size}:
        same = old_root == (expected if old else EMPTY_ROOT)
        if proof or not same or (not size and expected != EMPTY_ROOT):
            raise OpenError("the tree is not the same")
        return
    _verify_path(old, size, proof, old_root, expected)


def _verify_path(
    old: int, size: int, proof: Sequence[bytes], old_root: bytes, expected: bytes
) -> None:
    """Go up both trees at once. Where the earlier one is full, its root is the first hash."""
    steps = [old_root, *proof] if old.bit_count() == 1 else list(proof)
    here, last = old - 1, size - 1
    while here % 2:
        here, last = here // 2, last // 2
    if not proof:
        raise OpenError("the proof is too short")
    before = after = steps[0]
    for step in steps[1:]:
        if not last:
            raise OpenError("the proof is too long")
        if here % 2 or here == last:
            before, after = hash_children(step, before), hash_children(step, after)
            while here and not here % 2:
                here, last = here // 2, last // 2
        else:
            after = hash_children(after, step)
        here, last = here // 2, last // 2
    if last or before != old_root or after != expected:
        raise OpenError("the tree was not only added to")


def _hash_ranges(ranges: Sequence[_Range], read: Reader) -> list[bytes]:
    """Give the hash of each range; all nodes are read at once."""
    parts = [_split_into_subtrees(each) for each in ranges]
    nodes = [node for part in parts for node in part]
    node_hashes = iter(read(nodes)) if nodes else iter(())
    made: list[bytes] = []
    for part in parts:
        hashes = [next(node_hashes) for _ in part]
        whole = hashes.pop()
        while hashes:
            whole = hash_children(hashes.pop(), whole)
        made.append(whole)
    return made


def _split_into_subtrees(leaves: _Range) -> list[Node]:
    """Split a range into full subtrees, the largest first."""
    first, end = leaves
    peaks: list[Node] = []
    while first < end:
        level = (end - first).bit_length() - 1
        peaks.append(Node(level, first >> level))
        first += 1 << level
    return peaks


def _compute_split_point(count: int) -> int:
    """Say how many of some leaves stand in the left subtree: the largest power of two below."""
    return 1 << (count - 1).bit_length() - 1


def _make_range(size: int) -> _Range:
    if not 0 <= size <= MAX_SIZE:
        raise FormatError("not the size of a tree")
    return _Range(0, size)


def _check_hashes(*hashes: bytes) -> None:
    if any(len(digest) != HASH_BYTES for digest in hashes):
        raise OpenError("a hash is 32 bytes")
