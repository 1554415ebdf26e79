"""ML-DSA-44 signatures. That they are the standard's shows where others check them."""

from hashlib import sha256

import pytest

from crypto.errors import FormatError, OpenError
from crypto.mldsa import SIGNATURE_BYTES, MldsaKey, generate_mldsa_key, verify
from tests.crypto import known
from tests.crypto.altering import refused

VECTOR = known.load("mldsa")
KEY = MldsaKey(bytes.fromhex(VECTOR["seed"]))
MESSAGE = b"a message"
SIGNATURE = KEY.sign(MESSAGE)


def test_a_seed_gives_the_key_that_another_implementation_gives() -> None:
    assert sha256(KEY.public).hexdigest() == VECTOR["public_sha256"]


def test_a_signature_fits_its_message() -> None:
    key = generate_mldsa_key()

    verify(key.public, MESSAGE, key.sign(MESSAGE))
    verify(KEY.public, MESSAGE, SIGNATURE)
    assert len(SIGNATURE) == SIGNATURE_BYTES


def test_no_altered_signature_fits() -> None:
    for byte in range(SIGNATURE_BYTES):
        altered = bytearray(SIGNATURE)
        altered[byte] ^= 1 << byte % 8
        assert refused(verify, KEY.public, MESSAGE, bytes(altered))


@pytest.mark.parametrize(
    ("public", "message", "signature"),
    [
        (KEY.public, MESSAGE + b"\0", SIGNATURE),
        (generate_mldsa_key().public, MESSAGE, SIGNATURE),
        (KEY.public[:-1], MESSAGE, SIGNATURE),
        (KEY.public, MESSAGE, SIGNATURE[:-1]),
        (KEY.public, MESSAGE, b""),
        (b"", MESSAGE, SIGNATURE),
    ],
)
def test_another_message_key_or_length_does_not_fit(
    public: bytes, message: bytes, signature: bytes
) -> None:
    with pytest.raises(OpenError):
        verify(public, message, signature)


def test_a_seed_of_another_length_is_refused() -> None:
    with pytest.raises(FormatError):
        MldsaKey(bytes(31))


def test_no_secret_shows_when_a_key_is_printed() -> None:
    assert repr(KEY) == "MldsaKey()"
