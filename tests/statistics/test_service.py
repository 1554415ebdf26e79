"""Releases of whole quarters, on cases in a real database."""

import csv
import io
import json
from datetime import date, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.models import Case
from portal.core.errors import Conflict, Invalid
from portal.core.terms import LANGUAGES
from portal.statistics import archive, service
from portal.statistics.models import Release
from portal.statistics.service import Prepared
from tests.statistics.histories import (
    PUBLISHED_ON,
    Q3,
    Q3_DAY,
    YEAR_PUBLISHED_ON,
    Histories,
    Press,
)

Q2_DAY = date(2026, 5, 5)
Q4 = "2026-q4"
CONCLUDED_ON = date(2026, 9, 10)
KINDS = ("bribery", "conduct", "sexual", "ill_treatment")
OUTCOMES = ("substantiated", "lawful", "withdrawn", "inconclusive", "duplicate")


def rows(prepared: Prepared, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(prepared.files[f"{name}.csv"].decode())))


def value(prepared: Prepared, name: str, **codes: str) -> str:
    (row,) = [
        row
        for row in rows(prepared, name)
        if all(row[column] == code for column, code in codes.items())
    ]
    return row["obs_value"]


def a_busy_quarter(histories: Histories) -> None:
    for number in range(240):
        done = number % 3 == 0
        histories.case(
            received_on=Q3_DAY + timedelta(days=number % 40),
            category=KINDS[number % 4],
            region=("KZ-75", "KZ-71", None)[number % 3],
            concluded_on=CONCLUDED_ON if done else None,
            outcomes=(OUTCOMES[number % 5],) if done else (),
        )
    histories.done()


class TestTotals:
    def test_national_totals_are_exact(self, histories: Histories, press: Press) -> None:
        histories.many(7)
        histories.many(4, received_on=Q2_DAY, concluded_on=date(2026, 7, 1), outcomes=("lawful",))
        histories.many(3, concluded_on=date(2026, 9, 30), outcomes=("substantiated",))
        histories.many(5, received_on=date(2026, 10, 1))
        histories.many(2, concluded_on=date(2026, 10, 1), outcomes=("lawful",))
        histories.done()

        prepared = press.prepare()

        assert value(prepared, "totals", measure="received") == str(7 + 3 + 2)
        assert value(prepared, "totals", measure="concluded") == str(4 + 3)

    def test_the_first_and_the_last_day_of_the_quarter_count(
        self, histories: Histories, press: Press
    ) -> None:
        days = ("2026-06-30", "2026-07-01", "2026-09-30", "2026-10-01")
        for day in days:
            histories.case(received_on=date.fromisoformat(day))
        histories.done()

        assert value(press.prepare(), "totals", measure="received") == "2"

    def test_everything_else_is_near_the_truth_and_never_farther_than_the_cap(
        self, histories: Histories, press: Press
    ) -> None:
        histories.many(400)
        histories.done()

        shown = int(value(press.prepare(), "received-category", category="money"))

        assert abs(shown - 400) <= 50


class TestFiles:
    def test_the_same_cases_give_the_same_bytes(self, histories: Histories, press: Press) -> None:
        a_busy_quarter(histories)

        assert press.prepare().files == press.prepare().files

    def test_a_manifest_names_every_file_by_its_hash(
        self, histories: Histories, press: Press
    ) -> None:
        a_busy_quarter(histories)

        files = dict(press.prepare().files)
        manifest = json.loads(files.pop(archive.MANIFEST))

        assert manifest["files"] == {
            name: sha256(content).hexdigest() for name, content in files.items()
        }
        assert (manifest["level"], manifest["previous"]) == ("L0", archive.NO_RELEASE)

    def test_each_manifest_holds_the_hash_of_the_one_before(self, press: Press) -> None:
        first = press.publish()
        second = press.publish(Q4, YEAR_PUBLISHED_ON)

        assert json.loads(second.files[archive.MANIFEST])["previous"] == first.digest

    def test_small_numbers_are_left_empty_and_marked(
        self, histories: Histories, press: Press
    ) -> None:
        histories.many(300)
        histories.done()

        found = rows(press.prepare(), "received-category")

        assert all((row["obs_value"] == "") == (row["conf_status"] == "c") for row in found)
        assert all(row["obs_value"] == "" or int(row["obs_value"]) >= 10 for row in found)
        assert {row["conf_status"] for row in found} == {"", "c"}

    def test_no_count_and_no_key_of_a_case_is_in_any_file(
        self, histories: Histories, press: Press
    ) -> None:
        a_busy_quarter(histories)
        everything = b"".join(press.prepare().files.values())

        for case in press.session.scalars(select(Case)):
            assert case.id.encode() not in everything
            assert str(case.record_key_1).encode() not in everything

    def test_pictures_are_made_in_three_languages(self, histories: Histories, press: Press) -> None:
        a_busy_quarter(histories)
        files = press.prepare().files

        for language in LANGUAGES:
            assert f"findings-{language}.svg" in files
        assert files["findings-kk.svg"] != files["findings-ru.svg"] != files["findings-en.svg"]


