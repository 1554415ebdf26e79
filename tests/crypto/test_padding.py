"""Lengths that tell little."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import FormatError
from crypto.padding import (
    ATTACHMENT_MIN_BYTES,
    BODY_BUCKETS,
    compute_padme_length,
    pad_body,
    strip_body,
)
from tests.crypto import known

TEXTS = st.binary(max_size=40_000).filter(lambda text: not text.endswith(b" "))


@given(TEXTS)
def test_a_padded_body_gives_back_its_text(text: bytes) -> None:
    padded = pad_body(text)

    assert len(padded) in BODY_BUCKETS
    assert strip_body(padded) == text


@pytest.mark.parametrize("bucket", BODY_BUCKETS)
def test_a_body_that_fills_its_bucket_is_not_padded(bucket: int) -> None:
    assert pad_body(b"x" * bucket) == b"x" * bucket
    assert strip_body(b"x" * bucket) == b"x" * bucket


def test_two_texts_in_one_bucket_have_one_length() -> None:
    assert len(pad_body(b"{}")) == len(pad_body(b"x" * 8192))


def test_a_body_is_at_most_one_mebibyte_long() -> None:
    with pytest.raises(FormatError):
        pad_body(b"x" * (BODY_BUCKETS[-1] + 1))


def test_a_body_that_ends_in_a_space_could_not_be_stripped() -> None:
    with pytest.raises(FormatError):
        pad_body(b"{} ")


@pytest.mark.parametrize("padded", [b"", b"{}", b"{}".ljust(8191), b"{}".ljust(16384)])
def test_other_padding_is_refused(padded: bytes) -> None:
    with pytest.raises(FormatError):
        strip_body(padded)


@given(st.integers(0, 2**45))
def test_an_attachment_grows_by_little_and_only_once(length: int) -> None:
    padded = compute_padme_length(length)

    assert padded >= max(length, ATTACHMENT_MIN_BYTES)
    assert padded <= max(length + length // 32 + 1, ATTACHMENT_MIN_BYTES)
    assert compute_padme_length(padded) == padded


@given(st.integers(0, 2**45))
def test_a_longer_attachment_is_never_padded_to_less(length: int) -> None:
    assert compute_padme_length(length + 1) >= compute_padme_length(length)


def test_up_to_512_mebibytes_417_lengths_are_possible() -> None:
    lengths = [ATTACHMENT_MIN_BYTES]
    while lengths[-1] < 512 << 20:
        lengths.append(compute_padme_length(lengths[-1] + 1))

    assert len(lengths) == 417


def test_the_published_lengths_come_out() -> None:
    vectors = known.load("lengths")

    assert list(BODY_BUCKETS) == vectors["buckets"]
    assert all(compute_padme_length(length) == padded for length, padded in vectors["padme"])
