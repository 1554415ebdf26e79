"""A person files a report in a real browser, with scripts and without."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from bench.chromium import Chromium, next_page, read_texts, wait, wait_until_shown
from crypto import receipt
from crypto.secretbox import decrypt
from portal.cases.models import RECOVERY, Case
from portal.core import clock
from portal.core.db import Sessions
from portal.web.parts import BLOBS, SESSIONS, SETTINGS
from tests.factories import REGION, Make
from tests.intake.steps import opened, the_case

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Visit = Callable[..., Chromium]
STORY = "Ол ақша сұрады — «заплати» <b>& said so</b> 🙁 canary-4417"
CHOICES = {"danger_now": "no", "when_precision": "unknown", "bribe_stage": "paid"}
TYPED = {"what_happened": STORY, "bribe_purpose": "canary-5528 to let me drive on"}
LONG = 600  # seconds: longer than any machine takes to look
BUTTON = "#report > button[type=submit]"
PHOTO = b"\xff\xd8\xff canary-6639" + bytes(range(256)) * 1200


@pytest.fixture(autouse=True)
def portal(make: Make) -> Make:
    return make.portal()


def find_element(driver: WebDriver, selector: str) -> WebElement:
    return driver.find_element(By.CSS_SELECTOR, selector)


def wait_for(driver: WebDriver, selector: str) -> WebElement:
    """Wait until an element is shown."""
    return wait_until_shown(driver, selector)


def click(driver: WebDriver, selector: str) -> None:
    """Click in the middle of the screen, where nothing floats."""
    element = find_element(driver, selector)
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()


def start(driver: Chromium, address: str, *, lang: str = "en") -> None:
    """Go to the page of writing, and wait until its scripts are at work."""
    driver.get(f"{address}/{lang}/report")
    click(driver, "details summary")
    click(driver, "input[value='bribery.roadside']")
    Select(find_element(driver, "#region")).select_by_value(REGION)
    with next_page(driver):
        click(driver, "main form button[type=submit]")
    wait_for(driver, "[data-badge]" if driver.scripts else BUTTON)


def answer(driver: WebDriver, **typed: str) -> None:
    for name, value in CHOICES.items():
        click(driver, f"input[name='{name}'][value='{value}']")
    for name, text in (TYPED | typed).items():
        script = "arguments[0].value = arguments[1]"  # a driver cannot type every letter
        driver.execute_script(script, find_element(driver, f"[name='{name}']"), text)


def press(driver: WebDriver, selector: str = BUTTON) -> None:
    click(driver, selector)


def code_on(driver: WebDriver) -> str:
    wait_for(driver, "[data-code] li")
    return " ".join(read_texts(driver, "[data-code] li"))


def photo(tmp_path: Path) -> Path:
    path = tmp_path / "canary-photo.jpg"
    path.write_bytes(PHOTO)
    return path


def assert_no_trace(app: Flask, *needles: bytes) -> None:
    """Fail if the portal's folder holds any of the needles anywhere."""
    for path in SETTINGS.get_from(app).instance.rglob("*"):
        held = path.read_bytes() if path.is_file() else b""
        assert not [needle for needle in needles if needle in held], path


def test_a_report_sealed_in_the_browser_opens_for_its_readers_alone(
    address: str, visit: Visit, app: Flask, session: Session, portal: Make, tmp_path: Path
) -> None:
    driver = visit()
    start(driver, address)
    answer(driver)
    find_element(driver, "[name='attachments']").send_keys(str(photo(tmp_path)))

    press(driver)
    code = code_on(driver)

    case = the_case(session)
    assert (case.sealed_by, case.language, case.priority) == ("browser", "en", 2)
    for reader in (case.body_code, RECOVERY):
        identity = portal.units[reader].identity
        report = opened(session, identity)
        assert report.answers == {**CHOICES, **TYPED}
        assert report.body.attachments[0].name == "canary-photo.jpg"
        assert report.file(BLOBS.get_from(app), 0, identity) == PHOTO
    keys = receipt.derive(receipt.parse(code))
    assert case.row_key == receipt.derive_row_key(portal.keyring.pepper, keys.lookup)
    half = decrypt(portal.keyring.second_halves, case.second_half or b"", case.id.encode())
    assert opened(session, keys.derive_reporter_keys(half).identity).answers == {**CHOICES, **TYPED}
    assert driver.current_url.endswith("/en/report/write")
    assert code not in driver.title + json.dumps(driver.get_cookies())
    assert driver.execute_script("return localStorage.length + sessionStorage.length") == 0
    needles = [code, code.replace(" ", ""), "canary-4417", "canary-5528", "canary-photo"]
    assert_no_trace(
        app, *(text.encode() for text in needles), b"canary-6639", receipt.parse(code), keys.lookup
    )
    log = driver.get_log("browser")  # type: ignore[no-untyped-call]
    assert not [line for line in log if line["level"] == "SEVERE"]


