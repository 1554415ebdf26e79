"""One file key for one recipient."""

from typing import Any

import pytest
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

import crypto
from crypto.errors import CryptoError, FormatError, OpenError
from crypto.header import Stanza
from crypto.hybrid import check_stanza, unwrap_key, wrap_key
from crypto.keys import derive_identity
from tests.crypto import known

KEY = bytes(range(16))
KDFS = {1: KDF.HKDF_SHA256, 17: KDF.SHAKE256}


def test_a_wrapped_key_is_unwrapped() -> None:
    stanza = wrap_key(KEY, known.READER.recipient)

    assert unwrap_key(stanza, known.READER) == KEY


def test_the_same_key_is_wrapped_differently_each_time() -> None:
    assert wrap_key(KEY, known.READER.recipient) != wrap_key(KEY, known.READER.recipient)


def test_a_stranger_does_not_unwrap_it() -> None:
    with pytest.raises(OpenError):
        unwrap_key(wrap_key(KEY, known.READER.recipient), known.STRANGER)


def test_a_file_key_of_another_length_is_refused() -> None:
    with pytest.raises(FormatError):
        wrap_key(KEY + b"\0", known.READER.recipient)


@pytest.mark.parametrize(
    "words",
    [
        ("mlkem768x25519",),
        ("mlkem768x25519", "QUE", "QUE"),
        ("mlkem768x25519", "QUE"),
        ("X25519", "QUE"),
        ("MLKEM768X25519", "A" * 1494),
    ],
)
def test_another_kind_of_stanza_is_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(FormatError):
        check_stanza(Stanza(words, bytes(32)))


@pytest.mark.parametrize("vector", known.load("hpke-pq")["vectors"])
def test_the_published_ciphertexts_open(vector: dict[str, Any]) -> None:
    identity = derive_identity(bytes.fromhex(vector["skRm"]))
    suite = Suite(KEM.MLKEM768_X25519, KDFS[vector["kdf_id"]], AEAD.CHACHA20_POLY1305)
    example = {name: bytes.fromhex(text) for name, text in vector["encryptions"][0].items()}

    opened = openssl.hpke._decrypt_with_aad(
        suite,
        bytes.fromhex(vector["enc"]) + example["ct"],
        identity.key,
        bytes.fromhex(vector["info"]),
        example["aad"],
    )

    assert opened == example["pt"]


def test_this_build_of_the_library_has_what_we_need() -> None:
    crypto.assert_supported()


def test_a_build_without_it_is_named_at_start_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crypto, "import_module", _missing)

    with pytest.raises(CryptoError):
        crypto.assert_supported()


def _missing(name: str) -> None:
    raise ImportError(name)
