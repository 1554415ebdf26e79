"""The tree is built again: each entry, node, checkpoint and cosignature that is wrong is named."""

import pytest

from crypto import checkpoint, cosignature, notes
from crypto.signing import generate_signing_key
from portal.transparency.models import LogCosignature
from portal.transparency.verifying import tree
from tests.transparency.verifying.conftest import VerifiedLog

WITNESS = "ngo.example/w"


def test_a_log_that_is_whole(logged: VerifiedLog) -> None:
    assert logged.find_faults() == []


def test_it_is_built_in_parts(logged: VerifiedLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "PART", 3)

    assert logged.find_faults() == []


def test_an_entry_that_was_altered(logged: VerifiedLog) -> None:
    logged.sql("UPDATE log_entries SET entry = zeroblob(50) WHERE position = 2")

    faults = logged.find_faults()

    assert (
        "entry 2: the hash that the tree has stored is not the one that follows from it" in faults
    )
    assert any(line.startswith("the checkpoint of 2026-03-09 of ") for line in faults)
    assert "3 later states have another root, too" in faults


def test_an_entry_and_every_node_above_it(logged: VerifiedLog) -> None:
    """Only what was signed still tells of more than that nodes are missing."""
    logged.sql("UPDATE log_entries SET entry = x'0158'", "DELETE FROM log_nodes")

    faults = logged.find_faults()

    assert any("has another root than the entries" in line for line in faults)


def test_a_node_that_was_altered(logged: VerifiedLog) -> None:
    logged.sql("UPDATE log_nodes SET hash = zeroblob(32) WHERE place = (1 << 56) + 1")

    assert logged.find_faults()[0].startswith("node 1/1: the hash that the tree has stored")


def test_an_entry_that_is_missing(logged: VerifiedLog) -> None:
    logged.sql("DELETE FROM log_entries WHERE position = 2")

    assert logged.find_faults() == [
        "entries between 0 and 9 are missing: the tree cannot be built again"
    ]


def test_what_stands_behind_the_end(logged: VerifiedLog) -> None:
    logged.sql(
        "INSERT INTO log_entries VALUES (9, zeroblob(50))",
        "INSERT INTO log_nodes VALUES (9, zeroblob(32))",
    )

    faults = logged.find_faults()

    assert "1 entries stand behind the end of the log" in faults
    assert "the tree has 17 nodes stored where 16 follow from its entries" in faults


def test_entries_that_were_never_signed(logged: VerifiedLog) -> None:
    logged.sql("DELETE FROM log_checkpoints WHERE size = 9")

    assert "the log has 9 entries, and signed a checkpoint of 7" in logged.find_faults()


def test_a_checkpoint_with_the_note_of_another(logged: VerifiedLog) -> None:
    logged.sql(
        "UPDATE log_checkpoints SET note = (SELECT note FROM log_checkpoints WHERE size = 9)"
        " WHERE size = 7"
    )

    assert logged.find_faults() == ["the checkpoint of 7 entries: its note says something else"]


def test_another_name_of_the_log(logged: VerifiedLog) -> None:
    logged.sql("UPDATE log_head SET origin = 'elsewhere/log'")

    assert logged.find_faults() == [
        "the log of this database is called elsewhere/log, the portal's localhost/log"
    ]


def test_cosignatures(logged: VerifiedLog) -> None:
    key = generate_signing_key()
    public = cosignature.derive_witness_key(WITNESS, key)
    data = (logged.folder / "checkpoint").read_bytes()
    state = checkpoint.parse(notes.parse(data).text)
    line = cosignature.cosign(state, WITNESS, key, 1_800_000_000).line
    for size in (state.size, 7):
        logged.session.add(LogCosignature(size=size, witness=WITNESS, key_id=public.id, line=line))
    logged.session.commit()

    told = f"{WITNESS} did not cosign the checkpoint of 7 entries"
    (faults,) = logged.find_faults(witnesses=(public,))
    assert told in faults
    assert logged.find_faults() == []  # whose key nobody knows is not checked

    logged.sql("DELETE FROM log_checkpoints WHERE size = 7")
    assert f"{WITNESS} cosigned a checkpoint of 7 entries that is gone" in logged.find_faults()
