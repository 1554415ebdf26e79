"""The demonstration: everything occurs, everything opens, nothing is in the clear, only here."""

import json
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto.keys import parse_identity
from crypto.passphrase import unwrap
from crypto.seal import open_sealed
from portal.accounts import queries as accounts
from portal.cases import audit
from portal.cases.models import Allegation, Case, Envelope, Sanction, Verdict
from portal.cases.states import Status
from portal.core.config import Settings, SettingsError
from portal.core.taxonomy import load
from portal.demonstration import texts
from portal.demonstration.answers import draft
from portal.demonstration.courses import COURSES
from portal.demonstration.folder import KIND, MARKER
from portal.demonstration.plans import moments, plans
from portal.intake.answers import counted
from portal.review.queries import replaced_header
from portal.statistics import queries
from portal.statistics.releases import archive, replies
from tests.installation import keyed
from tests.page import Browser

ADDRESS = "http://127.0.0.1:8000"
FEW = "60"
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


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """A demonstration after a first run that was interrupted and a second one that was not."""
    folder = tmp_path_factory.mktemp("demonstration")
    app = demonstration(folder)
    (folder / MARKER).write_text('{"ready": false}')
    (folder / "portal.sqlite").write_bytes(b"half a database")
    (folder / "recovery").mkdir()
    yield Demonstration(app, folder, prepared(app))
    app.extensions["sessions"].kw["bind"].dispose()


@pytest.fixture
def session(made: Demonstration) -> Iterator[Session]:
    with made.app.extensions["sessions"]() as session:
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
    (said,) = replies.said(made.folder / "releases")
    assert (said.area, set(said.texts)) == ("KZ-75", {"kk", "ru", "en"})
    with made.app.extensions["sessions"]() as session:
        assert [reply.area for _, reply in queries.waiting_replies(session)] == ["KZ"]


def test_quarters_that_are_due_are_published(made: Demonstration) -> None:
    assert len(archive.releases(made.folder / "releases")) >= 6


def test_preparing_again_changes_nothing_and_says_the_same(made: Demonstration) -> None:
    before = (made.folder / MARKER).read_bytes()

    again = prepared(made.app)

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
    known = texts.load()
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
        header = replaced_header(session, envelope.id, body) or b""
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
    with made.app.extensions["sessions"]() as session:
        account = accounts.account_by_login(session, person["login"])
        opened = unwrap(account.wrapped_identity or "", person["passphrase"])
        identity = next(line for line in opened.decode().splitlines() if line.startswith("AGE-"))
        own = parse_identity(identity)
        (copy,) = accounts.copies_of(session, account.id)
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
        assert load().statuses[receipt["status"]].label.en in page
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
    app.extensions["sessions"].kw["bind"].dispose()

    assert answer.exit_code != 0
    assert "people work in this portal" in answer.output
    assert not (tmp_path / MARKER).exists()


def test_the_same_day_gives_the_same_cases() -> None:
    assert plans(100, TODAY) == plans(100, TODAY)
    result = moments(plans(200, TODAY), TODAY)
    assert result == sorted(result)
    assert {plan.course.id for plan in plans(60, TODAY)} == {course.id for course in COURSES}


def test_invented_answers_are_those_of_the_form() -> None:
    for plan in plans(200, TODAY):
        told = draft(plan)
        asked = load().list_questions(plan.choice.category)
        counts = counted(plan.choice.category, told.answers)
        assert counts == told.answers
        for question in asked:
            given = told.answers.get(question.id, [])
            if question.options:
                chosen = [given] if isinstance(given, str) else given
                assert set(chosen) <= {option.id for option in question.options}
