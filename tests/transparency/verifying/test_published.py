"""Files of the log and checkpoints from elsewhere: each that differs is named."""

from crypto import notes
from crypto.notes import Note
from tests.transparency.verifying.conftest import VerifiedLog


def test_a_file_that_was_altered(logged: VerifiedLog) -> None:
    file = logged.folder / "tile" / "entries" / "000.p" / "9"
    file.write_bytes(file.read_bytes()[:-1] + b"\1")

    assert logged.find_faults() == [
        "the file tile/entries/000.p/9 says something else than the database"
    ]


def test_files_that_are_missing_or_too_many(logged: VerifiedLog) -> None:
    (logged.folder / "tile" / "0" / "000.p" / "9").rename(logged.folder / "tile" / "notes")

    assert logged.find_faults() == [
        "the file tile/0/000.p/9 of the log is missing",
        "the file tile/notes is none of the log",
    ]


def test_a_file_with_more_than_the_database(logged: VerifiedLog) -> None:
    folder = logged.folder / "tile" / "0" / "000.p"
    (folder / "10").write_bytes((folder / "9").read_bytes() + bytes(32))

    assert logged.find_faults() == ["the file tile/0/000.p/10 has more than the database"]


def test_no_checkpoint_is_published(logged: VerifiedLog) -> None:
    (logged.folder / "checkpoint").unlink()

    assert logged.find_faults() == ["the log has entries, and no checkpoint is published"]


def test_a_checkpoint_that_is_none_or_was_altered(logged: VerifiedLog) -> None:
    data = (logged.folder / "checkpoint").read_bytes()
    note = notes.parse(data)
    altered = Note(note.text.replace("\n9\n", "\n10\n"), note.signatures).data

    faults = logged.find_faults(outside=(("mine", b"nothing"), ("theirs", altered), ("ours", data)))

    assert len(faults) == 2
    assert faults[0].startswith("mine is not signed by this log")
    assert faults[1].startswith("theirs is not signed by this log")
