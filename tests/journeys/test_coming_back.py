"""A reporter comes back with scripts: the code and the texts never leave the browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, request
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from sqlalchemy.orm import Session

from bench.chromium import wait, wait_until_saved
from crypto import receipt
from crypto.seal import open_sealed
from portal.cases.models import Verdict
from portal.cases.service import change_status
from portal.cases.states import Status
from portal.core.config import Settings
from tests.dialogue.letters import ReplyDesk, decide
from tests.factories import TODAY, Make

Visit = Callable[..., WebDriver]
UNKNOWN = receipt.format_digits(b"12345" * 6)
ANSWER = "The checkpoint at the old bridge, canary of an answer"
CONTENT = b"canary of a photograph" * 100


@pytest.fixture
def desk(session: Session, make: Make) -> ReplyDesk:
    """A body at work on a case whose reporter comes back."""
    return ReplyDesk(session, make, make.filed())


def until(driver: WebDriver, text: str) -> str:
    """Wait until a page says something, and return all that it says."""

    def told(_: object) -> str:
        page = driver.find_element(By.TAG_NAME, "body").text
        return page if text in page else ""

    return wait(driver, told)


def press(driver: WebDriver, selector: str) -> None:
    """Click in the middle of the screen, where nothing floats."""
    element = driver.find_element(By.CSS_SELECTOR, selector)
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()


def come_back(driver: WebDriver, address: str, code: str) -> None:
    driver.get(f"{address}/en/case")
    until(driver, "Your code stays in this browser")
    driver.find_element(By.ID, "receipt").send_keys(code)
    press(driver, "#receipt-form [type=submit]")


def _note(sent: list[str]) -> None:
    sent.append(request.path)


def everything_stored(settings: Settings) -> bytes:
    return b"".join(path.read_bytes() for path in settings.instance.rglob("*") if path.is_file())


def test_a_question_is_answered_with_a_file_that_only_the_body_can_open(
    address: str, visit: Visit, settings: Settings, desk: ReplyDesk, tmp_path: Path
) -> None:
    for status in (Status.ACKNOWLEDGED, Status.ASSESSMENT, Status.NEED_INFO):
        change_status(desk.session, desk.case, status, actor="system", today=TODAY)
    desk.write("question", text="Which checkpoint was it?")
    photo = tmp_path / "photo of me.txt"
    photo.write_bytes(CONTENT)
    driver = visit()
    come_back(driver, address, desk.filed.code)
    assert "What you reported" in until(driver, "Which checkpoint was it?")

    driver.find_element(By.ID, "text").send_keys(ANSWER)
    driver.find_element(By.ID, "files").send_keys(str(photo))
    press(driver, "form[data-act=message] [type=submit]")
    until(driver, "photo of me.txt")

    answer = desk.read_last()
    assert answer.fields == {"text": ANSWER}
    assert answer.attachments[0].name == "photo of me.txt"
    stored = (settings.instance / "files" / answer.attachments[0].id).read_bytes()
    assert open_sealed(stored, desk.unit.identity).startswith(CONTENT)
    assert desk.fresh_case().status is Status.ASSESSMENT


def test_a_file_of_an_answer_is_checked_and_saved_under_its_name(
    address: str, visit: Visit, settings: Settings, desk: ReplyDesk, tmp_path: Path
) -> None:
    file = desk.attach("map.txt", CONTENT)
    desk.write("reply", text="Two files", files=[file, desk.attach("altered.txt", b"one")])
    other, _ = desk.attach("another.txt", b"two")
    altered = desk.thread()[-1].attachments
    stored = settings.instance / "files"
    swapped = next(attachment.id for attachment in altered if attachment.id != file[0].id)
    (stored / swapped).write_bytes((stored / other.id).read_bytes())
    driver = visit()
    come_back(driver, address, desk.filed.code)
    until(driver, "map.txt")

    for button in driver.find_elements(By.CSS_SELECTOR, "li li .button"):
        driver.execute_script("arguments[0].click()", button)

    folder = tmp_path / "browser-0" / "downloads"
    assert wait_until_saved(folder / "map.txt").read_bytes() == CONTENT
    until(driver, "This file did not pass the check")
    assert not (folder / "altered.txt").exists()


def test_a_verdict_is_given_once_and_counted(address: str, visit: Visit, desk: ReplyDesk) -> None:
    decide(desk)
    driver = visit()
    come_back(driver, address, desk.filed.code.replace(" ", "-"))
    assert "They took money." in until(driver, "What was established")

    press(driver, "[value=partial]")
    press(driver, "form[data-act=verdict] [type=submit]")
    until(driver, "You have given your verdict")

    verdict = desk.session.get(Verdict, desk.case.id)
    assert verdict is not None
    assert (verdict.answer, verdict.respect) == ("partial", None)
    assert desk.read_last().fields["answer"] == "partial"
    assert not driver.find_elements(By.CSS_SELECTOR, "form[data-act=verdict]")


def test_nothing_of_a_visit_with_scripts_reaches_the_portal(
    address: str,
    visit: Visit,
    settings: Settings,
    desk: ReplyDesk,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    photo = tmp_path / "photo of me.txt"
    photo.write_bytes(CONTENT)
    driver = visit()
    come_back(driver, address, desk.filed.code)
    until(driver, "What you reported")
    driver.find_element(By.ID, "text").send_keys(ANSWER)
    driver.find_element(By.ID, "files").send_keys(str(photo))
    press(driver, "form[data-act=message] [type=submit]")
    until(driver, "photo of me.txt")

    kept = everything_stored(settings) + "".join(capfd.readouterr()).encode()
    for canary in (ANSWER, "photo of me", CONTENT.decode()[:22], desk.filed.code):
        assert canary.encode() not in kept
    assert desk.filed.code.replace(" ", "").encode() not in kept
    log = driver.get_log("browser")  # type: ignore[no-untyped-call]
    assert not [line for line in log if line["level"] == "SEVERE"]


def test_a_forged_answer_is_not_shown_by_the_browser_either(
    address: str, visit: Visit, make: Make, desk: ReplyDesk
) -> None:
    other = next(unit for code, unit in make.units.items() if code != desk.case.body_code)
    desk.write("reply", text="Trust me.", signing=other.signing)
    desk.write("reply", text="This one is real.")
    driver = visit()

    come_back(driver, address, desk.filed.code)

    page = until(driver, "This one is real.")
    assert "This did not pass the check" in page
    assert "not signed by who should have written it" in page
    assert "Trust me." not in page


def test_a_mistyped_and_an_unknown_code_are_told_without_sending_the_code(
    address: str, visit: Visit, app: Flask, make: Make
) -> None:
    make.portal()
    sent: list[str] = []
    app.before_request_funcs.setdefault(None, []).append(lambda: _note(sent))
    driver = visit(size=(320, 640))

    come_back(driver, address, "12345 67890")
    until(driver, "You typed 10.")
    for typed, told in (
        (f"{UNKNOWN[:15]}9{UNKNOWN[16:]}", "A digit is wrong. Group: 3."),
        (f"{UNKNOWN[:15]}О{UNKNOWN[16:]}", "In group 3 there is “О”, which is no digit"),
        ("12345 " * 6, "These are 30 digits, as old codes have"),
        (UNKNOWN, "There is no report under this code"),
    ):
        driver.find_element(By.ID, "receipt").clear()
        driver.find_element(By.ID, "receipt").send_keys(typed)
        press(driver, "#receipt-form [type=submit]")
        until(driver, told)

    assert not [address for address in sent if address.endswith("/case/enter")]


def test_destroyed_access_is_told_in_the_browser_with_whom_to_show_it(
    address: str, visit: Visit, desk: ReplyDesk
) -> None:
    desk.case.row_key = bytes(32)
    desk.session.commit()
    driver = visit(size=(320, 640))

    come_back(driver, address, desk.filed.code)
    page = until(driver, "what your code opens it with was exchanged or destroyed")

    assert "the prosecutor's office, the Commissioner for Human Rights, a lawyer" in page
    assert "There is no report under this code" not in page


def test_an_old_code_opens_its_report_and_stays_in_the_browser(
    address: str, visit: Visit, app: Flask, make: Make
) -> None:
    code = make.portal().filed(secret=b"eleven byte").code
    sent: list[str] = []
    app.before_request_funcs.setdefault(None, []).append(lambda: _note(sent))
    driver = visit()

    come_back(driver, address, code)
    until(driver, "What you reported")

    assert len(code.replace(" ", "")) == 30
    assert not [address for address in sent if address.endswith("/case/enter")]


def test_parts_that_do_not_load_never_send_the_code_by_themselves(
    address: str, visit: Visit, app: Flask, desk: ReplyDesk
) -> None:
    sent: list[str] = []
    app.before_request_funcs.setdefault(None, []).append(lambda: _note(sent))
    driver = visit()
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/vendor/enter.js*"]})

    driver.get(f"{address}/en/case")
    driver.find_element(By.ID, "receipt").send_keys(desk.filed.code)
    press(driver, "#receipt-form [type=submit]")
    page = until(driver, "Open without sealing in the browser")
    assert "Your code stays in this browser" not in page
    assert not [address for address in sent if "/case/" in address]

    press(driver, "[data-plain] button")
    until(driver, "What you reported")
    assert [address for address in sent if address.endswith("/case/enter")]


def test_text_survives_an_answer_that_came_in_between(
    address: str, visit: Visit, desk: ReplyDesk
) -> None:
    driver = visit()
    come_back(driver, address, desk.filed.code)
    until(driver, "What you reported")

    desk.write("reply", text="We were faster.")
    driver.find_element(By.ID, "text").send_keys(ANSWER)
    press(driver, "form[data-act=message] [type=submit]")
    until(driver, "Something was written in the meantime")
    assert "We were faster." in driver.find_element(By.TAG_NAME, "body").text
    assert driver.find_element(By.ID, "text").get_property("value") == ANSWER

    press(driver, "form[data-act=message] [type=submit]")
    wait(driver, lambda _: len(desk.thread()) == 3)
    assert desk.read_last().fields == {"text": ANSWER}
