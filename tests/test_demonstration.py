"""The demonstration: everything occurs, everything opens, nothing is in the clear, only here."""

import json
import os
import re
import signal
import stat
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.processes import ServerProcess, list_family, open_client, server
from crypto.keys import parse_identity
from crypto.passphrase import unwrap
from crypto.seal import open_sealed
from portal.accounts import queries as accounts
from portal.cases import audit
from portal.cases.models import Allegation, AuditEntry, Case, Envelope, Sanction, Verdict
from portal.cases.states import Status
from portal.core.config import Settings, SettingsError
from portal.core.keyring import Keyring
from portal.core.taxonomy import load
from portal.demonstration import stories
from portal.demonstration.courses import COURSES
from portal.demonstration.folder import KIND, MARKER, PROGRESS, find_making
from portal.demonstration.plans import list_acts, make_plans
from portal.demonstration.progress import SHARES, Task
from portal.demonstration.typed_answers import draft
from portal.intake.answers import select_counted
from portal.review.queries import find_replaced_header
from portal.statistics import queries
from portal.statistics.releases import archive, replies
from portal.transparency.models import LogBatch, LogHead
from portal.web.parts import SESSIONS
from tests.installation import keyed
from tests.page import Browser, hidden
from tests.shared import RunFolder

ADDRESS = "http://127.0.0.1:8000"
FEW = "60"
PATIENCE_SECONDS = 900
TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Demonstration:
    """A portal that was prepared, and what the command said of it."""

    app: Flask
    folder: Path
    said: str

    @property
    def facts(self) -> dict[str, Any]:
        """What stands in the file."""
        content: dict[str, Any] = json.loads((self.folder / MARKER).read_text("utf-8"))
        return content


def demonstration(folder: Path) -> Flask:
    settings = Settings(instance=folder, public_url=ADDRESS, demonstration=True)
    return keyed(settings)


def prepared(app: Flask) -> str:
    answer = app.test_cli_runner().invoke(args=["demonstration", "prepare", "--cases", FEW])
    assert answer.exit_code == 0, answer.output
    return answer.output


def interrupted(place: Path) -> None:
    """Make a demonstration: a first run that was interrupted and a second one that was not."""
    folder = place / "instance"
    app = demonstration(folder)
    (folder / MARKER).write_text('{"ready": false}')
    (folder / "portal.sqlite").write_bytes(b"half a database")
    (folder / "recovery").mkdir()
    (place / "said").write_text(prepared(app), "utf-8")
    SESSIONS.get_from(app).kw["bind"].dispose()


