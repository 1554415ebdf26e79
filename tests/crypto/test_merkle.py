"""The tree of the public log: every small tree exhaustively, larger ones by sample."""

import base64
import operator
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import merkle
from crypto.errors import FormatError, OpenError
from crypto.merkle import (
    EMPTY_ROOT,
    MAX_SIZE,
    Node,
    hash_leaf,
    prove_consistency,
    prove_inclusion,
    verify_consistency,
    verify_inclusion,
)
from tests.crypto import known
from tests.crypto.altering import flipped
from tests.crypto.conftest import Judge
from tests.crypto.trees import Tree, defined_path, defined_proof, defined_root, numbered

SMALL = 256
TREE = Tree(numbered(SMALL))
LEAVES = [TREE.leaf(index) for index in range(SMALL)]
ROOTS = [TREE.root(size) for size in range(SMALL + 1)]
LARGE = Tree(numbered(5000))
PUBLISHED = known.load("merkle")


def fits(check: Callable[[], None]) -> bool:
    try:
        check()
    except OpenError:
        return False
    return True


def included(index: int, size: int, proof: list[bytes], leaf: bytes, root: bytes) -> bool:
    return fits(lambda: verify_inclusion(leaf, index, size, proof, root))


def consistent(old: int, size: int, proof: list[bytes], before: bytes, root: bytes) -> bool:
    return fits(lambda: verify_consistency(old, size, proof, before, root))


def altered(proof: list[bytes]) -> Iterator[list[bytes]]:
    """Give every proof with one bit flipped, one hash more or fewer, or two hashes swapped."""
    for place, proof_hash in enumerate(proof):
        for other in flipped(proof_hash):
            yield [*proof[:place], other, *proof[place + 1 :]]
        yield proof[:place] + proof[place + 1 :]
        yield [*proof[:place], proof_hash, *proof[place:]]
    for place, (item, next_one) in enumerate(pairwise(proof)):
        yield [*proof[:place], next_one, item, *proof[place + 2 :]]
    yield [*proof, bytes(32)]
    yield [*proof, b""]
    if proof:
        yield []
        yield [*proof[:-1], proof[-1][:-1]]


# ---- against the definition and published vectors ------------------------------


def test_every_root_to_256_leaves_is_as_defined() -> None:
    assert [defined_root(LEAVES[:size]) for size in range(SMALL + 1)] == ROOTS


def test_every_inclusion_proof_to_64_leaves_is_as_defined() -> None:
    for size in range(1, 65):
        for index in range(size):
            proof = prove_inclusion(index, size, TREE.read)
            assert proof == defined_path(index, LEAVES[:size])


def test_every_consistency_proof_to_64_leaves_is_as_defined() -> None:
    for size in range(1, 65):
        for old in range(1, size + 1):
            proof = prove_consistency(old, size, TREE.read)
            assert proof == defined_proof(old, LEAVES[:size])


def test_the_published_entries_give_the_published_roots() -> None:
    entries = [bytes.fromhex(entry) for entry in PUBLISHED["entries"]]
    tree = Tree(entries)

    assert [tree.root(size).hex() for size in range(len(entries) + 1)] == PUBLISHED["roots"]


@pytest.mark.parametrize("vector", PUBLISHED["inclusion"])
def test_published_inclusion_proofs(vector: dict[str, object]) -> None:
    tree = Tree(bytes.fromhex(entry) for entry in PUBLISHED["entries"])
    index, size = operator.itemgetter("index", "size")(vector)

    assert [proof_hash.hex() for proof_hash in prove_inclusion(index, size, tree.read)] == vector[
        "proof"
    ]


@pytest.mark.parametrize("vector", PUBLISHED["consistency"])
def test_published_consistency_proofs(vector: dict[str, object]) -> None:
    tree = Tree(bytes.fromhex(entry) for entry in PUBLISHED["entries"])
    old, size = operator.itemgetter("old", "size")(vector)

    assert [proof_hash.hex() for proof_hash in prove_consistency(old, size, tree.read)] == vector[
        "proof"
    ]


def test_a_proof_of_a_certificate_log_with_961_984_013_entries() -> None:
    vector = PUBLISHED["argon2020"]
    proof = [base64.b64decode(proof_hash) for proof_hash in vector["consistency"]]
    before, root = (base64.b64decode(vector[name]) for name in ("old_root", "root"))

    verify_consistency(vector["old"], vector["size"], proof, before, root)
    assert not consistent(vector["old"] + 1, vector["size"], proof, before, root)
    assert not consistent(vector["old"], vector["size"] // 2, proof, before, root)
    assert not any(
        consistent(vector["old"], vector["size"], other, before, root) for other in altered(proof)
    )


# ---- every proof there is ------------------------------------------------------


def test_every_entry_of_every_tree_to_256_leaves_is_proven() -> None:
    for size in range(1, SMALL + 1):
        for index in range(size):
            proof = prove_inclusion(index, size, TREE.read)
            verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])


def test_every_pair_of_trees_to_256_leaves_is_proven_consistent() -> None:
    for size in range(SMALL + 1):
        for old in range(size + 1):
            proof = prove_consistency(old, size, TREE.read)
            verify_consistency(old, size, proof, ROOTS[old], ROOTS[size])


