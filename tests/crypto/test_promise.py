"""The promise: what a reporter holds until a proof can be had."""

from dataclasses import replace
from datetime import date

import pytest

from crypto import checkpoint, notes
from crypto.errors import FormatError, OpenError
from crypto.log_entries import Step
from crypto.notes import Note
from crypto.promise import Promise, sign_promise, verify_promise
from crypto.text import to_base64
from tests.crypto import known, logs, make_log_vectors
from tests.crypto.altering import flipped, refused
from tests.crypto.make_log_vectors import CASE, OTHERS

VECTORS = known.load("log")
PROMISE = Promise(logs.ORIGIN, date(2026, 12, 1), CASE[0])
GIVEN = sign_promise(PROMISE, logs.LOG)


def signed(text: str) -> bytes:
    return Note(text, (notes.sign(text, logs.ORIGIN, logs.LOG),)).data


def test_the_vectors_are_what_is_made() -> None:
    assert make_log_vectors.log() == VECTORS
    assert VECTORS["promise"].encode() == GIVEN


@pytest.mark.parametrize("step", CASE)
@pytest.mark.parametrize("day", [date(1, 1, 1), date(2026, 2, 28), date(9999, 12, 31)])
def test_a_promise_is_read_as_it_was_given(step: Step, day: date) -> None:
    promise = replace(PROMISE, step=step, merge_by=day)

    assert verify_promise(sign_promise(promise, logs.LOG), logs.LOG_KEY) == promise


def test_a_promise_is_four_lines() -> None:
    lines = GIVEN.decode().split("\n")

    assert lines[:3] == ["pmp/v1/promise", logs.ORIGIN, "2026-12-01"]
    assert lines[4] == ""
    assert lines[5].startswith(f"— {logs.ORIGIN} ")


def test_no_flipped_bit_of_a_promise_goes_unnoticed() -> None:
    for altered in flipped(GIVEN):
        assert refused(verify_promise, altered, logs.LOG_KEY)


def test_another_log_has_promised_nothing() -> None:
    with pytest.raises(OpenError):
        verify_promise(GIVEN, notes.derive_verifier_key(logs.ORIGIN, logs.OTHER_LOG))
    with pytest.raises(OpenError):
        verify_promise(GIVEN, notes.derive_verifier_key("other.example/log", logs.LOG))


def test_a_promise_is_no_checkpoint_and_the_reverse() -> None:
    state = checkpoint.Checkpoint(logs.ORIGIN, 1, bytes(32))

    with pytest.raises(FormatError):
        checkpoint.parse(notes.parse(GIVEN).text)
    with pytest.raises(FormatError):
        verify_promise(checkpoint.issue(state, logs.LOG).data, logs.LOG_KEY)


@pytest.mark.parametrize(
    "text",
    [
        "pmp/v1/promise\n",
        PROMISE.text + "more\n",
        PROMISE.text.replace("pmp/v1", "pmp/v2"),
        PROMISE.text.replace(logs.ORIGIN, "other.example/log"),
        PROMISE.text.replace("2026-12-01", "2026-12-32"),
        PROMISE.text.replace("2026-12-01", "0000-12-01"),
        PROMISE.text.replace("2026-12-01", "20261201"),
        PROMISE.text.replace("2026-12-01", "2026-12-01T00:00"),
        PROMISE.text.replace("=\n", "\n"),
        PROMISE.text.replace("AVJ", "A1J"),
        "\n".join([*PROMISE.text.split("\n")[:3], "AVhyjx+7", ""]),
    ],
)
def test_any_other_text_is_no_promise(text: str) -> None:
    with pytest.raises(FormatError):
        verify_promise(signed(text), logs.LOG_KEY)


def test_only_steps_are_promised() -> None:
    first = PROMISE.text.split("\n")[:3]
    text = "\n".join([*first, to_base64(OTHERS[0].entry), ""])

    with pytest.raises(FormatError):
        verify_promise(signed(text), logs.LOG_KEY)


def test_a_log_has_a_name() -> None:
    with pytest.raises(FormatError):
        replace(PROMISE, origin="two words")
