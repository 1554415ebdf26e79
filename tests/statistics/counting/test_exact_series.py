"""Exact national numbers: counted on the trail and in the tables, never more than they may say."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.cases.audit import record
from portal.cases.bodies import list_bodies
from portal.cases.codes import AuditAct
from portal.cases.models import COUNTED, PublicBody, UnitKey
from portal.core.calendar import Quarter
from portal.core.taxonomy import load
from portal.statistics.catalogue.tables import load as load_catalogue
from portal.statistics.counting.exact_series import ACTS, SeriesRow, count_exact_series
from tests.statistics.histories import Q3, Q3_DAY, Histories

BEFORE, AFTER = date(2026, 6, 30), date(2026, 10, 1)


def number(session: Session, measure: str, reason: str = "_T") -> int | None:
    (row,) = [
        row
        for row in count_exact_series(session, Q3)
        if (row.measure, row.reason) == (measure, reason)
    ]
    return row.value


def acts(
    session: Session, act: str, detail: str = "", *, day: date = Q3_DAY, times: int = 1
) -> None:
    for _ in range(times):
        record(session, AuditAct(act), actor="system", detail=detail, today=day)


def test_extensions_are_counted_by_reason(session: Session) -> None:
    acts(session, "extended", "witnesses", times=3)
    acts(session, "extended", "other_body")
    acts(session, "extended", "witnesses", day=BEFORE)
    acts(session, "extended", "witnesses", day=AFTER)

    assert number(session, "extended") == 4
    assert number(session, "extended", "witnesses") == 3
    assert number(session, "extended", "expert_opinion") == 0


@pytest.mark.parametrize(
    ("measure", "done"),
    [
        ("recommendation_sent", ["recommended"]),
        ("recommendation_answered", ["recommendation answered"]),
        ("erased", ["erased"]),
        ("escalated", ["overdue", "status conflict_hold"]),
    ],
)
def test_acts_are_counted_in_their_quarter(session: Session, measure: str, done: list[str]) -> None:
    for act in done:
        acts(session, act, "decision", times=2)
        acts(session, act, day=BEFORE)
    acts(session, "claimed")

    assert number(session, measure) == 2 * len(done)


def test_a_case_nobody_may_read_is_not_told_apart_from_a_late_one(session: Session) -> None:
    acts(session, "status conflict_hold")

    assert [row.value for row in count_exact_series(session, Q3) if row.value == 1] == [1]
    assert "status conflict_hold" not in {row.reason for row in count_exact_series(session, Q3)}


def test_identities_that_nobody_keeps_are_not_said_to_be_none_opened(session: Session) -> None:
    (row,) = [row for row in count_exact_series(session, Q3) if row.measure == "identity_opened"]

    assert row == SeriesRow("identity_opened", "_T", None, "x")


def test_open_cases_are_those_received_and_not_concluded(
    session: Session, histories: Histories
) -> None:
    histories.many(5)
    histories.many(3, concluded_on=Q3_DAY, outcomes=("lawful", "unfounded"))
    histories.many(2, concluded_on=AFTER, outcomes=("lawful",))
    histories.many(4, received_on=AFTER)
    histories.done()

    assert number(session, "open") == 7
    assert number(session, "allegations") == 6


def test_bodies_are_ready_that_had_a_key(session: Session) -> None:
    def key(code: str, made_on: date, retired_on: date | None, epoch: int = 1) -> None:
        session.merge(PublicBody(code=code, kind=code))
        session.add(
            UnitKey(
                body_code=code,
                epoch=epoch,
                recipient="",
                signing=bytes(32),
                made_on=made_on,
                retired_on=retired_on,
            )
        )

    key("PROS_SPEC", BEFORE, None)
    key("PROS_SPEC", Q3_DAY, None, epoch=2)
    key("KNB_AC", BEFORE, Q3_DAY)
    key("KUIS", AFTER, None)
    key("RECOVERY", BEFORE, None)
    session.flush()

    assert number(session, "bodies_ready") == 2
    assert number(session, "bodies_due") == len(list_bodies())


def test_every_quarter_has_the_same_rows_and_all_have_a_name(session: Session) -> None:
    rows = count_exact_series(session, Q3)

    assert {row.measure for row in rows} == set(load_catalogue().series)
    assert {row.reason for row in rows} == {"_T", *load().extension_reasons}
    assert [row[:2] for row in rows] == [
        row[:2] for row in count_exact_series(session, Quarter("2020-q1"))
    ]


def test_the_acts_are_found_by_an_index_of_few_rows(session: Session) -> None:
    plan = session.execute(
        text(
            "EXPLAIN QUERY PLAN SELECT act, detail, count(*) FROM audit"  # noqa: S608 - a constant
            f" WHERE {COUNTED} AND done_on BETWEEN '2026-07-01' AND '2026-09-30' GROUP BY 1, 2"
        )
    )

    assert "ix_audit_counted" in str(plan.all())
    counted = {act for names in ACTS.values() for act in names} | {"extended"}
    assert all(f"'{act}'" in str(COUNTED) for act in counted)
