"""The word of an auditor is signed, about one release and one state of one log."""

import pytest

from crypto import notes
from crypto.audited import Audited, sign, verify
from crypto.checkpoint import Checkpoint
from crypto.errors import CryptoError, FormatError, OpenError
from crypto.log_entries import Announcement, Release, parse
from crypto.signing import SigningKey
from tests.crypto import logs

KEY = SigningKey(bytes(32))
PUBLIC = notes.derive_verifier_key("ngo.example", KEY)
WORD = Audited(Release("2026-q3/v1", bytes(range(32))), Checkpoint(logs.ORIGIN, 7, bytes(32)))


def test_it_is_read_as_it_was_given() -> None:
    assert verify(sign(WORD, "ngo.example", KEY), PUBLIC) == WORD


def test_it_is_five_lines_after_its_name() -> None:
    root = "A" * 43 + "="
    expected = f"pmp/v1/audited\n{logs.ORIGIN}\n2026-q3/v1\n{bytes(range(32)).hex()}\n7\n{root}\n"

    assert WORD.text == expected


def test_another_key_or_another_text_is_refused() -> None:
    other = notes.derive_verifier_key("ngo.example", SigningKey(bytes([1] * 32)))
    note = sign(WORD, "ngo.example", KEY)

    with pytest.raises(OpenError):
        verify(note, other)
    with pytest.raises(CryptoError):
        verify(note.replace(logs.ORIGIN.encode(), b"elsewhere/log"), PUBLIC)
    text = WORD.text.replace("2026-q3/v1", "\n")
    signed = notes.Note(text, (notes.sign(text, "ngo.example", KEY),)).data
    with pytest.raises(FormatError):
        verify(signed, PUBLIC)


def test_the_log_announces_auditors() -> None:
    told = Announcement("auditor", "ngo.example", b"keys\n")

    assert parse(told.entry) == told
