"""Small secrets under a key of the server."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import FormatError, OpenError
from crypto.secretbox import decrypt, derive_key, encrypt, mac
from tests.crypto import known

KEY = bytes(range(32))
OTHER = bytes(32)


@given(st.binary(), st.binary())
def test_a_locked_secret_opens_in_its_place(secret: bytes, place: bytes) -> None:
    assert decrypt(KEY, encrypt(KEY, secret, place), place) == secret


def test_a_secret_is_locked_differently_each_time() -> None:
    assert encrypt(KEY, b"secret", b"row 1") != encrypt(KEY, b"secret", b"row 1")


def test_a_locked_secret_opens_in_no_other_place_and_under_no_other_key() -> None:
    blob = encrypt(KEY, b"secret", b"row 1")

    with pytest.raises(OpenError):
        decrypt(KEY, blob, b"row 2")
    with pytest.raises(OpenError):
        decrypt(OTHER, blob, b"row 1")


def test_no_altered_or_cut_blob_opens() -> None:
    blob = encrypt(KEY, b"secret", b"row 1")

    for byte in range(len(blob)):
        for altered in (blob[:byte], blob[:byte] + bytes([blob[byte] ^ 1]) + blob[byte + 1 :]):
            with pytest.raises(OpenError):
                decrypt(KEY, altered, b"row 1")


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(FormatError):
        encrypt(KEY[:16], b"", b"")
    with pytest.raises(FormatError):
        decrypt(KEY[:16], bytes(40), b"")
    with pytest.raises(FormatError):
        derive_key(bytes(31), b"label")


@given(st.lists(st.binary(max_size=3), max_size=3), st.lists(st.binary(max_size=3), max_size=3))
def test_different_values_have_different_codes(first: list[bytes], two: list[bytes]) -> None:
    assert (mac(KEY, b"unit", *first) == mac(KEY, b"unit", *two)) == (first == two)


def test_a_code_depends_on_key_and_label() -> None:
    codes = {mac(KEY, b"a", b"v"), mac(KEY, b"b", b"v"), mac(OTHER, b"a", b"v")}

    assert len(codes) == 3


def test_the_published_codes_come_out() -> None:
    vectors = known.load("codes")
    key = bytes.fromhex(vectors["key"])

    for entry in vectors["keyed"]:
        parts = [part.encode() for part in entry["parts"]]
        assert mac(key, entry["label"].encode(), *parts).hex() == entry["code"]
    derived = vectors["derived"]
    assert derive_key(key, derived["label"].encode()).hex() == derived["key"]