@pytest.fixture(scope="module")
def made(shared: RunFolder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """A copy of a demonstration that was interrupted once and prepared then."""
    place = shared.folder("demonstration", interrupted)
    folder = copytree(place / "instance", tmp_path_factory.mktemp("demonstration") / "instance")
    app = demonstration(folder)
    yield Demonstration(app, folder, (place / "said").read_text("utf-8"))
    SESSIONS.get_from(app).kw["bind"].dispose()


@pytest.fixture
def session(made: Demonstration) -> Iterator[Session]:
    with SESSIONS.get_from(made.app)() as session:
        yield session


def test_every_status_and_every_outcome_occurs(session: Session) -> None:
    assert set(session.scalars(select(Case.status))) == set(Status)
    assert set(session.scalars(select(Allegation.outcome))) - {None} == set(load().outcomes)
    assert session.scalar(select(func.count(Sanction.id)))
    assert session.scalar(select(func.count(Verdict.case_id)))
    assert session.scalar(select(func.count()).select_from(Case)) == int(FEW)


def test_the_trail_of_two_years_is_unbroken(session: Session) -> None:
    assert audit.verify(session) == []


@pytest.mark.parametrize("what", ["log", "audit"])
def test_an_operator_finds_all_of_it_whole(made: Demonstration, what: str) -> None:
    answer = made.app.test_cli_runner().invoke(args=[what, "verify"])

    assert answer.exit_code == 0, answer.output


def test_a_body_has_explained_its_figures_and_another_waits(made: Demonstration) -> None:
    (said,) = replies.read_replies(made.folder / "releases")
    assert (said.area, set(said.texts)) == ("KZ-75", {"kk", "ru", "en"})
    with SESSIONS.get_from(made.app)() as session:
        assert [reply.area for _, reply in queries.list_waiting_replies(session)] == ["KZ"]


def test_quarters_that_are_due_are_published(made: Demonstration) -> None:
    assert len(archive.list_releases(made.folder / "releases")) >= 6


def test_preparing_again_changes_nothing_and_says_the_same(made: Demonstration) -> None:
    before = (made.folder / MARKER).read_bytes()
    (made.folder / PROGRESS).write_bytes(b"99")  # a run that was killed at its very end

    again = prepared(made.app)

    assert find_making(made.folder) is None
    assert (made.folder / MARKER).read_bytes() == before
    assert made.said.endswith(again)
    assert len(again.splitlines()) <= 30


def test_one_that_was_made_before_there_were_two_kinds_is_taken_for_a_portal(
    made: Demonstration,
) -> None:
    facts = (made.folder / MARKER).read_bytes()
    old = {name: value for name, value in json.loads(facts).items() if name != KIND}
    (made.folder / MARKER).write_text(json.dumps(old))

    again = prepared(made.app)

    (made.folder / MARKER).write_bytes(facts)
    assert made.said.endswith(again)


def test_no_word_of_the_reports_is_in_the_clear(made: Demonstration) -> None:
    known = stories.load()
    words = [text for letter in known.letters.values() for text in letter.text.texts.values()]
    words += [part for word in known.words.values() for said in word.values() for part in said]
    clear = b"".join(
        path.read_bytes()
        for path in made.folder.rglob("*")
        if path.is_file() and path.name != MARKER and "releases" not in path.parts
    )

    for word in words:
        assert word.encode() not in clear, word
    for item in made.facts["staff"]:
        assert item["password"].encode() not in clear
        assert not item["passphrase"] or item["passphrase"].encode() not in clear


def test_only_the_owner_of_the_folder_reads_the_secrets(made: Demonstration) -> None:
    assert stat.S_IMODE((made.folder / MARKER).stat().st_mode) == 0o600


def readable(session: Session, body: str) -> Iterator[bytes]:
    """Yield what members of a body get to open, with the headers that a transfer has replaced."""
    for envelope in session.scalars(select(Envelope).join(Case).where(Case.body_code == body)):
        header = find_replaced_header(session, envelope.id, body) or b""
        if header or envelope.body_code == body:
            yield header + envelope.sealed[len(header) :]


@pytest.mark.parametrize("number", range(9))
def test_who_is_printed_signs_in_and_opens_their_cases(made: Demonstration, number: int) -> None:
    person = made.facts["staff"][number]
    browser = Browser(made.app.test_client())

    page = browser.get("/en/staff/sign-in")
    answers = {"login": person["login"], "password": person["password"]}
    browser.post("/en/staff/sign-in", status=303, page=page, **answers)
    page = browser.get("/en/staff/code")
    shown = re.search(r'id="shown-code">(\d{6})<', page)
    assert shown
    browser.post("/en/staff/code", status=303, page=page, code=shown[1])

    if person["role"] == "administrator":
        return
    browser.get("/en/staff")
    with SESSIONS.get_from(made.app)() as session:
        account = accounts.get_account_by_login(session, person["login"])
        opened = unwrap(account.wrapped_identity or "", person["passphrase"])
        identity = next(line for line in opened.decode().splitlines() if line.startswith("AGE-"))
        own = parse_identity(identity)
        (copy,) = accounts.list_copies(session, account.id)
        bundle = json.loads(open_sealed(copy.sealed, own))
        unit = parse_identity(bundle["identity"])
        for sealed in readable(session, person["body"]):
            assert open_sealed(sealed, unit)


def test_printed_receipts_show_their_cases(made: Demonstration) -> None:
    for receipt in made.facts["receipts"]:
        browser = Browser(made.app.test_client())
        page = browser.get("/en/case")
        browser.post("/en/case/enter", status=303, page=page, receipt=receipt["receipt"])

        page = browser.get("/en/case/view")

        assert "did not pass the check" not in page
        assert load().statuses[receipt["status"]].label.get("en") in page
    assert len({receipt["status"] for receipt in made.facts["receipts"]}) >= 8


def test_the_banner_says_where_and_who(made: Demonstration) -> None:
    assert f"{ADDRESS}/en/staff/sign-in" in made.said
    for item in made.facts["staff"][:9]:
        assert item["login"] in made.said
        assert item["password"] in made.said


def test_the_recovery_key_opens_for_three_of_its_five_holders(made: Demonstration) -> None:
    folder = made.folder / "recovery"
    blob = (folder / "recovery-1-holders-1-3-4.age").read_bytes()
    for number in (1, 3, 4):
        holder = parse_identity((folder / f"holder-{number}.txt").read_text("ascii").strip())
        blob = open_sealed(blob, holder)

    assert b"AGE-SECRET-KEY-PQ-1" in blob


def test_a_real_portal_has_no_such_command_and_refuses_the_folder(made: Demonstration) -> None:
    with pytest.raises(SettingsError, match="demonstration lives"):
        Settings.read({"PORTAL_INSTANCE": str(made.folder), "PORTAL_PUBLIC_URL": "https://a.kz"})

    with pytest.raises(SettingsError, match="demonstration"):
        Settings.read(
            {
                "PORTAL_INSTANCE": str(made.folder),
                "PORTAL_PUBLIC_URL": "https://a.kz",
                "PORTAL_DEMONSTRATION": "true",
            }
        )


def test_a_portal_that_is_no_demonstration_has_no_such_command(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["demonstration", "prepare"])

    assert answer.exit_code != 0


def test_a_portal_in_which_people_work_is_left_alone(made: Demonstration, tmp_path: Path) -> None:
    database = (made.folder / "portal.sqlite").read_bytes()
    (tmp_path / "portal.sqlite").write_bytes(database)
    app = demonstration(tmp_path)

    answer = app.test_cli_runner().invoke(args=["demonstration", "prepare"])
    SESSIONS.get_from(app).kw["bind"].dispose()

    assert answer.exit_code != 0
    assert "people work in this portal" in answer.output
    assert not (tmp_path / MARKER).exists()


def test_the_same_day_gives_the_same_cases() -> None:
    assert make_plans(100, TODAY) == make_plans(100, TODAY)
    result = list_acts(make_plans(200, TODAY), TODAY)
    assert result == sorted(result)
    assert {plan.course.id for plan in make_plans(60, TODAY)} == {course.id for course in COURSES}


def test_invented_answers_are_those_of_the_form() -> None:
    for plan in make_plans(200, TODAY):
        told = draft(plan)
        asked = load().list_questions(plan.choice.category)
        counts = select_counted(plan.choice.category, told.answers)
        assert counts == told.answers
        for question in asked:
            given = told.answers.get(question.id, [])
            if question.options:
                chosen = [given] if isinstance(given, str) else given
                assert set(chosen) <= {option.id for option in question.options}


# ---------------------------------------------------------------- beside a server


@dataclass(frozen=True)
class BesideServer:
    """What was seen while years were made beside a server, after a first try that was stopped."""

    instance: Path
    was_ready: bool  # what the first try said of itself when it was stopped
    signed_in: bool
    refused: int  # what a report got
    is_unaltered: bool  # a published file, as it was sent


def served(instance: Path) -> AbstractContextManager[ServerProcess]:
    """Do what `make run` does."""
    settings = Settings(instance=instance, public_url=ADDRESS, demonstration=True)
    flask = (sys.executable, "-m", "flask", "--app", "wsgi")
    before = (*flask, "demonstration", "prepare", "--cases", FEW, "--")
    demonstration = {"PORTAL_DEMONSTRATION": "true"}
    return server(settings, instance.parent, before=before, given=demonstration)


def wait_for(true: Callable[[], bool]) -> None:
    for _ in range(10 * PATIENCE_SECONDS):
        if true():
            return
        time.sleep(0.1)
    raise AssertionError("it does not come")


def percent(instance: Path) -> int:
    state = find_making(instance)
    return state.percent if state else 100


def signs_in(address: str, staff: Mapping[str, str]) -> bool:
    client = open_client(address)
    page = client.get("/en/staff/sign-in").text
    answers = {"login": staff["login"], "password": staff["password"]}
    client.post("/en/staff/sign-in", data={**hidden(page, "/en/staff/sign-in"), **answers})
    page = client.get("/en/staff/code").text
    shown = re.search(r'id="shown-code">(\d{6})<', page)
    assert shown
    client.post("/en/staff/code", data={**hidden(page, "/en/staff/code"), "code": shown[1]})
    return "<h1>Queue</h1>" in client.get("/en/staff").text


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> BesideServer:
    """Stop a server while the years are made, begin again, and look at the pages meanwhile."""
    instance = tmp_path_factory.mktemp("beside") / "instance"
    Keyring.make(instance / "keys")
    with served(instance) as first:
        wait_for(lambda: percent(instance) > SHARES[Task.ACTS][0])
        processes = list_family(first.process.pid)
        os.kill(first.process.pid, signal.SIGTERM)
        wait_for(lambda: first.process.poll() is not None)
        wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in processes))
        was_ready = json.loads((instance / MARKER).read_bytes())["ready"]
    with served(instance) as second:
        staff = json.loads((instance / MARKER).read_bytes())["staff"]
        signed_in = signs_in(second.address, staff[0])
        refused = open_client(second.address).post("/en/report/file").status_code
        wait_for(lambda: bool(archive.list_releases(instance / "releases")))
        page = archive.list_releases(instance / "releases")[0].folder / "en" / "index.html"
        address = f"/figures/{page.relative_to(instance / 'releases')}"
        sent = open_client(second.address).get(address).data
        wait_for(lambda: find_making(instance) is None)
    return BesideServer(instance, was_ready, signed_in, refused, sent == page.read_bytes())


