"""The story of a unit's key: two colleagues join in real browsers, one admits the other."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.chromium import PHONE, next_page, start_chromium, wait, wait_until_shown
from crypto import totp
from crypto.keys import parse_identity
from crypto.passphrase import unwrap
from portal.accounts.models import Account
from portal.accounts.service import sign_in
from portal.cases.models import AuditEntry, UnitKey
from portal.core import clock
from portal.web.parts import KEYRING, SESSIONS, SETTINGS
from tests.live import serving

pytestmark = pytest.mark.journey

BODY = "PROS_SPEC"
PASSWORD = "a long password of a journey"
SECONDS = 90
KEYS_OF_PAGE = """
const done = arguments[arguments.length - 1];
import("/static/staff/unlock.js")
  .then(({ unlocked }) => unlocked())
  .then((keys) => done([...keys].map(([body, key]) => [body, key.identity, key.all.length])));
"""


class Member:
    """Somebody with a browser of their own."""

    def __init__(self, driver: WebDriver, address: str, app: Flask, login: str) -> None:
        self.driver = driver
        self.address = address
        self.app = app
        self.login = login
        self.words = ""
        driver.set_script_timeout(SECONDS)

    def goes(self, path: str) -> "Member":
        self.driver.get(f"{self.address}/en/staff/{path}")
        return self

    def types(self, name: str, text: str) -> "Member":
        self.driver.find_element(By.NAME, name).send_keys(text)
        return self

    def presses(self, words: str) -> "Member":
        """Press the button with these words, once it is there."""
        self.until(f"//button[normalize-space()='{words}']").click()
        return self

    def until(self, path: str) -> WebElement:
        """Wait for an element that can be seen, and return it."""
        return wait_until_shown(self.driver, path, By.XPATH)

    def sees(self, words: str) -> "Member":
        wait(
            self.driver,
            lambda driver: words in driver.find_element(By.TAG_NAME, "main").text,
            seconds=SECONDS,
        )
        return self

    def part(self, name: str) -> str:
        return wait_until_shown(self.driver, f"#{name}").text

    def is_welcomed(self, code: str) -> "Member":
        """Come from the one-time code to one's first page."""
        self.goes("welcome").types("login", self.login).types("invitation", code)
        self.types("password", PASSWORD).types("again", PASSWORD).presses("Go on")
        self.until("//input[@name='code']")  # the device exists once its page is there
        self.types("code", code_of(self.app, self.login)).presses("Connect")
        return self.sees("My key")

    def makes_a_key(self) -> "Member":
        """Let the browser make a key, and type the six words that guard it."""
        self.presses("Make my key").sees("Write these six words down")
        self.words = self.part("words")
        self.presses("I have written them down")
        self.driver.find_element(By.ID, "repeat").send_keys(self.words.replace("-", " ").upper())
        return self.presses("Store my key").sees("Your key is stored")

    def opens(self) -> list[tuple[str, str, int]]:
        """What the scripts of the page can open without asking anything."""
        return [tuple(item) for item in self.driver.execute_async_script(KEYS_OF_PAGE)]