class TestPublishedOnce:
    def test_a_release_is_the_same_whatever_becomes_of_its_cases(
        self, histories: Histories, press: Press
    ) -> None:
        """G4: add, alter and conclude cases of the quarter after it was published."""
        a_busy_quarter(histories)
        press.publish()
        place = press.folder / Q3 / "v1"
        before = {path.name: path.read_bytes() for path in place.iterdir()}

        histories.many(5)
        altered = press.session.scalars(select(Case)).first()
        assert altered is not None
        altered.region, altered.category = "KZ-10", "conduct"
        altered.concluded_on = altered.concluded_on or date(2026, 11, 2)
        histories.done()
        press.publish(Q4, YEAR_PUBLISHED_ON)

        assert {path.name: path.read_bytes() for path in place.iterdir()} == before

    def test_one_case_more_moves_only_its_own_cell(
        self, histories: Histories, press: Press
    ) -> None:
        a_busy_quarter(histories)
        before = press.prepare().documents["received-category"]["rows"]
        histories.case(category="unlawful_detention")
        histories.many(60, category="unlawful_detention")
        histories.done()

        after = press.prepare().documents["received-category"]["rows"]

        moved = {one[4] for one, two in zip(before, after, strict=True) if one != two}
        assert moved == {"detention", "_T"}

    def test_a_case_of_another_quarter_moves_nothing(
        self, histories: Histories, press: Press
    ) -> None:
        a_busy_quarter(histories)
        before = press.prepare().files
        histories.many(20, received_on=Q2_DAY)
        histories.many(20, received_on=date(2026, 10, 2))
        histories.done()

        assert press.prepare().files == before


class TestOutcomes:
    def test_a_case_takes_the_outcome_that_prevails(
        self, histories: Histories, press: Press
    ) -> None:
        histories.many(
            400, concluded_on=CONCLUDED_ON, outcomes=("withdrawn", "lawful", "partly_substantiated")
        )
        histories.done()

        prepared = press.prepare()

        confirmed = value(prepared, "concluded-finding", outcome="confirmed", duration="0-90")
        assert int(confirmed) > 300
        assert value(prepared, "concluded-finding", outcome="not_confirmed", duration="0-90") == ""

    def test_what_was_decided_after_the_quarter_does_not_count(
        self, histories: Histories, press: Press
    ) -> None:
        for case in histories.many(400, concluded_on=CONCLUDED_ON, outcomes=("lawful", "lawful")):
            case.allegations[1].outcome = "substantiated"
            case.allegations[1].decided_on = date(2026, 10, 20)
        histories.done()

        found = value(press.prepare(), "concluded-finding", outcome="not_confirmed", duration="_T")

        assert int(found) > 300

    def test_ninety_working_days_split_the_conclusions(
        self, histories: Histories, press: Press
    ) -> None:
        old = date(2026, 1, 5)
        histories.many(300, received_on=old, concluded_on=CONCLUDED_ON, outcomes=("lawful",))
        histories.done()

        found = value(press.prepare(), "concluded-finding", outcome="not_confirmed", duration="91+")

        assert int(found) > 200


