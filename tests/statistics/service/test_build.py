"""Releases of whole quarters, on cases in a real database."""

import csv
import io
import json
from collections.abc import Mapping
from datetime import date, timedelta
from hashlib import sha256

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.models import Case
from portal.core.calendar import Quarter
from portal.core.terms import LANGUAGES, Label
from portal.statistics.catalogue import release_days
from portal.statistics.catalogue.codelists import Cell
from portal.statistics.catalogue.periods import make_quarter_span
from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.encoding import as_csv, as_json
from portal.statistics.dataset.tabulation import tabulate_totals
from portal.statistics.releases import announcements, archive, drafts
from portal.statistics.rendering import RENDERER
from portal.statistics.service.build import CountedTables
from tests.statistics.histories import Q3, Q3_DAY, Histories, QuarterPublisher, contents

REASON = Label("себебі", "причина", "the reason")
Q2_DAY = date(2026, 5, 5)
Q4 = Quarter("2026-q4")
CONCLUDED_ON = date(2026, 9, 10)
KINDS = ("bribery", "conduct", "sexual", "ill_treatment")
OUTCOMES = ("substantiated", "lawful", "withdrawn", "inconclusive", "duplicate")


def rows(counted: CountedTables, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(counted.documents[name]).decode())))


def value(counted: CountedTables, name: str, **codes: str) -> str:
    (row,) = [
        row
        for row in rows(counted, name)
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
    def test_national_totals_are_exact(self, histories: Histories, press: QuarterPublisher) -> None:
        histories.many(7)
        histories.many(4, received_on=Q2_DAY, concluded_on=date(2026, 7, 1), outcomes=("lawful",))
        histories.many(3, concluded_on=date(2026, 9, 30), outcomes=("substantiated",))
        histories.many(5, received_on=date(2026, 10, 1))
        histories.many(2, concluded_on=date(2026, 10, 1), outcomes=("lawful",))
        histories.done()

        counted = press.count()

        assert value(counted, "totals", measure="received") == str(7 + 3 + 2)
        assert value(counted, "totals", measure="concluded") == str(4 + 3)

    def test_the_first_and_the_last_day_of_the_quarter_count(
        self, histories: Histories, press: QuarterPublisher
    ) -> None:
        days = ("2026-06-30", "2026-07-01", "2026-09-30", "2026-10-01")
        for day in days:
            histories.case(received_on=date.fromisoformat(day))
        histories.done()

        assert value(press.count(), "totals", measure="received") == "2"

    def test_everything_else_is_near_the_truth_and_never_farther_than_the_cap(
        self, histories: Histories, press: QuarterPublisher
    ) -> None:
        histories.many(400)
        histories.done()

        shown = int(value(press.count(), "received-category", category="money"))

        assert abs(shown - 400) <= 50


class TestFiles:
    def test_the_same_cases_give_the_same_bytes(
        self, histories: Histories, press: QuarterPublisher
    ) -> None:
        a_busy_quarter(histories)

        assert press.prepare().files == press.prepare().files

    def test_a_manifest_names_every_file_by_its_hash(
        self, histories: Histories, press: QuarterPublisher
    ) -> None:
        a_busy_quarter(histories)

        files = dict(press.prepare().files)
        manifest = json.loads(files.pop(archive.MANIFEST))

        assert manifest["files"] == {
            name: sha256(content).hexdigest() for name, content in files.items()
        }
        assert (manifest["level"], manifest["previous"]) == ("L0", archive.NO_RELEASE)
        assert {f"{name}.json" for name in manifest["documents"]} <= files.keys()

    def test_each_manifest_holds_the_hash_of_the_one_before(self, press: QuarterPublisher) -> None:
        first = press.publish()
        second = press.publish(Q4)

        assert press.published(Q4).manifest["previous"] == first.manifest
        assert press.published(Q4).digest == second.manifest

    def test_small_numbers_are_left_empty_and_marked(
        self, histories: Histories, press: QuarterPublisher
    ) -> None:
        histories.many(300)
        histories.done()

        counts = rows(press.count(), "received-category")

        assert all((row["obs_value"] == "") == (row["conf_status"] == "c") for row in counts)
        assert all(row["obs_value"] == "" or int(row["obs_value"]) >= 10 for row in counts)
        assert {row["conf_status"] for row in counts} == {"", "c"}

    def test_no_count_and_no_key_of_a_case_is_in_any_file(
        self, histories: Histories, press: QuarterPublisher
    ) -> None:
        a_busy_quarter(histories)
        everything = b"".join(press.prepare().files.values())

        for case in press.session.scalars(select(Case)):
            assert case.id.encode() not in everything
            assert str(case.record_key_1).encode() not in everything

    def test_pages_and_pictures_are_made_in_three_languages(
        self, app: Flask, session: Session, histories: Histories
    ) -> None:
        a_busy_quarter(histories)
        files = QuarterPublisher(app, session, RENDERER).prepare().files

        pages = [files[f"{language}/index.html"] for language in LANGUAGES]
        assert len(set(pages)) == len(LANGUAGES)
        for language in LANGUAGES:
            assert any(name.startswith(f"charts/{language}/") for name in files)


class TestPublishedOnce:
    def test_a_release_is_the_same_whatever_becomes_of_its_cases(
        self, histories: Histories, press: QuarterPublisher
    ) -> None:
        """G4: add, alter and conclude cases of the quarter after it was published."""
        a_busy_quarter(histories)
        press.publish()
        before = contents(press.folder / Q3)

        histories.many(5)
        altered = press.session.scalars(select(Case)).first()
        assert altered is not None
        altered.region, altered.category = "KZ-10", "conduct"
        altered.concluded_on = altered.concluded_on or date(2026, 11, 2)
        histories.done()
        press.publish(Q4)

        assert contents(press.folder / Q3) == before

    def test_one_case_more_draws_only_its_own_cell_anew(
        self, histories: Histories, press: QuarterPublisher
    ) -> None:
        """Other cells may be moved afterwards, so that all add up to the exact number."""

        def drawn() -> Mapping[Cell, int]:
            tables = {table.table.id: table for table in press.count().protected}
            return tables["received-category"].before.values

        a_busy_quarter(histories)
        before = drawn()
        histories.case(category="unlawful_detention")
        histories.many(60, category="unlawful_detention")
        histories.done()

        after = drawn()

        assert {cell for cell, value in before.items() if after[cell] != value} == {("detention",)}

    def test_a_case_of_another_quarter_moves_nothing(
        self, histories: Histories, press: QuarterPublisher
    ) -> None:
        a_busy_quarter(histories)
        before = press.count().documents
        histories.many(20, received_on=Q2_DAY)
        histories.many(20, received_on=date(2026, 10, 2))
        histories.done()

        after = press.count().documents

        for name in before.keys() - {"series", "measures"}:  # which say how many are open
            assert after[name] == before[name]


class TestOutcomes:
    def test_a_case_takes_the_outcome_that_prevails(
        self, histories: Histories, press: QuarterPublisher
    ) -> None:
        histories.many(
            400, concluded_on=CONCLUDED_ON, outcomes=("withdrawn", "lawful", "partly_substantiated")
        )
        histories.done()

        counted = press.count()

        confirmed = value(counted, "concluded-finding", outcome="confirmed", duration="0-90")
        assert int(confirmed) > 300
        assert value(counted, "concluded-finding", outcome="not_confirmed", duration="0-90") == ""

    def test_a_later_decision_is_not_counted(
        self, histories: Histories, press: QuarterPublisher
    ) -> None:
        for case in histories.many(400, concluded_on=CONCLUDED_ON, outcomes=("lawful", "lawful")):
            case.allegations[1].outcome = "substantiated"
            case.allegations[1].decided_on = CONCLUDED_ON + timedelta(days=1)
        histories.done()

        number = value(press.count(), "concluded-finding", outcome="not_confirmed", duration="_T")

        assert int(number) > 300

    def test_ninety_working_days_split_the_conclusions(
        self, histories: Histories, press: QuarterPublisher
    ) -> None:
        old = date(2026, 1, 5)
        histories.many(300, received_on=old, concluded_on=CONCLUDED_ON, outcomes=("lawful",))
        histories.done()

        number = value(press.count(), "concluded-finding", outcome="not_confirmed", duration="91+")

        assert int(number) > 200


class TestYear:
    def test_the_fourth_quarter_brings_the_tables_of_the_year(
        self, histories: Histories, press: QuarterPublisher
    ) -> None:
        histories.many(
            300, received_on=Q2_DAY, concluded_on=date(2026, 5, 20), outcomes=("lawful",)
        )
        histories.many(300, received_on=date(2026, 11, 2), region="KZ-10")
        histories.done()

        counted = press.count(Q4)

        assert int(value(counted, "received-year-region", ref_area="KZ-10")) > 250
        durations = rows(counted, "durations-year")
        in_band = {row["duration"]: row["obs_value"] for row in durations}
        assert int(in_band["6-10"]) > 250
        assert in_band["91+"] == ""  # those of November are in the cohort of the next year
        measures = rows(counted, "measures")
        (in_time,) = [
            row
            for row in measures
            if (row["measure"], row["ref_area"]) == ("K5", "KZ") and row["clock"].startswith("15 ")
        ]
        assert float(in_time["value"]) > 0.85

    def test_the_procedure_is_read_from_clocks_and_history(
        self, histories: Histories, press: QuarterPublisher
    ) -> None:
        for case in histories.many(400, received_on=Q2_DAY):
            histories.clock(case, "acknowledgement", Q2_DAY + timedelta(5), Q2_DAY + timedelta(1))
            histories.routed(case, 2)
        for case in histories.many(400, received_on=Q2_DAY):
            due_on = Q2_DAY + timedelta(30)
            histories.clock(case, "extension_notice", due_on, due_on + timedelta(1))
        histories.done()

        counted = press.count(Q4)

        def cell(acknowledgement: str, procedure: str) -> str:
            codes = {"acknowledgement": acknowledgement, "procedure": procedure}
            return value(counted, "procedure-year", **codes)

        assert int(cell("in_time", "redirected_in_time")) >= 300
        assert int(cell("not", "told_late")) >= 300
        assert cell("in_time", "_T") != ""


class TestLadder:
    def test_two_published_years_above_the_line_bring_regions_by_quarter(
        self, press: QuarterPublisher
    ) -> None:
        """What decides is what was published, not how many cases there are."""
        previous = archive.NO_RELEASE
        for year in (2024, 2025):
            quarter = Quarter(f"{year}-q4")
            totals = tabulate_totals(2500, 2, make_quarter_span(quarter), quarter)
            files = {"totals.json": as_json(totals)}
            manifest = archive.build_manifest(files, ["totals"], previous=previous)
            place = drafts.locate_draft(press.folder, quarter, 1)
            drafts.write_draft(place, files | {archive.MANIFEST: manifest})
            for name in archive.BESIDE:
                drafts.add_file(place, name, b"")
            drafts.publish_draft(press.folder, quarter, 1)
            previous = press.published(quarter).digest

        order = press.make_spec(Quarter("2026-q1"))

        assert (order.level, order.previous) == ("L1", previous)
        assert "received-region" in {
            table.id for table in load().select_tables(Quarter("2026-q1"), order.level)
        }


class TestPunctuality:
    def test_a_release_at_its_minute_is_counted_for_us_in_the_next(
        self, press: QuarterPublisher
    ) -> None:
        press.publish(Quarter("2026-q2"))

        assert (punctual(press)["den"], float(punctual(press)["value"])) == ("1", 1)

    def test_a_release_some_minutes_after_its_minute_is_late(self, press: QuarterPublisher) -> None:
        press.draft(Quarter("2026-q2"))
        press.sign(Quarter("2026-q2"))
        press.publish_late(Quarter("2026-q2"), minutes=12)

        assert press.newest(Quarter("2026-q2")).minutes_late == 12
        assert float(punctual(press)["value"]) == 0

    def test_a_release_after_its_day_by_the_rule_is_late(self, press: QuarterPublisher) -> None:
        day = release_days.compute_release_day(Quarter("2026-q2")) + timedelta(days=7)
        today = release_days.compute_earliest_day(Quarter("2026-q2"))
        announcements.announce(press.folder, Quarter("2026-q2"), day, REASON, today=today)
        press.draft(Quarter("2026-q2"))
        press.sign(Quarter("2026-q2"))
        press.advance(Quarter("2026-q2"), day)

        assert press.newest(Quarter("2026-q2")).minutes_late == 0
        assert float(punctual(press)["value"]) == 0

    def test_the_first_release_has_none_before_it(self, press: QuarterPublisher) -> None:
        assert (punctual(press)["den"], punctual(press)["status"]) == ("0", "u")

    def test_of_an_old_release_only_the_day_is_known(self, press: QuarterPublisher) -> None:
        release = press._planned(Quarter("2026-q2"))
        release.released_on = release.published_on
        press.session.add(release)
        press.session.commit()

        assert float(punctual(press)["value"]) == 1


def punctual(press: QuarterPublisher) -> dict[str, str]:
    (punctuality,) = [row for row in rows(press.count(), "measures") if row["measure"] == "K23"]
    return punctuality