def test_what_the_server_is_sent_holds_no_word_of_it(
    address: str, visit: Visit, app: Flask, tmp_path: Path
) -> None:
    posted: list[bytes] = []

    def keep(environment: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if (
            environment["REQUEST_METHOD"] == "POST"
            and environment["PATH_INFO"] == "/en/report/sealed"
        ):
            body = environment["wsgi.input"].read(int(environment["CONTENT_LENGTH"]))
            posted.append(body)
            environment["wsgi.input"] = BytesIO(body)
        return inner(environment, start_response)

    inner = app.wsgi_app
    app.wsgi_app = keep  # type: ignore[assignment,method-assign]
    driver = visit()
    start(driver, address)
    answer(driver)
    find_element(driver, "[name='attachments']").send_keys(str(photo(tmp_path)))

    press(driver)
    code = code_on(driver)

    assert len(posted) == 1
    for text in ("canary", "paid", "photo", code, code.replace(" ", ""), "image/jpeg"):
        assert text.encode() not in posted[0]


def test_without_scripts_the_same_report_arrives(
    address: str, visit: Visit, app: Flask, session: Session, portal: Make, tmp_path: Path
) -> None:
    driver = visit(scripts=False, size=(320, 640))
    start(driver, address, lang="kk")
    assert find_element(driver, "[data-unsealed]").is_displayed()
    assert not find_element(driver, "[data-badge]").is_displayed()
    for name, value in CHOICES.items():
        click(driver, f"input[name='{name}'][value='{value}']")
    find_element(driver, "#what_happened").send_keys("canary-4417 рассказ о том, что было")
    find_element(driver, "#bribe_purpose").send_keys("canary-5528")
    find_element(driver, "[name='attachments']").send_keys(str(photo(tmp_path)))

    press(driver)
    code = code_on(driver)

    case = the_case(session)
    identity = portal.units[case.body_code].identity
    report = opened(session, identity)
    assert (case.sealed_by, case.language) == ("server", "kk")
    assert report.answers["what_happened"] == "canary-4417 рассказ о том, что было"
    assert report.file(BLOBS.get_from(app), 0, identity) == PHOTO
    assert_no_trace(app, b"canary-4417", b"canary-5528", b"canary-6639", code.encode())


def test_pressing_twice_files_once(address: str, visit: Visit, session: Session) -> None:
    driver = visit()
    start(driver, address)
    answer(driver)

    driver.execute_script(f"for (const _ of [1, 2]) document.querySelector('{BUTTON}').click()")

    assert receipt.parse(code_on(driver))
    the_case(session)


def test_questions_appear_when_an_answer_calls_for_them(address: str, visit: Visit) -> None:
    driver = visit()
    start(driver, address)
    when, emergency = (
        find_element(driver, "[data-question='when_date']"),
        find_element(driver, "[data-emergency]"),
    )
    assert not when.is_displayed()
    assert not emergency.is_displayed()

    click(driver, "input[name='when_precision'][value='day']")
    click(driver, "input[name='danger_now'][value='yes']")

    assert when.is_displayed()
    assert emergency.is_displayed()


def test_a_faulty_answer_is_marked_and_nothing_is_sent(
    address: str, visit: Visit, session: Session
) -> None:
    driver = visit()
    start(driver, address)
    answer(driver, what_happened="short")

    press(driver)
    wait_for(driver, "#what_happened-error")

    notes = find_element(driver, "#what_happened").get_attribute("aria-describedby") or ""
    assert "what_happened-error" in notes.split()
    assert session.scalar(select(func.count()).select_from(Case)) == 0
    answer(driver)
    press(driver)
    code_on(driver)


def test_a_browser_that_cannot_seal_sends_nothing_unless_told_to(
    address: str, visit: Visit, session: Session
) -> None:
    driver = visit()
    start(driver, address)
    answer(driver)
    driver.execute_script("crypto.getRandomValues = () => { throw new Error('no randomness') }")

    press(driver)
    plain = wait_for(driver, "[data-plain] button")
    assert session.scalar(select(func.count()).select_from(Case)) == 0
    session.rollback()

    plain.click()
    assert receipt.parse(code_on(driver))
    assert the_case(session).sealed_by == "server"


def test_a_lost_answer_is_asked_for_again_and_never_sent_in_the_clear(
    address: str, visit: Visit, session: Session, portal: Make
) -> None:
    driver = visit()
    start(driver, address)
    answer(driver)
    driver.execute_script(
        """
        const real = window.fetch;
        window.fetch = async (...args) => {
          await real(...args);
          window.fetch = real;
          throw new TypeError("the connection broke after the report arrived");
        };
        """
    )

    press(driver)
    wait_for(driver, "[data-said]")
    assert not find_element(driver, "[data-plain]").is_displayed()
    case = the_case(session)
    press(driver)

    keys = receipt.derive(receipt.parse(code_on(driver)))
    assert the_case(session).id == case.id
    assert case.row_key == receipt.derive_row_key(portal.keyring.pepper, keys.lookup)


def test_a_page_that_was_open_too_long_is_sent_with_a_new_token(
    address: str, visit: Visit, session: Session
) -> None:
    driver = visit()
    start(driver, address)
    answer(driver)
    driver.delete_all_cookies()

    press(driver)

    assert receipt.parse(code_on(driver))
    the_case(session)


def test_a_full_database_leaves_the_text_where_it_is(
    address: str,
    visit: Visit,
    app: Flask,
    session: Session,
) -> None:
    sessions: Sessions = SESSIONS.get_from(app)
    engine = sessions.kw["bind"]

    def fill(connection: object, _record: object, _proxy: object) -> None:
        connection.execute("PRAGMA max_page_count=1")  # type: ignore[attr-defined]

    driver = visit()
    start(driver, address)
    answer(driver)
    event.listen(engine, "checkout", fill)
    press(driver)
    wait_for(driver, "[data-trouble]")
    event.remove(engine, "checkout", fill)
    engine.dispose()
    assert find_element(driver, "#what_happened").get_attribute("value") == STORY
    assert session.scalar(select(func.count()).select_from(Case)) == 0
    press(driver)
    code_on(driver)


def test_under_load_the_browser_works_for_its_place_and_the_report_is_filed(
    address: str, visit: Visit, app: Flask, session: Session
) -> None:
    busy = replace(SETTINGS.get_from(app), calm_per_minute=0)
    driver = visit()
    start(driver, address)
    answer(driver)
    SETTINGS.put(app, busy)  # after the page was opened: asked for when it is sent
    press(driver)
    code_on(driver)
    start(driver, address)  # asked for when the page is opened, and done while one writes
    answer(driver)
    assert not driver.find_elements("css selector", "[data-line]")
    press(driver)
    code_on(driver)

    assert session.scalar(select(func.count()).select_from(Case)) == 2


def test_under_load_who_has_no_scripts_waits_beside_their_text_and_files(
    address: str, visit: Visit, app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.web.load.SHORTEST_WAIT", LONG)
    monkeypatch.setattr("portal.web.line.RENEWED_SECONDS", 1)
    driver = visit(scripts=False)
    start(driver, address)
    answer(driver)
    SETTINGS.put(app, replace(SETTINGS.get_from(app), calm_per_minute=0))

    with next_page(driver):
        press(driver)

    assert find_element(driver, "#what_happened").get_property("value") == STORY
    driver.switch_to.frame(find_element(driver, "iframe"))
    # it may be just about to come anew whenever it is read
    wait(
        driver, lambda _: "Seconds until this page can be sent" in find_element(driver, "body").text
    )
    seconds = clock.get_seconds
    monkeypatch.setattr(clock, "get_seconds", lambda: seconds() + LONG)
    wait(driver, lambda _: "This page can be sent now." in find_element(driver, "body").text)
    driver.switch_to.default_content()
    assert find_element(driver, "#what_happened").get_property("value") == STORY
    press(driver)
    code_on(driver)

    assert session.scalar(select(func.count()).select_from(Case)) == 1


def test_the_paper_is_compared_in_the_browser(address: str, visit: Visit) -> None:
    driver = visit()
    start(driver, address)
    answer(driver)
    press(driver)
    last = code_on(driver).split()[-1]
    wrong = last[::-1] if last[::-1] != last else "111111"
    field = find_element(driver, "#last-group")

    field.send_keys(wrong)
    assert find_element(driver, "[data-wrong]").is_displayed()
    field.clear()
    field.send_keys(f"{last[:-1]}О")
    assert "“О” is no digit" in find_element(driver, "[data-letter]").text
    assert not find_element(driver, "[data-wrong]").is_displayed()
    field.clear()
    field.send_keys(f" {last[:3]}–{last[3:]}.")

    assert find_element(driver, "[data-right]").is_displayed()
    assert not find_element(driver, "[data-letter]").is_displayed()
    assert not find_element(driver, "[data-wrong]").is_displayed()


def test_the_receipt_fits_the_smallest_phone_and_no_translator_touches_it(
    address: str, visit: Visit
) -> None:
    driver = visit(size=(320, 640))
    start(driver, address)
    answer(driver)
    press(driver)
    code_on(driver)

    width = driver.execute_script("return document.documentElement.scrollWidth")
    code = find_element(driver, "[data-code]")
    assert width <= 320
    assert code.size["width"] <= 320
    assert code.get_dom_attribute("translate") == "no"
