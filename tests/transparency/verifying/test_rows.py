"""Rows that point at entries: each that points elsewhere is named."""

from crypto.log_entries import Announcement
from portal.transparency import queries
from portal.transparency.writing import service
from tests.transparency.verifying.conftest import NEXT, VerifiedLog


def test_a_row_that_claims_an_entry_of_another_kind(logged: VerifiedLog) -> None:
    logged.sql("UPDATE log_steps SET erasure = 0 WHERE type = 'R'")

    assert "entry 0: a row of the database says that it is something else" in logged.find_faults()


def test_a_row_with_another_commitment(logged: VerifiedLog) -> None:
    step = queries.list_steps(logged.session, logged.filed.case.id)[1]
    position = step.position
    logged.sql("UPDATE log_steps SET commitment = zeroblob(32) WHERE type = 'S'")

    told = f"entry {position} is a step of a case, and the database has another one there"
    assert told in logged.find_faults()


def test_a_name_that_is_gone_or_another(logged: VerifiedLog) -> None:
    logged.sql("UPDATE log_names SET name = 'other' WHERE position = 0")

    assert logged.find_faults() == [
        "entry 0 is recipient RECOVERY/1, and the database calls it otherwise"
    ]


def test_what_is_no_entry_of_a_log(logged: VerifiedLog) -> None:
    wrong = Announcement("batch", "a day", b"")
    service.append(logged.session, logged.make.log, [wrong], today=NEXT)
    logged.session.commit()
    assert "entry 9 closes a batch with a day that is none" in logged.find_faults()

    logged.sql("UPDATE log_entries SET entry = x'0147' WHERE position = 9")
    assert any(line.startswith("entry 9: a tag is 16 bytes") for line in logged.find_faults())
