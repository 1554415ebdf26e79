"""From cases in the database to the measures of a release, beside what is really so."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal.cases.audit import record
from portal.cases.codes import AuditAct
from portal.cases.models import Sanction, Verdict
from portal.cases.reviews import Review
from portal.core.calendar import Quarter
from portal.core.config import Settings
from portal.core.db import Sessions
from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.table import Document
from tests.installation import installed
from tests.shared import RunFolder
from tests.statistics.histories import NAMES, Histories, QuarterPublisher
from tests.statistics.tables import records

Q4 = Quarter("2026-q4")
CONCLUDED_ON = date(2026, 2, 16)  # in the year of decisions that is looked back at in q4
RECEIVED_ON = CONCLUDED_ON - timedelta(days=14)
CONFIRMED, REFUTED = 900, 1500
SANCTIONED, REVIEWED, CHANGED = 600, 400, 100
WITHIN = 0.06  # noise of one table at epsilon 0.1, over a denominator of some 400


@pytest.fixture(scope="module")
def measured(shared: RunFolder, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Measures and series of a year of cases whose shares are known."""

    def measure() -> list[dict[str, Any]]:
        place = tmp_path_factory.mktemp("measured")
        app = installed(Settings(instance=place, public_url="http://localhost"))
        sessions: Sessions = app.extensions["sessions"]
        with sessions() as session:
            return published(Histories(session), QuarterPublisher(app, session, NAMES))

    return shared.value("measured", measure)


def published(histories: Histories, press: QuarterPublisher) -> list[dict[str, Any]]:
    """Publish the year."""
    session = histories.session
    about = {"received_on": RECEIVED_ON, "concluded_on": CONCLUDED_ON}
    confirmed = histories.many(CONFIRMED, outcomes=("substantiated",), **about)
    refuted = histories.many(REFUTED, outcomes=("unfounded",), **about)
    for number, case in enumerate(confirmed):
        code = "dismissal" if number < SANCTIONED else "apology"
        case.allegations[0].sanctions.append(Sanction(code=code, imposed_on=CONCLUDED_ON))
    session.flush()
    for number, case in enumerate(refuted):
        session.add(
            Verdict(
                case_id=case.id,
                answer="formal" if number % 2 else "substantive",
                respect=None,
                given_on=CONCLUDED_ON,
            )
        )
        if number < REVIEWED:
            decided_on = CONCLUDED_ON + timedelta(days=20)
            changed = number < CHANGED
            session.add(
                Review(
                    case_id=case.id, asked_on=CONCLUDED_ON, decided_on=decided_on, changed=changed
                )
            )
    record(session, AuditAct.EXTENDED, actor="system", detail="witnesses", today=date(2026, 10, 5))
    histories.done()
    documents: dict[str, Document] = press.count(Q4).documents
    return records(documents["measures"]) + records(documents["series"])


def value(
    rows: list[dict[str, Any]], measure: str, outcome: str = "_T", clock: str = "", freq: str = ""
) -> float:
    (row,) = [
        row
        for row in rows
        if (row["measure"], row.get("outcome"), row.get("clock"), row.get("ref_area"))
        == (measure, outcome, clock, "KZ")
        and freq in ("", row["freq"])
    ]
    assert row["value"] is not None, row
    return float(row["value"])


def test_what_is_published_is_near_what_is_so(measured: list[dict[str, Any]]) -> None:
    assert value(measured, "K12", "any") == pytest.approx(SANCTIONED / CONFIRMED, abs=WITHIN)
    assert value(measured, "K12", "dismissal") == pytest.approx(SANCTIONED / CONFIRMED, abs=WITHIN)
    assert value(measured, "K15", "changed") == pytest.approx(CHANGED / REVIEWED, abs=WITHIN * 2)
    assert value(measured, "K16", "formal") == pytest.approx(0.5, abs=WITHIN)
    assert value(measured, "K9", freq="A") == pytest.approx(
        CONFIRMED / (CONFIRMED + REFUTED), abs=WITHIN
    )
    assert value(measured, "K20", "at_most", "15 working days, statutory") < WITHIN
    assert value(measured, "K18") == 0


def test_what_needs_earlier_releases_is_missing_and_not_invented(
    measured: list[dict[str, Any]],
) -> None:
    (reviews,) = [row for row in measured if row["measure"] == "K14"]

    assert (reviews["value"], reviews["status"]) == (None, "x")
    assert not [row for row in measured if row["measure"] in {"K2", "K1B"}]


def test_exact_numbers_stand_in_the_series(measured: list[dict[str, Any]]) -> None:
    (extended,) = [
        row for row in measured if (row["measure"], row.get("reason")) == ("extended", "witnesses")
    ]

    assert extended["obs_value"] == 1


def test_every_row_is_of_a_measure_that_the_catalogue_defines(
    measured: list[dict[str, Any]],
) -> None:
    names = {row["measure"] for row in measured}

    assert names <= {*load().measures, *load().series}
    assert {"K2b", "K13", "K3", "K6", "K22"} <= names