class TestYear:
    def test_the_fourth_quarter_brings_the_tables_of_the_year(
        self, histories: Histories, press: Press
    ) -> None:
        histories.many(
            300, received_on=Q2_DAY, concluded_on=date(2026, 5, 20), outcomes=("lawful",)
        )
        histories.many(300, received_on=date(2026, 11, 2), region="KZ-10")
        histories.done()

        prepared = press.prepare(Q4, YEAR_PUBLISHED_ON)

        assert int(value(prepared, "received-year-region", ref_area="KZ-10")) > 250
        found = rows(prepared, "durations-year")
        in_band = {row["duration"]: row["obs_value"] for row in found}
        assert int(in_band["6-10"]) > 250
        assert in_band["91+"] == ""  # those of November are in the cohort of the next year
        measures = rows(prepared, "measures")
        (in_time,) = [row for row in measures if row["clock"] == "15 working days, statutory"]
        assert float(in_time["value"]) > 0.85

    def test_the_procedure_is_read_from_clocks_and_history(
        self, histories: Histories, press: Press
    ) -> None:
        for case in histories.many(400, received_on=Q2_DAY):
            histories.clock(case, "acknowledgement", Q2_DAY + timedelta(5), Q2_DAY + timedelta(1))
            histories.routed(case, 2)
        for case in histories.many(400, received_on=Q2_DAY):
            due_on = Q2_DAY + timedelta(30)
            histories.clock(case, "extension_notice", due_on, due_on + timedelta(1))
        histories.done()

        prepared = press.prepare(Q4, YEAR_PUBLISHED_ON)

        def cell(acknowledgement: str, procedure: str) -> str:
            codes = {"acknowledgement": acknowledgement, "procedure": procedure}
            return value(prepared, "procedure-year", **codes)

        assert int(cell("in_time", "redirected_in_time")) >= 300
        assert int(cell("not", "told_late")) >= 300
        assert cell("in_time", "_T") != ""


class TestWhen:
    def check(self, press: Press, quarter: str, today: date) -> None:
        service.check_may_release(press.session, press.folder, quarter, today=today)

    def test_a_quarter_waits_45_days(self, press: Press) -> None:
        with pytest.raises(Conflict, match="2026-11-14"):
            self.check(press, Q3, date(2026, 11, 13))

        self.check(press, Q3, date(2026, 11, 14))

    def test_a_quarter_is_published_once(self, press: Press) -> None:
        press.publish()

        with pytest.raises(Conflict, match="never changes"):
            self.check(press, Q3, PUBLISHED_ON)

    def test_quarters_are_published_in_their_order(self, press: Press) -> None:
        press.publish()

        with pytest.raises(Conflict, match="comes 2026-q4"):
            self.check(press, "2027-q1", date(2027, 12, 1))
        with pytest.raises(Conflict, match="comes 2026-q4"):
            self.check(press, "2026-q2", date(2027, 12, 1))

    @pytest.mark.parametrize("text", ["2026", "2026-Q3", "2026-q5", "", "../2026-q3"])
    def test_what_is_no_quarter_is_refused(self, press: Press, text: str) -> None:
        with pytest.raises(Invalid):
            self.check(press, text, PUBLISHED_ON)

    def test_older_cases_than_the_first_quarter_are_noticed(
        self, histories: Histories, press: Press
    ) -> None:
        assert not service.left_out(press.session, Q3)
        histories.case(received_on=Q2_DAY)
        histories.done()

        assert service.left_out(press.session, Q3)
        assert not service.left_out(press.session, "2026-q2")

    def test_the_same_quarter_twice_at_once_is_refused_by_the_database(
        self, press: Press, session: Session
    ) -> None:
        prepared = press.prepare()
        service.record(session, prepared)

        with pytest.raises(Conflict):
            service.record(session, prepared)

    def test_a_release_without_its_folder_is_unfinished(
        self, press: Press, session: Session
    ) -> None:
        service.record(session, press.prepare())

        waiting = service.unfinished(session, press.folder)

        assert isinstance(waiting, Release)
        assert waiting.quarter == Q3


class TestLadder:
    def test_two_published_years_above_the_line_bring_regions_by_quarter(
        self, press: Press
    ) -> None:
        """What decides is what was published, not how many cases there are."""
        for year in (2024, 2025):
            document = press.prepare(f"{year}-q4", date(year + 1, 3, 10)).files
            totals = json.loads(document["totals.json"])
            totals["rows"][0][6:9] = [2500, 2500, 2500]
            files = dict(document) | {"totals.json": json.dumps(totals).encode()}
            del files[archive.MANIFEST]
            facts = {"quarter": f"{year}-q4", "level": "L0", "published_on": f"{year + 1}-03-10"}
            files[archive.MANIFEST] = archive.manifest_of(files, **facts)
            archive.stage(press.folder, f"{year}-q4", 1, files)
            archive.reveal(press.folder, f"{year}-q4", 1)

        prepared = press.prepare("2026-q1", date(2026, 6, 9))

        assert prepared.level == "L1"
        assert "received-region.csv" in prepared.files
        assert len(rows(prepared, "received-region")) == 22
