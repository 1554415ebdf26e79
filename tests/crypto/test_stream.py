"""Payloads: chunks in order, all of them, and nothing else."""

from hashlib import sha256
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import header as headers
from crypto.errors import OpenError
from crypto.stream import (
    CHUNK_BYTES,
    NONCE_BYTES,
    Encryptor,
    compute_payload_length,
    compute_plaintext_length,
    decrypt,
)
from tests.crypto.cctv import Vector, chosen

KEY = bytes(range(16))
NONCE = bytes(NONCE_BYTES)
SEALED = CHUNK_BYTES + 16
SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES]


def _sealed(plaintext: bytes) -> bytes:
    encryptor = Encryptor(KEY, NONCE)
    return NONCE + encryptor.update(plaintext) + encryptor.finish()


def _opened(payload: bytes) -> bytes:
    return b"".join(decrypt(BytesIO(payload), KEY))


THREE = _sealed(bytes(2 * CHUNK_BYTES + 5))
CHUNKS = [THREE[NONCE_BYTES + n * SEALED :][:SEALED] for n in range(3)]


@pytest.mark.parametrize("size", SIZES)
def test_a_payload_of_any_size_opens(size: int) -> None:
    payload = _sealed(b"x" * size)

    assert _opened(payload) == b"x" * size
    assert len(payload) == compute_payload_length(size)
    assert compute_plaintext_length(len(payload)) == size


@given(st.lists(st.integers(0, 150_000), max_size=5))
def test_it_does_not_matter_in_what_pieces_a_payload_comes(pieces: list[int]) -> None:
    encryptor = Encryptor(KEY, NONCE)
    parts = [encryptor.update(b"y" * piece) for piece in pieces]

    assert NONCE + b"".join(parts) + encryptor.finish() == _sealed(b"y" * sum(pieces))


@given(st.integers(0, 300_000))
def test_a_length_that_no_payload_has_is_known(length: int) -> None:
    size = compute_plaintext_length(length)

    assert size is None or compute_payload_length(size) == length


@pytest.mark.parametrize("length", [0, NONCE_BYTES, NONCE_BYTES + 15, NONCE_BYTES + SEALED + 16])
def test_no_payload_is_that_short_or_ends_in_an_empty_chunk(length: int) -> None:
    assert compute_plaintext_length(length) is None


@pytest.mark.parametrize(
    "length",
    [0, 15, 16, 17, 31, *(16 + n * SEALED + d for n in (1, 2) for d in (-1, 0, 1)), len(THREE) - 1],
)
def test_a_cut_is_noticed_also_between_chunks(length: int) -> None:
    with pytest.raises(OpenError):
        _opened(THREE[:length])


@pytest.mark.parametrize(
    "order", [(1, 0, 2), (0, 0, 1, 2), (0, 2), (0, 1, 1, 2), (0, 1, 2, 2), (2, 1, 0), (1, 2)]
)
def test_chunks_out_of_order_repeated_or_left_out_are_noticed(order: tuple[int, ...]) -> None:
    with pytest.raises(OpenError):
        _opened(NONCE + b"".join(CHUNKS[number] for number in order))


@pytest.mark.parametrize("tail", [b"\0", bytes(16), bytes(SEALED)])
def test_bytes_after_the_end_are_noticed(tail: bytes) -> None:
    with pytest.raises(OpenError):
        _opened(THREE + tail)


def test_an_empty_last_chunk_stands_alone_or_not_at_all() -> None:
    encryptor = Encryptor(KEY, NONCE)
    full = encryptor._encrypt_chunk(bytearray(CHUNK_BYTES), last=False)
    empty = encryptor._encrypt_chunk(bytearray(), last=True)

    with pytest.raises(OpenError, match="empty"):
        _opened(NONCE + full + empty)


def test_a_finished_payload_takes_nothing_more() -> None:
    encryptor = Encryptor(KEY, NONCE)
    encryptor.finish()

    with pytest.raises(ValueError, match="finished"):
        encryptor.update(b"more")
    with pytest.raises(ValueError, match="finished"):
        encryptor.finish()


class _Trickle(BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(1000, size or 0))


def test_a_source_that_gives_little_at_a_time_is_read_to_its_end() -> None:
    assert b"".join(decrypt(_Trickle(THREE), KEY)) == bytes(2 * CHUNK_BYTES + 5)


@pytest.mark.parametrize("vector", chosen("stream"), ids=lambda vector: vector.name)
def test_published_payloads_open_exactly_when_they_should(vector: Vector) -> None:
    source = BytesIO(vector.file)
    headers.read(source)
    h_a_s_h, failed = sha256(), False
    try:
        for chunk in decrypt(source, vector.file_key):
            h_a_s_h.update(chunk)
    except OpenError:
        failed = True

    assert failed == (vector.expect != "success")
    assert failed or h_a_s_h.hexdigest() == vector.payload
