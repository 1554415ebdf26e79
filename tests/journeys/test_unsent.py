"""What staff and reporters typed outlives an ended sign-in, a refusal and a careless click."""

from collections.abc import Callable

import pytest
from flask import Flask
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bench.chromium import Chromium, next_page, wait, wait_until_shown, was_asked_to_stay
from portal.accounts.models import SpentStatement, StaffSession
from portal.cases.models import Envelope
from portal.cases.states import Status
from portal.dialogue.models import Visit as Visited
from tests.factories import Make, StaffPerson
from tests.journeys import test_coming_back as coming_back
from tests.journeys import test_filing as filing
from tests.journeys.worker import Sit, Worker
from tests.review.desk import at_desk, token_of
from tests.staff import code_now

Visit = Callable[..., Chromium]
ENDED = {
    "en": "Your sign-in has ended, so nothing was sent. What you typed is still on this page.",
    "ru": "Вход завершился, поэтому ничего не отправлено. Всё, что вы написали, осталось",
    "kk": "Кіру уақыты бітті, сондықтан ештеңе жіберілген жоқ. Жазғаныңыз осы бетте тұр.",
}


def end_sign_in(session: Session) -> None:
    session.rollback()
    session.execute(delete(StaffSession))
    session.commit()


def signs_in_beside(worker: Worker, person: StaffPerson) -> None:
    """Follow the link of the words into a new tab, sign in there, and come back."""
    driver = worker.driver
    here = driver.current_window_handle
    driver.find_element(By.CSS_SELECTOR, "#standing a").click()
    wait(driver, lambda _: len(driver.window_handles) == 2)
    driver.switch_to.window(next(handle for handle in driver.window_handles if handle != here))
    driver.find_element(By.ID, "login").send_keys(person.account.login)
    driver.find_element(By.ID, "password").send_keys(person.password, "\n")
    driver.find_element(By.ID, "code").send_keys(code_now(person), "\n")
    wait_until_shown(driver, ".who")
    driver.close()
    driver.switch_to.window(here)


def waits_for_words(worker: Worker) -> str:
    return wait_until_shown(worker.driver, "#standing").text


def written(session: Session, kind: str) -> int:
    session.rollback()
    return session.scalar(select(func.count()).where(Envelope.kind == kind)) or 0


def test_a_note_is_stored_after_signing_in_beside_it(
    make: Make, sit: Sit, session: Session
) -> None:
    desk = at_desk(make).take().step("acknowledge")
    worker = sit(desk.who).opens(desk)
    worker.fills("note-text", "Ask the duty officer.")
    end_sign_in(session)

    worker.clicks("Seal and keep")

    said = waits_for_words(worker)
    assert ENDED["en"] in said
    assert "Sign in in a new tab" in said
    assert written(session, "note") == 0
    signs_in_beside(worker, desk.who)
    field = worker.driver.find_element(By.ID, "note-text")
    assert field.get_property("value") == "Ask the duty officer."

    worker.presses("Seal and keep")  # asks for no passphrase: the page had it, the new tab key too

    assert "Ask the duty officer." in worker.reads(1)
    assert written(session, "note") == 1
    assert session.scalar(select(func.count()).select_from(SpentStatement)) == 1


@pytest.mark.parametrize("language", ENDED)
def test_the_words_are_in_the_language_of_the_page(
    make: Make, sit: Sit, session: Session, language: str
) -> None:
    desk = at_desk(make)
    worker = sit(desk.who).opens(desk)
    worker.driver.get(f"{worker.address}/{language}/staff/case/{desk.case.id}")
    worker.waits()
    end_sign_in(session)

    worker.driver.find_element(By.CSS_SELECTOR, "form[data-act=claim] button").click()

    assert ENDED[language] in waits_for_words(worker)


def test_an_act_without_words_is_done_after_signing_in_beside_it(
    make: Make, sit: Sit, session: Session
) -> None:
    desk = at_desk(make)
    worker = sit(desk.who).opens(desk)
    end_sign_in(session)
    worker.clicks("Take the case")
    waits_for_words(worker)
    signs_in_beside(worker, desk.who)

    worker.presses("Take the case")

    desk.renew()
    assert desk.case.holder_id == desk.account.id


def test_nothing_is_lost_while_the_portal_is_away(make: Make, sit: Sit) -> None:
    desk = at_desk(make).take().step("acknowledge")
    worker = sit(desk.who).opens(desk)
    worker.fills("note-text", "Ask the duty officer.")
    worker.driver.execute_cdp_cmd("Network.enable", {})
    offline = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    worker.driver.execute_cdp_cmd("Network.emulateNetworkConditions", offline)
    worker.clicks("Seal and keep")
    assert "The portal did not answer, so nothing was sent." in waits_for_words(worker)

    worker.driver.execute_cdp_cmd("Network.emulateNetworkConditions", offline | {"offline": False})
    worker.presses("Seal and keep")
    assert "Ask the duty officer." in worker.reads(1)


def test_a_page_is_not_sent_under_the_name_of_somebody_else(
    app: Flask, make: Make, sit: Sit
) -> None:
    desk = at_desk(make)
    other = make.person(body_code=desk.unit.code)
    worker = sit(desk.who).opens(desk)
    worker.driver.add_cookie({"name": "staff", "value": token_of(app, other)})

    worker.clicks("Take the case")

    assert "Somebody else has signed in with this browser" in waits_for_words(worker)
    desk.renew()
    assert desk.case.holder_id is None


