"""From cases to readers: each step when it is due, and the same bytes whatever interrupts it."""

import json
import shutil
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from crypto import log_entries, tlogproof
from crypto.cosignature import Policy
from portal.core.calendar import Quarter
from portal.core.config import Settings
from portal.core.errors import Conflict
from portal.core.terms import Label
from portal.statistics import workflow
from portal.statistics.catalogue import release_days
from portal.statistics.catalogue.tables import load
from portal.statistics.releases import announcements, archive, drafts
from portal.statistics.releases.archive import ACCESS, BESIDE, PROOF
from portal.statistics.service import lifecycle
from portal.statistics.service.build import list_charges
from portal.statistics.service.ledger import charge
from portal.transparency.writing.log_keys import derive_public_key
from portal.web.parts import SESSIONS
from tests.statistics import dying
from tests.statistics.histories import Q3, Histories, QuarterPublisher, contents

EARLIEST, DAY = date(2026, 11, 14), date(2026, 12, 8)
REASON = Label("себебі", "причина", "the reason")
POINTS = 6


@pytest.fixture
def cases(histories: Histories) -> None:
    """Three hundred reports of the quarter."""
    histories.many(300)
    histories.done()


@pytest.mark.usefixtures("cases")
class TestSteps:
    def test_each_is_done_when_it_is_due_and_once(self, press: QuarterPublisher) -> None:
        assert "counted from 2026-11-14" in press.advance(Q3, EARLIEST - timedelta(days=1))
        press.begin()
        assert "0 of 2" in press.advance(Q3, EARLIEST)
        assert "0 of 2" in press.advance(Q3, EARLIEST)
        press.sign()
        assert "awaits its minute: 2026-12-08 10:00" in press.advance(Q3, EARLIEST)
        assert archive.list_releases(press.folder) == []
        assert "is published" in press.advance(Q3, DAY)
        before = contents(press.folder)
        assert "is published" in press.advance(Q3, DAY + timedelta(days=1))
        assert contents(press.folder) == before

    def test_who_read_it_before_is_published_with_it(self, press: QuarterPublisher) -> None:
        release = press.publish()

        told = json.loads(press.published().read(ACCESS))

        assert told["manifest"] == release.manifest
        assert [person["position"] for person in told["readers"]] == [
            "operator of the portal",
            *["oversight board"] * 2,
        ]
        assert {person["signed_on"] for person in told["readers"][1:]} == {"2026-11-14"}

    def test_its_proof_leads_from_the_manifest_to_the_state_of_the_log(
        self, press: QuarterPublisher
    ) -> None:
        release = press.publish()
        policy = Policy((derive_public_key(press.log.keyring, press.log.origin),))

        published = press.published()
        entry = log_entries.Release("2026-q3/v1", bytes.fromhex(str(release.manifest))).entry
        proof = tlogproof.parse(published.read(PROOF))

        assert tlogproof.verify(proof, entry, policy).checkpoint.size == 1
        assert published.place == proof.index
        served = press.folder.parent / "log" / "checkpoint"
        assert served.read_bytes() == proof.checkpoint

    def test_nothing_is_left_of_a_draft(self, press: QuarterPublisher) -> None:
        press.publish()

        assert contents(press.folder.parent / "drafts") == {}

    def test_another_announced_day_makes_another_draft(self, press: QuarterPublisher) -> None:
        press.draft()
        press.sign()
        announcements.announce(press.folder, Q3, date(2026, 12, 15), REASON, today=EARLIEST)

        assert "0 of 2" in press.advance(Q3, DAY)
        assert press.newest().published_on == date(2026, 12, 15)

    def test_a_missed_day_has_to_be_announced_anew(self, press: QuarterPublisher) -> None:
        press.draft()
        press.sign()

        with pytest.raises(Conflict, match="another day"):
            press.advance(Q3, DAY + timedelta(days=1))
        assert archive.list_releases(press.folder) == []

    def test_a_case_that_would_be_counted_twice_stops_it(self, press: QuarterPublisher) -> None:
        press.draft()
        press.sign()
        other = list_charges(Q3, "L0")[:1]
        charge(press.session, Quarter("2026-q2"), other, load().budget)

        with pytest.raises(Conflict, match="twice"):
            press.advance(Q3, DAY)
        assert press.newest().released_on is None
        assert archive.list_releases(press.folder) == []

    def test_what_the_gate_said_stands_beside_the_draft(self, press: QuarterPublisher) -> None:
        release = press.draft()

        checks = workflow.read_checks(press.folder, release)

        assert all(check.passed for check in checks)
        assert {"G3", "G7", "G10"} <= {check.id for check in checks}


