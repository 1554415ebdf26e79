"""Proofs as files: whole, or refused."""

from dataclasses import replace

import pytest

from crypto import tlogproof
from crypto.errors import FormatError, OpenError
from crypto.merkle import MAX_SIZE, prove_inclusion
from crypto.text import to_base64
from crypto.tlogproof import Proof, parse, verify
from tests.crypto import logs
from tests.crypto.altering import flipped, refused
from tests.crypto.logs import POLICY, WITNESSES, witnessed
from tests.crypto.trees import Tree, numbered

ENTRIES = numbered(9)
TREE = Tree(ENTRIES)
NGO, PAPER, OMBUDSMAN = WITNESSES
NOTE = witnessed(logs.state(TREE), NGO, PAPER).data
PROOF = Proof(5, tuple(prove_inclusion(5, 9, TREE.read)), NOTE)
HASH = to_base64(bytes(32))


def test_a_proof_is_as_specified() -> None:
    lines = PROOF.data.decode().split("\n")

    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 5"]
    assert lines[2:7] == [*(to_base64(hashe) for hashe in PROOF.hashes), ""]
    assert "\n".join(lines[7:]).encode() == NOTE


def test_an_extra_line_stands_before_the_index() -> None:
    proof = replace(PROOF, extra=b"extra")

    assert proof.data.split(b"\n")[1] == b"extra ZXh0cmE="
    assert parse(proof.data) == proof


def test_every_entry_is_proven_in_a_file() -> None:
    for index, entry in enumerate(ENTRIES):
        hashes = tuple(prove_inclusion(index, 9, TREE.read))
        data = Proof(index, hashes, NOTE).data

        assert parse(data).data == data
        assert verify(parse(data), entry, POLICY).checkpoint == logs.state(TREE)


def test_the_first_entry_needs_no_hashes() -> None:
    tree = Tree([b"the only one"])
    proof = Proof(0, (), witnessed(logs.state(tree), NGO, OMBUDSMAN).data)

    assert parse(proof.data) == proof
    verify(proof, b"the only one", POLICY)


def test_no_flipped_bit_of_a_proof_goes_unnoticed() -> None:
    data = Proof(5, PROOF.hashes, witnessed(logs.state(TREE), NGO).data).data
    policy = replace(POLICY, needed=1)

    for altered in flipped(data):
        assert refused(lambda data: verify(parse(data), ENTRIES[5], policy), altered)


def test_another_entry_place_log_or_too_few_witnesses_are_refused() -> None:
    for proof, entry in (
        (PROOF, ENTRIES[4]),
        (replace(PROOF, index=4), ENTRIES[5]),
        (replace(PROOF, hashes=PROOF.hashes[:-1]), ENTRIES[5]),
        (replace(PROOF, checkpoint=witnessed(logs.state(TREE), NGO).data), ENTRIES[5]),
        (replace(PROOF, checkpoint=witnessed(logs.state(TREE, 8), NGO, PAPER).data), ENTRIES[5]),
    ):
        with pytest.raises(OpenError):
            verify(proof, entry, POLICY)


def test_what_is_no_checkpoint_is_no_proof() -> None:
    with pytest.raises(FormatError):
        verify(replace(PROOF, checkpoint=b"nothing"), ENTRIES[5], POLICY)


@pytest.mark.parametrize(
    "top",
    [
        "",
        "c2sp.org/tlog-proof@v1",
        "c2sp.org/tlog-proof@v2\nindex 5",
        "C2SP.org/tlog-proof@v1\nindex 5",
        "c2sp.org/tlog-proof@v1\n",
        "c2sp.org/tlog-proof@v1\nindex",
        "c2sp.org/tlog-proof@v1\nindex ",
        "c2sp.org/tlog-proof@v1\nindex 05",
        "c2sp.org/tlog-proof@v1\nindex -5",
        "c2sp.org/tlog-proof@v1\nindex +5",
        "c2sp.org/tlog-proof@v1\nindex 5 ",
        "c2sp.org/tlog-proof@v1\nindex 5\r",
        "c2sp.org/tlog-proof@v1\nindex ٥",
        f"c2sp.org/tlog-proof@v1\nindex {MAX_SIZE}",
        f"c2sp.org/tlog-proof@v1\nindex {'9' * 5000}",
        "c2sp.org/tlog-proof@v1\nextra \nindex 5",
        "c2sp.org/tlog-proof@v1\nextra\nindex 5",
        "c2sp.org/tlog-proof@v1\nextra AA\nindex 5",
        "c2sp.org/tlog-proof@v1\nindex 5\nextra AAAA",
        "c2sp.org/tlog-proof@v1\nindex 5\nAAAA",
        f"c2sp.org/tlog-proof@v1\nindex 5\n{HASH}\x0b{HASH}",
        f"c2sp.org/tlog-proof@v1\nindex 5\n{HASH} ",
        "c2sp.org/tlog-proof@v1\nindex 5" + f"\n{HASH}" * 64,
    ],
)
def test_a_malformed_proof_is_refused(top: str) -> None:
    with pytest.raises(FormatError):
        parse(top.encode() + b"\n\n" + NOTE)


def test_a_proof_without_a_checkpoint_or_far_too_long_is_refused() -> None:
    top = b"c2sp.org/tlog-proof@v1\nindex 5"

    assert refused(parse, top + b"\n")
    assert refused(parse, top + b"\n\n" + bytes(1 << 22))
    assert parse(top + b"\n\n").checkpoint == b""


@pytest.mark.parametrize(
    ("index", "count", "extra"), [(-1, 0, None), (MAX_SIZE, 0, None), (0, 64, None), (0, 0, b"")]
)
def test_a_proof_that_cannot_be_is_refused(index: int, count: int, extra: bytes | None) -> None:
    with pytest.raises(FormatError):
        Proof(index, (bytes(32),) * count, NOTE, extra)


def test_a_proof_says_which_format_it_has() -> None:
    assert tlogproof.INTRO == "c2sp.org/tlog-proof@v1"
