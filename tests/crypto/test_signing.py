"""Ed25519 signatures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import FormatError, OpenError
from crypto.signing import SigningKey, generate_signing_key, verify, write_public_pem

# RFC 8032 section 7.1, test 2.
SEED = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
MESSAGE = b"\x72"
SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def test_the_published_key_gives_the_published_signature() -> None:
    key = SigningKey(SEED)

    assert key.public == PUBLIC
    assert key.sign(MESSAGE) == SIGNATURE


@given(st.binary())
def test_a_signature_fits_its_message(message: bytes) -> None:
    key = generate_signing_key()

    verify(key.public, message, key.sign(message))


@pytest.mark.parametrize("byte", range(64))
def test_no_altered_signature_fits(byte: int) -> None:
    altered = bytearray(SIGNATURE)
    altered[byte] ^= 1

    with pytest.raises(OpenError):
        verify(PUBLIC, MESSAGE, bytes(altered))


@pytest.mark.parametrize(
    ("public", "message", "signature"),
    [
        (PUBLIC, MESSAGE + b"\0", SIGNATURE),
        (generate_signing_key().public, MESSAGE, SIGNATURE),
        (PUBLIC[:-1], MESSAGE, SIGNATURE),
        (PUBLIC, MESSAGE, SIGNATURE[:-1]),
        (PUBLIC, MESSAGE, b""),
        (bytes(32), MESSAGE, bytes(64)),
    ],
    # names that are the same in every process: two share the tests of a run
    ids=["message", "key", "short key", "short signature", "no signature", "zeros"],
)
def test_another_message_key_or_length_does_not_fit(
    public: bytes, message: bytes, signature: bytes
) -> None:
    with pytest.raises(OpenError):
        verify(public, message, signature)


def test_a_seed_of_another_length_is_refused() -> None:
    with pytest.raises(FormatError):
        SigningKey(bytes(33))


def test_no_secret_shows_when_a_signing_key_is_printed() -> None:
    assert repr(SigningKey(SEED)) == "SigningKey()"


def test_a_public_key_is_written_as_the_standard_shows_it() -> None:
    """RFC 8410 section 10.1."""
    public = bytes.fromhex("19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1")

    assert write_public_pem(public).decode() == (
        "-----BEGIN PUBLIC KEY-----\n"
        "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
        "-----END PUBLIC KEY-----\n"
    )


def test_what_is_no_public_key_is_not_written() -> None:
    with pytest.raises(FormatError):
        write_public_pem(bytes(31))
