"""Witnesses: they follow an honest log step by step, and no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import checkpoint, notes, witness
from crypto.checkpoint import Checkpoint
from crypto.errors import CryptoError, FormatError
from crypto.merkle import prove_consistency
from crypto.notes import Note
from crypto.witness import Forked, Inconsistent, NotSigned, OtherSize, Request, UnknownLog, parse
from tests.crypto import known, logs
from tests.crypto.altering import refused
from tests.crypto.trees import Tree, numbered

TREE = Tree(numbered(60))
FORK = Tree([*numbered(20), *[b"another"] * 40])
C2SP = known.load("notes")["c2sp"]["checkpoint"]
EXAMPLE = f"""old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

{C2SP}"""


def submitted(old: int, size: int, tree: Tree = TREE) -> Request:
    note = checkpoint.issue(logs.state(tree, size), logs.LOG)
    proof = prove_consistency(old, size, tree.read) if old <= size else []
    return Request(old, tuple(proof), note.data)


def examined(request: Request, kept: Checkpoint | None) -> Checkpoint:
    return witness.examine(request, [logs.LOG_KEY], {logs.ORIGIN: kept}.get)


def refusal(request: Request, kept: Checkpoint | None) -> type[CryptoError] | None:
    try:
        examined(request, kept)
    except CryptoError as error:
        return type(error)
    return None


def test_the_published_request_is_read_and_written() -> None:
    request = parse(EXAMPLE.encode())

    assert (request.old, len(request.proof)) == (20852014, 4)
    assert request.checkpoint == C2SP.encode()
    assert request.data == EXAMPLE.encode()


@given(st.lists(st.integers(0, 60), min_size=1, max_size=8))
def test_an_honest_log_is_followed(sizes: list[int]) -> None:
    kept: Checkpoint | None = None
    for size in sorted(sizes):
        request = submitted(kept.size if kept else 0, size)
        assert parse(request.data) == request
        kept = examined(request, kept)

    assert kept == logs.state(TREE, max(sizes))


@pytest.mark.parametrize("size", [21, 40, 60])
def test_a_fork_is_not_cosigned(size: int) -> None:
    kept = logs.state(TREE, 40)
    wanted = {21: FormatError, 40: Forked, 60: Inconsistent}[size]

    assert refusal(submitted(40, size, FORK), kept) is wanted


def test_a_log_that_goes_back_is_not_cosigned() -> None:
    kept = logs.state(TREE, 40)

    assert refusal(submitted(40, 39), kept) is FormatError
    assert refusal(submitted(39, 39), kept) is OtherSize
    assert refusal(submitted(0, 39), kept) is OtherSize


def test_whoever_asks_from_elsewhere_is_told_where_the_witness_is() -> None:
    for kept, size in ((None, 0), (logs.state(TREE, 7), 7)):
        with pytest.raises(OtherSize) as refused_with:
            examined(submitted(5, 40), kept)
        assert (refused_with.value.size, refused_with.value.status) == (size, 409)


def test_a_proof_has_to_fit() -> None:
    kept = logs.state(TREE, 20)
    good = submitted(20, 60)

    for proof in ((), good.proof[:-1], (*good.proof, bytes(32)), good.proof[::-1]):
        assert refusal(Request(20, proof, good.checkpoint), kept) is Inconsistent
    assert refusal(Request(0, (bytes(32),), submitted(0, 9).checkpoint), None) is Inconsistent


def test_a_stranger_and_an_impostor_are_refused() -> None:
    state = logs.state(TREE)
    other = Checkpoint("other.example/log", state.size, state.root)
    forged = notes.sign(state.text, logs.ORIGIN, logs.OTHER_LOG)

    for note, wanted in (
        (checkpoint.issue(other, logs.LOG), UnknownLog),
        (Note(state.text, (forged,)), NotSigned),
        (Note("no checkpoint\n", (forged,)), FormatError),
    ):
        assert refusal(Request(0, (), note.data), None) is wanted


def test_every_refusal_has_the_number_that_the_protocol_gives_it() -> None:
    classes = (UnknownLog, NotSigned, OtherSize, Forked, Inconsistent)

    assert [each.status for each in classes] == [404, 403, 409, 409, 422]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"old 0\n",
        b"old 0",
        b"old\n\nx",
        b"old 00\n\nx",
        b"old -1\n\nx",
        b"old +1\n\nx",
        b"old 1 \n\nx",
        b"Old 1\n\nx",
        b"old 1\r\n\nx",
        "old ١\n\nx".encode(),
        b"old 9999999999999999999\n\nx",
        b"old 1\nAAAA\n\nx",
        EXAMPLE.encode().replace(b"aw=\n", b"aw\n"),
        EXAMPLE.encode().replace(b"aw=\n", b"aw=\x0b"),
        b"old 1" + b"\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=" * 64 + b"\n\nx",
        b"old 1\n\n" + bytes(1 << 22),
    ],
)
def test_a_malformed_request_is_refused(data: bytes) -> None:
    assert refused(parse, data)


@pytest.mark.parametrize(("old", "hashes"), [(-1, 0), (1 << 63, 0), (0, 64)])
def test_a_request_that_cannot_be_is_refused(old: int, hashes: int) -> None:
    assert refused(Request, old, (bytes(32),) * hashes, b"")
