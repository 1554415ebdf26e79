"""Headers of age files, strict to the byte."""

from io import BytesIO

import pytest

from crypto import header as headers
from crypto.errors import FormatError, OpenError
from crypto.header import MAX_STANZAS, Stanza, build, check_mac, parse
from tests.crypto import known
from tests.crypto.cctv import Vector, chosen

KEY = bytes(range(16))
STANZA = Stanza(("kind", "word"), bytes(32))
HEADER = build(KEY, [STANZA, STANZA])
# Shapes of stanza bodies that age allows and we never write, so that we do not read them.
UNREAD = {"scrypt_long_file_key", "hybrid_long_file_key", "hybrid_grease"}


def test_a_header_is_read_as_it_was_written() -> None:
    parsed = parse(HEADER)

    check_mac(parsed, KEY)
    assert parsed.stanzas == (STANZA, STANZA)


@pytest.mark.parametrize("bit", range(8))
def test_no_flipped_bit_goes_unnoticed(bit: int) -> None:
    for byte in range(len(HEADER)):
        altered = bytearray(HEADER)
        altered[byte] ^= 1 << bit
        with pytest.raises((FormatError, OpenError)):
            check_mac(parse(bytes(altered)), KEY)


def test_no_cut_goes_unnoticed() -> None:
    for length in range(len(HEADER)):
        with pytest.raises(FormatError):
            parse(HEADER[:length])
        with pytest.raises(FormatError):
            headers.read(BytesIO(HEADER[:length]))


def test_nothing_may_follow() -> None:
    with pytest.raises(FormatError):
        parse(HEADER + b"\n")


def test_reading_leaves_the_payload() -> None:
    source = BytesIO(HEADER + b"payload")

    assert headers.read(source) == HEADER
    assert source.read() == b"payload"


@pytest.mark.parametrize("endless", [b"x" * 10_000, b"-> x\n" * 10_000, b"\n" * 10_000])
def test_reading_ends_early_where_there_is_no_header(endless: bytes) -> None:
    source = BytesIO(endless)

    with pytest.raises(FormatError):
        headers.read(source)
    assert source.tell() <= 5000


@pytest.mark.parametrize("count", [0, MAX_STANZAS + 1])
def test_a_header_has_one_to_twenty_stanzas(count: int) -> None:
    with pytest.raises(FormatError):
        build(KEY, [STANZA] * count)


def test_a_header_with_too_many_stanzas_is_refused() -> None:
    stanzas = HEADER[len(headers.INTRO) : HEADER.index(b"---")] * MAX_STANZAS

    with pytest.raises(FormatError):
        parse(headers.INTRO + stanzas + HEADER[HEADER.index(b"---") :])


@pytest.mark.parametrize(
    "vector", chosen("hmac", "version", "empty", "header_crlf"), ids=lambda vector: vector.name
)
def test_published_headers_are_read_as_age_reads_them(vector: Vector) -> None:
    expected = {"header failure": FormatError, "HMAC failure": OpenError}[vector.expect]

    with pytest.raises(expected):
        check_mac(parse(headers.read(BytesIO(vector.file))), vector.file_key)


@pytest.mark.parametrize("vector", chosen("stream", "hybrid"), ids=lambda vector: vector.name)
def test_the_mac_of_published_headers_fits(vector: Vector) -> None:
    if vector.expect in {"header failure", "HMAC failure"} or vector.name in UNREAD:
        return
    check_mac(parse(headers.read(BytesIO(vector.file))), vector.file_key)


def test_our_own_vector_has_three_stanzas() -> None:
    ciphertext = known.sealed()

    assert len(parse(headers.read(BytesIO(ciphertext))).stanzas) == 3
