"""While a demonstration is made its pages say so, and nothing gets between its invented days."""

import fcntl
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from portal.accounts.models import Role
from portal.cases.bodies import PROS_SPEC
from portal.cases.models import AuditEntry, LogStep
from portal.core.config import Settings
from portal.demonstration import folder
from portal.demonstration.meanwhile import SIGNING_IN
from portal.demonstration.progress import PreparationProgress, Task
from tests.factories import PASSWORD, Make
from tests.installation import installed
from tests.page import Browser

PERCENT = b"37"
SAID = {"kk": "әлі дайындалып жатыр", "ru": "ещё готовится", "en": "still being made"}
STOPPED = {"kk": "тоқтап қалды", "ru": "остановилась", "en": "stopped at"}
LATER = {
    "kk": "Бұл бет көрсетілім дайын болғанда ашылады",
    "ru": "Эта страница откроется, когда демонстрация будет готова",
    "en": "This opens when the demonstration is made",
}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings of a demonstration."""
    return replace(settings, demonstration=True)


@pytest.fixture
def worker(settings: Settings, app: Flask) -> Iterator[int]:
    """The lock of a process that is at work in the folder of the portal."""
    del app  # it has made the folder
    (settings.instance / folder.PROGRESS).write_bytes(PERCENT)
    handle = os.open(settings.instance / folder.LOCK, os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    yield handle
    os.close(handle)


@pytest.mark.usefixtures("worker")
def test_each_page_says_how_far_it_is_and_how_to_look_again(browser: Browser) -> None:
    for language, words in SAID.items():
        for path in ("/", "/safety", "/staff/sign-in", "/figures/calendar", "/log"):
            page = browser.get(f"/{language}{path}")
            assert words in page
            assert "37 %" in page
            assert '<a href="">' in page


@pytest.mark.usefixtures("worker")
def test_what_cannot_be_done_yet_says_when_it_can(browser: Browser, make: Make) -> None:
    make.portal(PROS_SPEC)

    for language, words in LATER.items():
        for path in ("/report", "/case", "/figures"):
            page = browser.get(f"/{language}{path}", status=503)
            assert words in page
            assert SAID[language] in page
            assert "<form" not in page


def written(session: Session) -> tuple[int | None, int | None]:
    """Return how much the trail and the public log have got."""
    return (
        session.scalar(select(func.count()).select_from(AuditEntry)),
        session.scalar(select(func.count()).select_from(LogStep)),
    )


def address(rule: Rule) -> str:
    parts = {"lang": "en", "hex": "0" * 32, "quarter": "2026-q1", "int": "1", "code": "X"}
    pattern = r"<(?:([a-z]+)(?:\([^)]*\))?:)?[a-z_]+>"
    return re.sub(pattern, lambda match: parts.get(match[1] or "", "x"), rule.rule)


@pytest.mark.usefixtures("worker")
def test_nothing_is_taken_but_a_sign_in(app: Flask) -> None:
    writes = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or set())]
    client = app.test_client()

    taken = {rule.endpoint for rule in writes if client.post(address(rule)).status_code != 503}

    assert len(writes) > 30
    assert taken == SIGNING_IN


@pytest.mark.usefixtures("worker")
def test_staff_sign_in_and_see_their_queue_and_open_no_case(
    browser: Browser, make: Make, session: Session
) -> None:
    make.portal(PROS_SPEC)
    person = make.person(role=Role.HEAD)
    before = written(session)

    page = browser.get("/en/staff/sign-in")
    answers = {"login": person.account.login, "password": PASSWORD}
    browser.post("/en/staff/sign-in", status=303, page=page, **answers)
    page = browser.get("/en/staff/code")
    shown = re.search(r'id="shown-code">(\d{6})<', page)
    assert shown
    browser.post("/en/staff/code", status=303, page=page, code=shown[1])

    assert SAID["en"] in browser.get("/en/staff")
    assert LATER["en"] in browser.get("/en/staff/case/" + "0" * 32, status=503)
    session.rollback()
    assert written(session) == before


def test_one_that_has_stopped_says_so(browser: Browser, worker: int) -> None:
    fcntl.flock(worker, fcntl.LOCK_UN)

    for language, words in STOPPED.items():
        page = browser.get(f"/{language}/")
        assert words in page
        assert SAID[language] not in page


@pytest.mark.usefixtures("worker")
def test_once_it_is_made_every_page_is_as_ever(
    browser: Browser, make: Make, settings: Settings
) -> None:
    make.portal(PROS_SPEC)
    assert SAID["en"] in browser.get("/en/")

    folder.finish(settings, {})

    for path in ("/en/", "/en/report", "/en/staff/sign-in", "/en/figures"):
        assert SAID["en"] not in browser.get(path)


def test_a_portal_in_earnest_knows_nothing_of_it(tmp_path: Path) -> None:
    app = installed(Settings(instance=tmp_path, public_url="http://localhost"))
    (tmp_path / folder.PROGRESS).write_bytes(PERCENT)
    hooks = [*app.before_request_funcs[None], *app.after_request_funcs[None]]

    assert "37 %" not in app.test_client().get("/en/").text
    assert "demonstration" not in app.blueprints
    assert not [hook for hook in hooks if "demonstration" in hook.__module__]


def test_progress_never_goes_back_and_ends_before_a_hundred(tmp_path: Path) -> None:
    progress, path, seen = PreparationProgress(tmp_path / "percent"), tmp_path / "percent", [0]
    for part in (Task.PEOPLE, Task.ACTS, Task.LATE, Task.QUARTERS):
        for done in range(8):
            progress.tell(part, done, 7)
            seen.append(int(path.read_bytes()))

    assert seen == sorted(seen)
    assert seen[-1] < 100