def test_a_refused_decision_names_its_fields(make: Make, sit: Sit) -> None:
    desk = at_desk(make).take().step("acknowledge", "assess")
    worker = sit(desk.who).opens(desk)
    form = worker.driver.find_element(By.CSS_SELECTOR, "form[data-type=decision]")
    worker.fills("decision-facts", "the facts").clicks("Seal and decide")
    form.find_element(By.CSS_SELECTOR, ".summary")
    links = [
        element.get_attribute("href")
        for element in form.find_elements(By.CSS_SELECTOR, ".summary a")
    ]
    assert [link.partition("#")[2] for link in links if link] == [
        "decision-law",
        "decision-finding",
        "decision-review",
    ]
    for part in ("law", "finding", "review"):
        worker.fills(f"decision-{part}", f"the {part}")
    worker.chooses("outcome_0", "substantiated").clicks("Seal and decide")

    field = "#sanctions_0-error"
    form.find_element(By.CSS_SELECTOR, field)
    box = form.find_element(By.CSS_SELECTOR, "[data-question=sanctions_0]")
    assert "wrong" in str(box.get_attribute("class"))
    complaint = form.find_element(By.CSS_SELECTOR, field).text
    assert complaint in form.find_element(By.CSS_SELECTOR, ".summary").text
    facts = form.find_element(By.ID, "decision-facts").get_property("value")
    assert facts == "the facts", "no text is lost"

    worker.ticks("sanctions_0", "reprimand").presses("Seal and decide")
    desk.renew()
    assert desk.case.status is Status.DECIDED


def test_a_desk_is_not_left_with_words_that_were_not_sent(
    app: Flask, address: str, visit: Visit, make: Make
) -> None:
    desk = at_desk(make).take().step("acknowledge")
    driver = visit(dialogs=True)
    worker = Worker(driver, address, app, desk.who).opens(desk)
    worker.fills("note-text", "Ask the duty officer.")

    leaves(driver, ".top .places a")
    assert was_asked_to_stay(driver)
    worker.opens(desk).fills("note-text", "Ask the duty officer.").presses("Seal and keep")
    assert not was_asked_to_stay(driver)
    leaves(driver, ".top .places a")
    assert not was_asked_to_stay(driver)


def test_a_note_that_is_sent_takes_no_other_text_along(make: Make, sit: Sit) -> None:
    desk = at_desk(make).take().step("acknowledge")
    worker = sit(desk.who).opens(desk)
    worker.fills("reply-text", "We look into it.").fills("note-text", "Ask the duty officer.")

    worker.clicks("Seal and keep")

    form = worker.driver.find_element(By.CSS_SELECTOR, "form[data-type=note]")
    wait(worker.driver, lambda _: "It was sent" in form.text)
    field = worker.driver.find_element(By.ID, "reply-text")
    assert field.get_property("value") == "We look into it."
    desk.renew()
    assert [envelope.kind for envelope in desk.case.envelopes if envelope.kind != "report"] == [
        "note"
    ]


def test_a_report_is_not_left_half_written_but_in_a_hurry(
    address: str, visit: Visit, make: Make
) -> None:
    make.portal()
    driver = visit(dialogs=True)
    for way_out, asks in ((".panel a", True), ("#exit", False)):
        filing.start(driver, address)
        filing.find_element(driver, "#what_happened").send_keys("He asked for money.")
        leaves(driver, way_out)
        assert was_asked_to_stay(driver) == asks, way_out

    filing.start(driver, address)
    filing.answer(driver)
    filing.press(driver)
    filing.code_on(driver)
    driver.get(f"{address}/en/")
    assert not was_asked_to_stay(driver), "once it was filed"


def test_an_answer_is_sent_after_coming_back_beside_it(
    address: str, visit: Visit, session: Session, make: Make
) -> None:
    filed = make.filed()
    driver = visit(dialogs=True)
    coming_back.come_back(driver, address, filed.code)
    coming_back.until(driver, "What you reported")
    driver.find_element(By.ID, "text").send_keys("It was a Monday.")
    session.rollback()
    session.execute(delete(Visited))
    session.commit()

    coming_back.press(driver, "form[data-act=message] [type=submit]")

    coming_back.until(driver, "Enter your code in a new tab")
    here = driver.current_window_handle
    driver.find_element(By.CSS_SELECTOR, "[data-again] a").click()
    wait(driver, lambda _: len(driver.window_handles) == 2)
    driver.switch_to.window(next(handle for handle in driver.window_handles if handle != here))
    coming_back.come_back(driver, address, filed.code)
    coming_back.until(driver, "What you reported")
    driver.close()
    driver.switch_to.window(here)
    coming_back.press(driver, "form[data-act=message] [type=submit]")
    wait(driver, lambda _: written(session, "message") == 1)
    coming_back.until(driver, "It was a Monday.")
    assert not was_asked_to_stay(driver)


def leaves(driver: WebDriver, selector: str) -> None:
    """Follow the first link that fits, and wait until the page is another one."""
    link = driver.find_element(By.CSS_SELECTOR, selector)
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", link)
    with next_page(driver):
        link.click()
