"""Attachments flow through the browser: sealed, padded, hashed, and opened again."""

import hashlib
import secrets
from base64 import b64decode

import pytest

from bench.modules import Bench, Refused
from crypto import seal
from crypto.keys import Identity, generate_identity
from crypto.padding import compute_padme_length

KIB = 1024
SIZES = [0, 1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, 3 * KIB * KIB]
SEAL = """
const seen = [];
const plain = new Blob([lib.bytes.fromBase64(arguments[0])]);
const see = (done, total) => seen.push([done, total]);
const file = await lib.seal.sealFile(plain, arguments[1], see);
const sealed = lib.bytes.toBase64(new Uint8Array(await file.blob.arrayBuffer()));
return { sealed, ct: file.ct, pt: file.pt, size: file.size, seen };
"""
OPEN = """
const sealed = new Blob([lib.bytes.fromBase64(arguments[0])]);
const source = arguments[3] === "streamed" ? sealed.stream() : sealed;
const { blob, ct, pt } = await lib.seal.openFile(source, arguments[1], arguments[2]);
return { content: lib.bytes.toBase64(new Uint8Array(await blob.arrayBuffer())), ct, pt };
"""


def named(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def sealed_by_server(content: bytes, holders: list[Identity]) -> bytes:
    padded = content + bytes(compute_padme_length(len(content)) - len(content))
    return seal.seal(padded, [holder.recipient for holder in holders])


@pytest.fixture(scope="module")
def holders() -> list[Identity]:
    return [generate_identity() for _ in range(3)]


@pytest.mark.parametrize("size", SIZES)
def test_the_server_opens_a_file_that_the_browser_sealed(
    bench: Bench, holders: list[Identity], size: int
) -> None:
    content = secrets.token_bytes(size)
    result = bench.run(SEAL, content, [holder.recipient.text for holder in holders])
    sealed = b64decode(result["sealed"])
    seal.check_attachment_form(sealed[: seal.HEADER_BYTES], len(sealed))
    opened = seal.open_sealed(sealed, holders[2])
    assert opened == content + bytes(compute_padme_length(size) - size)
    assert (result["ct"], result["pt"], result["size"]) == (named(sealed), named(content), size)
    assert size == 0 or result["seen"][-1] == [size, size]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("way", ["whole", "streamed"])
def test_the_browser_opens_a_file_that_the_server_sealed(
    bench: Bench, holders: list[Identity], size: int, way: str
) -> None:
    content = secrets.token_bytes(size)
    sealed = sealed_by_server(content, holders)
    result = bench.run(OPEN, sealed, holders[1].text, size, way)
    assert b64decode(result["content"]) == content
    assert (result["ct"], result["pt"]) == (named(sealed), named(content))


def test_a_damaged_file_does_not_open(bench: Bench, holders: list[Identity]) -> None:
    size = 200 * KIB
    sealed = sealed_by_server(secrets.token_bytes(size), holders)
    chunk = seal.HEADER_BYTES + 16 + 65552
    flipped = bytearray(sealed)
    flipped[chunk + 9] ^= 1
    for damaged in (
        sealed[:chunk],
        sealed[:-1],
        sealed[:4000],
        bytes(flipped),
        sealed + b"\0",
        b"",
    ):
        with pytest.raises(Refused, match="OpenError"):
            bench.run(OPEN, damaged, holders[0].text, size, "streamed")


@pytest.mark.parametrize("count", [1, 2, 4])
def test_a_file_for_more_or_fewer_than_three_does_not_open(
    bench: Bench, holders: list[Identity], count: int
) -> None:
    sealed = sealed_by_server(b"x" * 100_000, (holders * 2)[:count])
    with pytest.raises(Refused, match="OpenError"):
        bench.run(OPEN, sealed, holders[0].text, 100_000, "whole")


@pytest.mark.parametrize("claimed", [0, 99_999, 300_000])
def test_a_file_of_another_size_than_the_manifest_says_does_not_open(
    bench: Bench, holders: list[Identity], claimed: int
) -> None:
    sealed = sealed_by_server(b"x" * 100_000, holders)
    with pytest.raises(Refused, match="OpenError"):
        bench.run(OPEN, sealed, holders[0].text, claimed, "whole")