def code_of(app: Flask, login: str) -> str:
    """What the device of a member shows."""
    with SESSIONS.get_from(app)() as session:
        account = session.scalars(select(Account).where(Account.login == login)).one()
        seed = sign_in.get_seed(account, key=KEYRING.get_from(app).accounts)
    return totp.compute_code(seed, clock.get_seconds() // totp.STEP_SECONDS)


def run(app: Flask, *words: str) -> str:
    outcome = app.test_cli_runner().invoke(args=words)
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


def invited(app: Flask, login: str, role: str) -> str:
    words = ("accounts", "create", "--login", login, "--role", role, "--body", BODY)
    match = re.search(r"code: (\S+)", run(app, *words))
    assert match
    return match[1]


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with serving(app) as address:
        yield address


@pytest.fixture
def people(app: Flask, address: str, tmp_path: Path) -> Iterator[tuple[Member, Member]]:
    drivers = [
        start_chromium(tmp_path / "head"),
        start_chromium(tmp_path / "new", size=PHONE),
    ]
    try:
        head, new = (
            Member(driver, address, app, login)
            for driver, login in zip(drivers, ("a.head", "b.new"), strict=True)
        )
        yield head, new
    finally:
        for driver in drivers:
            driver.quit()


def test_two_colleagues_join_and_one_admits_the_other(
    app: Flask, session: Session, people: tuple[Member, Member]
) -> None:
    head, new = people
    run(app, "bodies", "load")

    head.is_welcomed(invited(app, "a.head", "head")).makes_a_key()
    assert head.part("stored-fingerprint") in run(app, "keys", "found", BODY)
    run(app, "keys", "unit", BODY)
    new.is_welcomed(invited(app, "b.new", "investigator")).makes_a_key()
    said = new.part("stored-fingerprint")
    new.goes("waiting").sees("Nobody has admitted your key")
    with next_page(head.goes("members").driver):
        head.driver.find_element(By.LINK_TEXT, "Admit b.new").click()
    assert head.part("fingerprint") == said
    head.driver.find_element(By.NAME, "compared").click()
    head.presses("Admit").sees("Who belongs to your unit")

    unit = session.scalars(select(UnitKey)).one()
    for member in (head, new):
        ((body, identity, epochs),) = member.goes("key").opens()
        assert (body, epochs) == (BODY, 1)
        assert parse_identity(identity).recipient.text == unit.recipient
    assert entries_of(session, "admitted") == 1
    new.goes("waiting").sees("Queue")
    _locks_and_unlocks(new)
    _changes_the_words(new)
    head.goes("members").presses("Make the next key").sees("1, 2")
    assert entries_of(session, "unit_key") == 1, "the other one was the operator's"
    _nothing_on_the_server_opens_a_key(app, session, people)


def entries_of(session: Session, act: str) -> int:
    """How often somebody did this, with a signature that the trail keeps."""
    session.rollback()
    signed = select(AuditEntry).where(AuditEntry.act == act, AuditEntry.signature.is_not(None))
    return len(session.scalars(signed).all())


def _locks_and_unlocks(member: Member) -> None:
    """After locking, only the right words open the key again."""
    member.goes("passphrase").presses("Choose new words").presses("Lock")
    member.presses("Choose new words")
    field = member.driver.find_element(By.ID, "passphrase")
    field.send_keys("other words altogether")
    member.presses("Unlock").sees("does not open your key")
    field.send_keys(member.words)
    member.presses("Unlock").sees("Write these six words down")


def _changes_the_words(member: Member) -> None:
    """With other words the key is the same."""
    before, member.words = member.words, member.part("words")
    member.presses("I have written them down")
    member.driver.find_element(By.ID, "repeat").send_keys("not these words")
    member.presses("Store my key").sees("not the words that were shown")
    member.driver.find_element(By.ID, "repeat").clear()
    member.driver.find_element(By.ID, "repeat").send_keys(member.words)
    member.presses("Store my key").sees("Your key is stored")
    assert before != member.words
    assert len(member.opens()) == 1


def _nothing_on_the_server_opens_a_key(
    app: Flask, session: Session, people: tuple[Member, Member]
) -> None:
    """No private key, passphrase or password lies anywhere in the folder of the portal."""
    folder: Path = SETTINGS.get_from(app).instance
    stored = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    held = [PASSWORD, "AGE-SECRET-KEY", *(member.words for member in people)]

    session.rollback()  # looks at the database afresh
    for secret in held:
        assert not [data for data in stored if secret.encode() in data], secret
    for member in people:
        wrapped = session.scalars(
            select(Account.wrapped_identity).where(Account.login == member.login)
        ).one()
        assert unwrap(str(wrapped), member.words).startswith(b"AGE-SECRET-KEY-PQ-1")