def test_a_server_that_is_stopped_takes_the_making_with_it_and_calls_nothing_done(
    seen: BesideServer,
) -> None:
    assert not seen.was_ready


def test_meanwhile_staff_sign_in_and_reports_wait(seen: BesideServer) -> None:
    assert seen.signed_in
    assert seen.refused == HTTPStatus.SERVICE_UNAVAILABLE


def test_meanwhile_published_files_stay_what_they_are(seen: BesideServer) -> None:
    assert seen.is_unaltered


def content(instance: Path, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return all of a demonstration that no random number is in."""
    app = demonstration(instance)
    with SESSIONS.get_from(app)() as session:
        assert audit.verify(session) == []
        cases = session.scalars(select(Case).order_by(Case.received_on, Case.category))
        content = {
            "staff": [
                (person["login"], person["role"], person["body"]) for person in facts["staff"]
            ],
            "receipts": [receipt["status"] for receipt in facts["receipts"]],
            "cases": Counter(
                (
                    *(case.category, case.region, case.language, case.body_code, case.status),
                    *(case.received_on, case.concluded_on, case.sealed_by, case.priority),
                    tuple(
                        (allegation.subcategory, allegation.outcome)
                        for allegation in case.allegations
                    ),
                    tuple((change.status, change.changed_on) for change in case.history),
                    len(case.envelopes),
                )
                for case in cases
            ),
            "acts": session.execute(select(AuditEntry.done_on, AuditEntry.act)).all(),
            "batches": session.scalars(select(LogBatch.through).order_by(LogBatch.size)).all(),
            "log": session.scalar(select(LogHead.size)),
        }
    SESSIONS.get_from(app).kw["bind"].dispose()
    releases = instance / "releases"
    content["releases"] = {
        str(path.relative_to(releases)) for path in releases.rglob("*") if path.is_file()
    }
    return content


def test_what_is_made_beside_a_server_is_the_same(made: Demonstration, seen: BesideServer) -> None:
    facts = json.loads((seen.instance / MARKER).read_bytes())

    assert content(seen.instance, facts) == content(made.folder, made.facts)


def test_what_is_made_is_served_at_once_and_nothing_is_played(seen: BesideServer) -> None:
    before = (seen.instance / MARKER).read_bytes()

    with served(seen.instance) as third:
        assert find_making(seen.instance) is None
        assert "still being made" not in open_client(third.address).get("/en/").text
        workers = [pid for pid in list_family(third.process.pid) if pid != third.process.pid]
        commands = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in workers]

    assert not [command for command in commands if b"prepare" in command]
    assert (seen.instance / MARKER).read_bytes() == before
