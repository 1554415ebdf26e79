"""Who of a body wrote an object: its members read it, the reporter and strangers do not."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.body import Body, compose, read
from crypto.errors import FormatError, OpenError
from crypto.signing import SigningKey, generate_signing_key
from crypto.writer import BYTES, Writer, decrypt_writer, encrypt_writer
from tests.crypto import known

RID = "0123456789abcdef" * 2
PLACE: dict[str, Any] = {"rid": RID, "thread": "case", "seq": 4}
WRITER = Writer("fedcba9876543210" * 2, "prosecutor.first")
UNIT = known.BODY_SIGNING
PREV = "ab" * 32


def _reply(hidden: bytes | None) -> Body:
    return Body("reply", RID, "case", 4, PREV, {"text": "Рақмет."}, by=hidden)


def _read(plaintext: bytes) -> Body:
    return read(plaintext, **PLACE, prev=PREV, signer_public=UNIT.public, author="body")


@given(
    st.binary(min_size=16, max_size=16).map(bytes.hex),
    st.text(st.sampled_from("abcxyz0189.-"), min_size=1, max_size=64),
)
def test_whoever_signs_for_the_body_reads_who_wrote(account: str, login: str) -> None:
    hidden = encrypt_writer(Writer(account, login), UNIT, **PLACE)
    assert len(hidden) == BYTES
    assert decrypt_writer(hidden, UNIT, **PLACE) == Writer(account, login)


@pytest.mark.parametrize("other", [{"rid": "f" * 32}, {"thread": "notes"}, {"seq": 5}])
def test_a_writer_moved_to_another_object_does_not_open(other: dict[str, Any]) -> None:
    with pytest.raises(OpenError):
        decrypt_writer(encrypt_writer(WRITER, UNIT, **PLACE), UNIT, **{**PLACE, **other})


def test_another_key_and_an_altered_writer_do_not_open() -> None:
    hidden = encrypt_writer(WRITER, UNIT, **PLACE)
    with pytest.raises(OpenError):
        decrypt_writer(hidden, generate_signing_key(), **PLACE)
    with pytest.raises(OpenError):
        decrypt_writer(hidden[:-1] + bytes([hidden[-1] ^ 1]), UNIT, **PLACE)


def test_what_the_reporter_opens_holds_no_name() -> None:
    plaintext = compose(_reply(encrypt_writer(WRITER, UNIT, **PLACE)), UNIT)
    for told in (WRITER.login, WRITER.account):
        assert told.encode() not in plaintext
    # With everything that a reporter has: the public key of the body, and their own keys.
    with pytest.raises(OpenError):
        decrypt_writer(_read(plaintext).by or b"", SigningKey(UNIT.public), **PLACE)
    with pytest.raises(OpenError):
        decrypt_writer(_read(plaintext).by or b"", known.REPORTER_SIGNING, **PLACE)


def test_two_objects_of_one_writer_cannot_be_told_to_be_of_one() -> None:
    short, long = (
        encrypt_writer(replace(WRITER, login="x" * size), UNIT, **PLACE) for size in (1, 64)
    )
    assert len(short) == len(long)
    assert encrypt_writer(WRITER, UNIT, **PLACE) != encrypt_writer(WRITER, UNIT, **PLACE)


def test_a_body_without_a_writer_is_as_good_as_before() -> None:
    assert _read(compose(_reply(None), UNIT)) == _reply(None)
    assert "by" not in json.loads(json.loads(compose(_reply(None), UNIT))["body"])


def test_a_reporter_names_no_writer() -> None:
    message = replace(_reply(bytes(BYTES)), type="message")
    with pytest.raises(FormatError):
        compose(message, known.REPORTER_SIGNING)


def test_a_writer_of_another_length_is_no_body() -> None:
    with pytest.raises(FormatError):
        compose(_reply(bytes(BYTES - 1)), UNIT)


def test_the_vector_opens() -> None:
    vector = json.loads((known.VECTORS / "writer.json").read_text())
    place = {name: vector[name] for name in ("rid", "thread", "seq")}
    signer = SigningKey(bytes.fromhex(vector["body_seed"]))
    author = decrypt_writer(bytes.fromhex(vector["hidden"]), signer, **place)
    assert author == Writer(vector["account"], vector["login"])


def test_an_unreadable_name_is_a_fault_of_form() -> None:
    with pytest.raises(FormatError):
        encrypt_writer(Writer("no account", "x"), UNIT, **PLACE)
    with pytest.raises(FormatError):
        encrypt_writer(replace(WRITER, login="x" * 65), UNIT, **PLACE)
    with pytest.raises(FormatError):
        encrypt_writer(replace(WRITER, login="€" * 64), UNIT, **PLACE)
