"""Bech32 texts: strict, and safe against typing errors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import bech32
from crypto.bech32 import ALPHABET, decode, encode
from crypto.errors import FormatError

DATA = bytes(range(32))
TEXT = encode("key", DATA)


@given(st.binary(min_size=1, max_size=80))
def test_the_text_gives_back_the_bytes(data: bytes) -> None:
    assert decode("key", encode("key", data), len(data)) == data


@pytest.mark.parametrize("place", range(4, len(TEXT)))
def test_every_single_wrong_symbol_is_noticed(place: int) -> None:
    for symbol in set(ALPHABET) - {TEXT[place]}:
        with pytest.raises(FormatError):
            decode("key", TEXT[:place] + symbol + TEXT[place + 1 :], 32)


def test_padding_bits_are_zero() -> None:
    # The same symbols hold 33 bytes, whose last half byte is padding if 32 are asked for.
    symbols = bech32._to_symbols(DATA + b"\x10")[:52]
    values = [*bech32._expand_prefix("key"), *symbols, 0, 0, 0, 0, 0, 0]
    check = bech32._compute_polymod(values) ^ 1
    symbols += [check >> 5 * (5 - place) & 31 for place in range(6)]
    loose = "key1" + "".join(ALPHABET[symbol] for symbol in symbols)

    with pytest.raises(FormatError, match="padding"):
        decode("key", loose, 32)


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT.upper(),
        TEXT[:-1],
        TEXT + "q",
        TEXT.replace("key1", "kex1"),
        TEXT.replace("1", "b", 1),
        TEXT[:-1] + "b",
        TEXT[:-1] + "Q",
        f" {TEXT}",
        f"{TEXT}\n",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        decode("key", text, 32)