@given(st.data())
def test_larger_trees_are_proven(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, LARGE.size))
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(0, size))
    root = LARGE.root(size)

    verify_inclusion(LARGE.leaf(index), index, size, prove_inclusion(index, size, LARGE.read), root)
    verify_consistency(old, size, prove_consistency(old, size, LARGE.read), LARGE.root(old), root)


def test_no_entry_is_proven_at_another_place() -> None:
    for size in range(1, 33):
        for index in range(size):
            proof = prove_inclusion(index, size, TREE.read)
            for other in set(range(-1, size + 2)) - {index}:
                assert not included(other, size, proof, LEAVES[index], ROOTS[size])


def test_no_proof_fits_a_tree_of_another_size() -> None:
    for size in range(1, 33):
        for index in range(size):
            proof = prove_inclusion(index, size, TREE.read)
            for other in set(range(index + 1, 66)) - {size}:
                assert not included(index, other, proof, LEAVES[index], ROOTS[other])


def test_no_pair_of_trees_has_the_proof_of_another() -> None:
    for size in range(2, 25):
        for old in range(1, size):
            proof = prove_consistency(old, size, TREE.read)
            for other in range(26):
                if other not in {old, 0} and (other, proof) != (size, []):
                    assert not consistent(other, size, proof, ROOTS[other], ROOTS[size])
                if other != size:
                    assert not consistent(old, other, proof, ROOTS[old], ROOTS[other])


def test_no_altered_inclusion_proof_fits() -> None:
    for size in range(1, 18):
        for index in range(size):
            proof = prove_inclusion(index, size, TREE.read)
            for other in altered(proof):
                assert not included(index, size, other, LEAVES[index], ROOTS[size])


def test_no_altered_consistency_proof_fits() -> None:
    for size in range(2, 18):
        for old in range(1, size):
            proof = prove_consistency(old, size, TREE.read)
            for other in altered(proof):
                assert not consistent(old, size, other, ROOTS[old], ROOTS[size])


def test_no_altered_leaf_or_root_fits() -> None:
    proof = prove_inclusion(5, 11, TREE.read)
    way = prove_consistency(5, 11, TREE.read)

    assert not any(included(5, 11, proof, leaf, ROOTS[11]) for leaf in flipped(LEAVES[5]))
    assert not any(included(5, 11, proof, LEAVES[5], root) for root in flipped(ROOTS[11]))
    assert not any(consistent(5, 11, way, root, ROOTS[11]) for root in flipped(ROOTS[5]))
    assert not any(consistent(5, 11, way, ROOTS[5], root) for root in flipped(ROOTS[11]))


def test_an_altered_entry_shows_in_every_proof_over_it() -> None:
    entries = numbered(40)
    forged = Tree([*entries[:17], b"another", *entries[18:]])
    forged_root = forged.root()

    for index in range(40):
        proof = prove_inclusion(index, 40, forged.read)
        assert not included(index, 40, proof, forged.leaf(index), ROOTS[40])
    for old in range(1, 41):
        proof = prove_consistency(old, 40, forged.read)
        assert consistent(old, 40, proof, ROOTS[old], forged_root) == (old <= 17)


def test_a_proof_is_as_long_as_the_tree_is_high() -> None:
    """Whoever chooses the roots can hash anything on top of a proof, or stop below the top."""
    above = [merkle.hash_children(bytes(32), ROOTS[size]) for size in range(5)]
    proof, way = prove_inclusion(2, 4, TREE.read), prove_consistency(3, 4, TREE.read)

    assert not included(2, 4, [*proof, bytes(32)], LEAVES[2], above[4])
    assert not included(2, 8, proof, LEAVES[2], ROOTS[4])
    assert not consistent(3, 4, [*way, bytes(32)], above[3], above[4])
    assert not consistent(3, 8, way, ROOTS[3], ROOTS[4])


def test_hashes_of_other_lengths_are_refused_even_where_they_join_to_the_same() -> None:
    left, right = LEAVES[0] + LEAVES[1][:1], LEAVES[1][1:]

    assert merkle.hash_children(left, right) == ROOTS[2]
    assert not included(0, 2, [right], left, ROOTS[2])
    assert not consistent(1, 2, [right], left, ROOTS[2])


def test_an_inner_node_is_no_entry() -> None:
    pair = TREE.nodes[Node(0, 0)] + TREE.nodes[Node(0, 1)]

    assert hash_leaf(pair) != TREE.nodes[Node(1, 0)]


# ---- the edges -----------------------------------------------------------------


def test_an_empty_tree_is_consistent_with_all_and_has_one_root() -> None:
    assert ROOTS[0] == EMPTY_ROOT
    assert prove_consistency(0, 9, TREE.read) == []
    assert consistent(0, 9, [], EMPTY_ROOT, ROOTS[9])
    assert not consistent(0, 9, [bytes(32)], EMPTY_ROOT, ROOTS[9])
    assert not consistent(0, 9, [], ROOTS[9], ROOTS[9])
    assert not consistent(0, 0, [], ROOTS[9], ROOTS[9])
    assert not consistent(0, 0, [], EMPTY_ROOT, ROOTS[9])


