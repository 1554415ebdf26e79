"""Checkpoints: three lines, and only as they are written."""

import pytest

from crypto import checkpoint, notes
from crypto.checkpoint import Checkpoint
from crypto.errors import FormatError, OpenError
from crypto.merkle import EMPTY_ROOT, MAX_SIZE
from crypto.notes import Note
from tests.crypto import known, logs
from tests.crypto.altering import flipped, refused

C2SP = known.load("notes")["c2sp"]
FOUND = Checkpoint(logs.ORIGIN, 20852163, bytes(range(32)))
NOTE = checkpoint.issue(FOUND, logs.LOG)
ROOT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
TEXT = f"{logs.ORIGIN}\n20852163\n{ROOT}\n"


def test_the_published_checkpoint_is_read_and_written() -> None:
    note = notes.parse(C2SP["checkpoint"].encode())
    state = checkpoint.parse(note.text)

    assert (state.origin, state.size) == (C2SP["origin"], C2SP["size"])
    assert state.text == note.text


def test_a_log_signs_three_lines() -> None:
    assert NOTE.text == TEXT
    assert checkpoint.verify(notes.parse(NOTE.data), [logs.LOG_KEY]) == FOUND


def test_no_flipped_bit_of_a_checkpoint_goes_unnoticed() -> None:
    for altered in flipped(NOTE.data):
        assert refused(lambda data: checkpoint.verify(notes.parse(data), [logs.LOG_KEY]), altered)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        TEXT[:-1],
        TEXT + "extension\n",
        TEXT + "\n",
        f"\n1\n{ROOT}\n",
        f"two words\n1\n{ROOT}\n",
        f"{'o' * 256}\n1\n{ROOT}\n",
        f"o\n01\n{ROOT}\n",
        f"o\n+1\n{ROOT}\n",
        f"o\n-1\n{ROOT}\n",
        f"o\n 1\n{ROOT}\n",
        f"o\n1_0\n{ROOT}\n",
        f"o\n١\n{ROOT}\n",
        f"o\n1e3\n{ROOT}\n",
        f"o\n\n{ROOT}\n",
        f"o\n{MAX_SIZE + 1}\n{ROOT}\n",
        f"o\n{'9' * 5000}\n{ROOT}\n",
        f"o\n0\n{ROOT}\n",
        f"o\n1\n{ROOT[:-1]}\n",
        f"o\n1\n{ROOT[:-2]}9=\n",
        f"o\n1\nAAAA{ROOT}\n",
        "o\n1\nAAAA\n",
        "o\n1\n\n",
    ],
)
def test_any_other_text_is_no_checkpoint(text: str) -> None:
    with pytest.raises(FormatError):
        checkpoint.parse(text)


@pytest.mark.parametrize(
    ("size", "root"), [(-1, bytes(32)), (MAX_SIZE + 1, bytes(32)), (1, bytes(31)), (0, bytes(32))]
)
def test_a_state_that_cannot_be_is_refused(size: int, root: bytes) -> None:
    with pytest.raises(FormatError):
        Checkpoint(logs.ORIGIN, size, root)


def test_the_empty_log_and_the_largest_are_checkpoints() -> None:
    for state in (Checkpoint("o", 0, EMPTY_ROOT), Checkpoint("o" * 255, MAX_SIZE, bytes(32))):
        assert checkpoint.parse(state.text) == state


def test_another_key_or_another_name_is_another_log() -> None:
    other_key = notes.derive_verifier_key(logs.ORIGIN, logs.OTHER_LOG)
    other_name = notes.derive_verifier_key("other.example/log", logs.LOG)
    renamed = Checkpoint("other.example/log", FOUND.size, FOUND.root)
    by_other_name = Note(FOUND.text, (notes.sign(FOUND.text, "other.example/log", logs.LOG),))

    for note, key in (
        (NOTE, other_key),
        (NOTE, other_name),
        (checkpoint.issue(renamed, logs.LOG), logs.LOG_KEY),
        (by_other_name, other_name),
    ):
        with pytest.raises(OpenError):
            checkpoint.verify(note, [key])
    with pytest.raises(OpenError):
        checkpoint.verify(NOTE, [])


def test_while_a_key_changes_either_is_enough_but_none_may_be_wrong() -> None:
    new_key = notes.derive_verifier_key(logs.ORIGIN, logs.OTHER_LOG)
    new = notes.sign(FOUND.text, logs.ORIGIN, logs.OTHER_LOG)
    wrong = notes.Signature(new.name, new.key_id, bytes(64))

    for lines in (NOTE.signatures, (new,), (*NOTE.signatures, new)):
        checkpoint.verify(Note(FOUND.text, lines), [logs.LOG_KEY, new_key])
    with pytest.raises(OpenError):
        checkpoint.verify(Note(FOUND.text, (*NOTE.signatures, wrong)), [logs.LOG_KEY, new_key])