@pytest.mark.usefixtures("cases")
class TestInterruption:
    """A process that is killed leaves nothing half, and the next one ends with the same bytes."""

    @pytest.fixture
    def ready(self, settings: Settings, app: Flask, press: QuarterPublisher) -> Settings:
        """A release whose key is made; nothing is counted yet."""
        press.begin()
        press.session.close()
        SESSIONS.get_from(app).kw["bind"].dispose()
        return settings

    def test_killed_at_any_step_of_counting(
        self, ready: Settings, press: QuarterPublisher, tmp_path: Path
    ) -> None:
        expected = press.prepare().files
        press.session.close()
        at = release_days.get_release_instant(EARLIEST)
        last = dying.advance(copied(ready, tmp_path / "whole"), Q3, at)
        assert last is not None
        assert last > 100

        for number in points(last):
            torn = copied(ready, tmp_path / str(number))
            assert dying.advance(torn, Q3, at, number) is None, f"did not die at {number}"
            assert not (torn.instance / "releases").exists()
            assert dying.advance(torn, Q3, at) is not None

            staged = contents(drafts.locate_draft(torn.instance / "releases", Q3, 1))
            assert {name: staged[name] for name in expected} == expected

    def test_killed_at_any_step_of_publishing(
        self, ready: Settings, press: QuarterPublisher, tmp_path: Path
    ) -> None:
        press.advance(Q3, EARLIEST)
        press.sign()
        expected = press.draft_files()
        press.session.close()
        at = release_days.get_release_instant(DAY)
        last = dying.advance(copied(ready, tmp_path / "whole"), Q3, at)
        assert last is not None

        for number in range(0, last, max(1, last // 20)):
            torn = copied(ready, tmp_path / str(number))
            assert dying.advance(torn, Q3, at, number) is None, f"did not die at {number}"
            check_not_half(torn, expected)
            assert dying.advance(torn, Q3, release_days.get_release_instant(DAY)) is not None
            check_whole(torn, expected)

    def test_files_that_were_lost_are_made_again_with_the_same_bytes(
        self, press: QuarterPublisher
    ) -> None:
        press.draft()
        press.sign()
        expected = press.draft_files()
        lifecycle.publish(
            press.session, press.newest(), press.log, release_days.get_release_instant(DAY)
        )
        press.session.commit()
        shutil.rmtree(press.folder.parent / "drafts")

        press.advance(Q3, DAY + timedelta(days=3))

        files = contents(press.folder / Q3 / "v1")
        assert {name: files[name] for name in expected} == expected

    def test_if_the_cases_changed_since_it_says_so_and_shows_nothing(
        self, press: QuarterPublisher, histories: Histories
    ) -> None:
        press.draft()
        press.sign()
        lifecycle.publish(
            press.session, press.newest(), press.log, release_days.get_release_instant(DAY)
        )
        press.session.commit()
        shutil.rmtree(press.folder.parent / "drafts")
        histories.many(50)
        histories.done()

        with pytest.raises(Conflict, match="no longer those"):
            press.advance(Q3, DAY)
        assert archive.list_releases(press.folder) == []


def points(last: int) -> list[int]:
    """Return steps to die at: the first ones, the last ones, and some between."""
    return sorted({0, *range(1, last - 3, last // POINTS), last - 3, last - 1})


def copied(settings: Settings, folder: Path) -> Settings:
    """Return a copy of a whole installation."""
    shutil.copytree(settings.instance, folder)
    return replace(settings, instance=folder)


def ledger(settings: Settings) -> int:
    engine = create_engine(settings.database)
    with engine.connect() as connection:
        rows = connection.scalar(text("SELECT count(*) FROM ledger"))
    engine.dispose()
    return int(rows or 0)


def entries(settings: Settings) -> list[bytes]:
    engine = create_engine(settings.database)
    with engine.connect() as connection:
        entries = list(connection.scalars(text("SELECT entry FROM log_entries")))
    engine.dispose()
    return entries


def manifest_of(files: dict[str, bytes]) -> bytes:
    return sha256(files["manifest.json"]).digest()


def check_not_half(settings: Settings, expected: dict[str, bytes]) -> None:
    """Check that what is seen is whole, and that the ledger knew of it before."""
    place = archive.locate_release(settings.instance / "releases", Q3, 1)
    if place.exists():
        assert ledger(settings) > 0
        check_whole(settings, expected)


def check_whole(settings: Settings, expected: dict[str, bytes]) -> None:
    files = contents(settings.instance / "releases" / Q3 / "v1")
    assert {name: files[name] for name in expected} == expected
    assert set(files) == set(expected) | set(BESIDE)
    assert entries(settings) == [log_entries.Release("2026-q3/v1", manifest_of(files)).entry]
    assert (settings.instance / "log" / "checkpoint").exists()
    days = {
        charge.table: (charge.last - charge.first).days + 1 for charge in list_charges(Q3, "L0")
    }
    assert ledger(settings) == sum(days.values())