def test_the_same_size_needs_the_same_root_and_no_proof() -> None:
    assert consistent(9, 9, [], ROOTS[9], ROOTS[9])
    assert not consistent(9, 9, [], ROOTS[9], ROOTS[8])
    assert not consistent(9, 9, [ROOTS[9]], ROOTS[9], ROOTS[9])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 4), (4, 4), (0, -1)])
def test_there_is_no_proof_for_what_is_not_there(index: int, size: int) -> None:
    with pytest.raises(FormatError):
        prove_inclusion(index, size, TREE.read)
    with pytest.raises(OpenError):
        verify_inclusion(LEAVES[0], index, size, [], ROOTS[1])


@pytest.mark.parametrize(("old", "size"), [(2, 1), (-1, 4), (0, -1), (0, MAX_SIZE + 1)])
def test_a_tree_does_not_shrink(old: int, size: int) -> None:
    with pytest.raises(FormatError):
        prove_consistency(old, size, TREE.read)
    with pytest.raises(OpenError):
        verify_consistency(old, size, [], ROOTS[2], ROOTS[1])


@pytest.mark.parametrize("size", [-1, MAX_SIZE + 1])
def test_a_tree_has_a_size(size: int) -> None:
    with pytest.raises(FormatError):
        merkle.compute_root(size, TREE.read)
    with pytest.raises(FormatError):
        merkle.append(size, [], TREE.read)


# ---- what is stored ------------------------------------------------------------


@given(st.lists(st.integers(0, 40), max_size=8))
def test_batches_of_any_size_make_the_same_tree(batches: list[int]) -> None:
    entries = numbered(sum(batches))
    tree = Tree()
    for count in batches:
        tree.add(entries[tree.size : tree.size + count])

    assert tree.nodes == Tree(entries).nodes


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 5000])
def test_all_full_subtrees_are_stored_and_nothing_else(size: int) -> None:
    expected = {
        Node(level, number) for level in range(size.bit_length()) for number in range(size >> level)
    }

    assert Tree(numbered(size)).nodes.keys() == expected


def test_a_proof_reads_once_and_few_nodes() -> None:
    most = 2 * LARGE.size.bit_length()
    LARGE.asked.clear()
    for index in range(0, LARGE.size, 7):
        prove_inclusion(index, LARGE.size, LARGE.read)
        prove_consistency(index + 1, LARGE.size, LARGE.read)

    assert len(LARGE.asked) == 2 * len(range(0, LARGE.size, 7))
    assert max(LARGE.asked) <= most


def test_appending_reads_the_right_edge_only() -> None:
    tree = Tree(numbered(5000))
    tree.asked.clear()
    tree.add([b"one more"])

    assert tree.asked == [(5000).bit_count()]


# ---- what Go says --------------------------------------------------------------


def test_go_builds_the_same_trees_and_proofs(judge: Judge) -> None:
    for size in (1, 2, 3, 7, 8, 31, 64, 100):
        entries = numbered(size)
        assert decoded([judge("root", entries=entries)["root"]]) == [ROOTS[size]]
        for index in {0, size // 3, size - 1}:
            verdict = judge("prove inclusion", entries=entries, index=index)["proof"]
            assert decoded(verdict) == prove_inclusion(index, size, TREE.read)
            verdict = judge("prove consistency", entries=entries, old=index + 1)["proof"]
            assert decoded(verdict) == prove_consistency(index + 1, size, TREE.read)


def test_go_accepts_every_proof_of_every_tree_to_40_leaves(judge: Judge) -> None:
    for size in range(1, 41):
        for index in range(size):
            assert go_accepts_entry(judge, index, size, prove_inclusion(index, size, TREE.read))
            proof = prove_consistency(index + 1, size, TREE.read)
            assert go_accepts_growth(judge, index + 1, size, proof)


def test_go_refuses_what_we_refuse(judge: Judge) -> None:
    proof = prove_inclusion(9, 21, TREE.read)
    way = prove_consistency(9, 21, TREE.read)

    for other in [*altered(proof)][::29]:
        if all(len(result) == 32 for result in other):
            assert not go_accepts_entry(judge, 9, 21, other)
    for other in [*altered(way)][::29]:
        if all(len(result) == 32 for result in other):
            assert not go_accepts_growth(judge, 9, 21, other)


def go_accepts_entry(judge: Judge, index: int, size: int, proof: list[bytes]) -> bool:
    asked = {"index": index, "size": size, "proof": proof, "leaf": LEAVES[index]}
    return not judge("check inclusion", root=ROOTS[size], **asked)["error"]


def go_accepts_growth(judge: Judge, old: int, size: int, proof: list[bytes]) -> bool:
    asked = {"old": old, "size": size, "proof": proof, "oldroot": ROOTS[old]}
    return not judge("check consistency", root=ROOTS[size], **asked)["error"]


def decoded(result: list[str] | None) -> list[bytes]:
    return [base64.b64decode(text) for text in result or []]
