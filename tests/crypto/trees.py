"""Trees for tests: one that stores its nodes, and the definition of the RFC to compare with."""

from collections.abc import Iterable, Sequence

from crypto import merkle
from crypto.merkle import Node, hash_children, hash_leaf


class Tree:
    """A tree whose nodes lie in a dict, appended to as a log is."""

    def __init__(self, entries: Iterable[bytes] = ()) -> None:
        self.size = 0
        self.nodes: dict[Node, bytes] = {}
        self.asked: list[int] = []  # how many nodes each reading wanted
        self.add(entries)

    def add(self, entries: Iterable[bytes]) -> None:
        """Append some entries in one batch."""
        leaves = [hash_leaf(entry) for entry in entries]
        made = merkle.append(self.size, leaves, self.read)
        assert not self.nodes.keys() & dict(made).keys(), "a stored node is never written again"
        self.nodes |= dict(made)
        self.size += len(leaves)

    def read(self, nodes: Sequence[Node]) -> list[bytes]:
        """Read stored nodes."""
        self.asked.append(len(nodes))
        return [self.nodes[node] for node in nodes]

    def leaf(self, index: int) -> bytes:
        """Give the hash of an entry."""
        return self.nodes[Node(0, index)]

    def root(self, size: int | None = None) -> bytes:
        """Give the root, or an earlier one."""
        return merkle.compute_root(self.size if size is None else size, self.read)


def numbered(count: int) -> list[bytes]:
    """Give some entries that differ."""
    return [b"entry %d" % number for number in range(count)]


def defined_root(leaves: Sequence[bytes]) -> bytes:
    """Give the root of leaf hashes as RFC 9162 section 2.1.1 defines it."""
    if len(leaves) < 2:
        return leaves[0] if leaves else merkle.EMPTY_ROOT
    split = _split(len(leaves))
    return hash_children(defined_root(leaves[:split]), defined_root(leaves[split:]))


def defined_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Give PATH(index, leaves) as RFC 9162 section 2.1.3.1 defines it."""
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*defined_path(index, leaves[:split]), defined_root(leaves[split:])]
    return [*defined_path(index - split, leaves[split:]), defined_root(leaves[:split])]


def defined_proof(old: int, leaves: Sequence[bytes], *, known: bool = True) -> list[bytes]:
    """Give SUBPROOF(old, leaves, known) as RFC 9162 section 2.1.4.1 defines it."""
    if old == len(leaves):
        return [] if known else [defined_root(leaves)]
    split = _split(len(leaves))
    if old <= split:
        return [*defined_proof(old, leaves[:split], known=known), defined_root(leaves[split:])]
    right = defined_proof(old - split, leaves[split:], known=False)
    return [*right, defined_root(leaves[:split])]


def _split(count: int) -> int:
    split = 1
    while split * 2 < count:
        split *= 2
    return split
