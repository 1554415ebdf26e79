"""Keys, code and batches: what is in use and what the log announced are the same."""

from datetime import date

from crypto.log_entries import Announcement
from portal.transparency.writing import service
from tests.transparency.verifying.conftest import NEXT, VerifiedLog

CODE = Announcement("code", "portal", bytes(32))


def test_a_key_that_the_log_does_not_know(logged: VerifiedLog) -> None:
    logged.make.epoch("KNB_AC", made_on=date(2026, 3, 10))

    faults = logged.find_faults()

    assert "the recipient key of KNB_AC/2, of 2026-03-10, was never announced" in faults
    assert "the signing key of KNB_AC/2, of 2026-03-10, was never announced" in faults


def test_a_key_of_today_waits_for_the_next_merge(logged: VerifiedLog) -> None:
    logged.make.epoch("KNB_AC", made_on=NEXT)

    assert logged.find_faults() == []


def test_a_key_that_was_retired_is_in_use_again(logged: VerifiedLog) -> None:
    logged.make.epoch("KNB_AC", made_on=NEXT)
    assert logged.find_faults() == []

    logged.sql("UPDATE unit_keys SET retired_on = NULL")

    assert "key 1 of KNB_AC is in use again, and 2 is newer" in logged.find_faults()


def test_a_key_that_the_database_lost(logged: VerifiedLog) -> None:
    logged.sql("UPDATE unit_keys SET epoch = 7 WHERE body_code = 'KNB_AC'")

    assert (
        "the signing key of KNB_AC/1 was announced, and the database does not have it"
        in logged.find_faults()
    )


def test_a_key_that_was_announced_twice(logged: VerifiedLog) -> None:
    other = Announcement("signing", "KNB_AC/1", bytes(32))
    service.append(logged.session, logged.make.log, [other], today=NEXT)
    logged.session.commit()

    assert "the signing key of KNB_AC/1 was announced 2 times, each another" in logged.find_faults()


def test_code_in_use_is_what_was_announced_last(logged: VerifiedLog) -> None:
    told = "the code in use is not what was announced last; `log merge` announces it"
    assert logged.find_faults(programs=(CODE,)) == [told]

    service.append(logged.session, logged.make.log, [CODE], today=NEXT)
    logged.session.commit()

    assert logged.find_faults(programs=(CODE,)) == []


def test_rows_of_batches(logged: VerifiedLog) -> None:
    logged.sql(
        "UPDATE log_batches SET reports = 7 WHERE through = '2026-03-08'",
        "INSERT INTO log_batches (through, size, reports, merged_on)"
        " VALUES ('2026-03-20', 10, 0, '2026-03-21')",
    )

    assert logged.find_faults() == [
        "the row of the batch of 2026-03-08 is not what its entries say",
        "the batch of 2026-03-20 is not in the log",
    ]


def test_a_batch_of_two_quarters_and_one_out_of_order(logged: VerifiedLog) -> None:
    closing = [Announcement("batch", day, b"") for day in ("2026-04-05", "2026-03-20")]
    service.append(logged.session, logged.make.log, closing, today=NEXT)
    logged.session.commit()

    faults = logged.find_faults()

    assert "entry 10 closes the batch of 2026-03-20 after that of 2026-04-05" in faults
    assert "the batch of 2026-04-05 has steps of two quarters" in faults
