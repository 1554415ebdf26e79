"""What staff and reporters typed outlives an ended sign-in, a refusal and a careless click."""


import pytest
from flask import Flask
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.accounts.models import SpentStatement, StaffSession
from portal.cases.models import Envelope
from portal.cases.states import Status
from tests.factories import Make, Person
from tests.journeys.worker import SECONDS, Sit, Worker
from tests.review.desk import at_desk, token_of
from tests.staff import code_now

STANDING = (By.ID, "standing")
ENDED = {
    "en": "Your sign-in has ended, so nothing was sent. What you typed is still on this page.",
    "ru": "Вход завершился, поэтому ничего не отправлено. Всё, что вы написали, осталось на странице.",
    "kk": "Кіру уақыты бітті, сондықтан ештеңе жіберілген жоқ. Жазғаныңыз осы бетте тұр.",
}


def end_sign_in(session: Session) -> None:
    session.rollback()
    session.execute(delete(StaffSession))
    session.commit()


def signs_in_beside(worker: Worker, person: Person) -> None:
    """Follow the link of the words into a new tab, sign in there, and come back."""
    driver = worker.driver
    here = driver.current_window_handle
    driver.find_element(By.CSS_SELECTOR, "#standing a").click()
    WebDriverWait(driver, SECONDS).until(lambda _: len(driver.window_handles) == 2)
    driver.switch_to.window(next(one for one in driver.window_handles if one != here))
    wait = WebDriverWait(driver, SECONDS)
    wait.until(lambda _: driver.find_elements(By.ID, "login"))
    driver.find_element(By.ID, "login").send_keys(person.account.login)
    driver.find_element(By.ID, "password").send_keys(person.password, "\n")
    wait.until(lambda _: driver.find_elements(By.ID, "code"))
    driver.find_element(By.ID, "code").send_keys(code_now(person), "\n")
    wait.until(lambda _: driver.find_elements(By.CSS_SELECTOR, ".who"))
    driver.close()
    driver.switch_to.window(here)


def waits_for_words(worker: Worker) -> str:
    WebDriverWait(worker.driver, SECONDS).until(
        lambda driver: driver.find_element(*STANDING).is_displayed()
    )
    return worker.driver.find_element(*STANDING).text


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
    wait = WebDriverWait(worker.driver, SECONDS)
    wait.until(lambda _: form.find_elements(By.CSS_SELECTOR, ".summary"))
    links = [one.get_attribute("href") for one in form.find_elements(By.CSS_SELECTOR, ".summary a")]
    assert [link.partition("#")[2] for link in links if link] == [
        "decision-law",
        "decision-finding",
        "decision-review",
    ]
    for part in ("law", "finding", "review"):
        worker.fills(f"decision-{part}", f"the {part}")
    worker.chooses("outcome_0", "substantiated").clicks("Seal and decide")

    field = "#sanctions_0-error"
    wait.until(lambda _: form.find_elements(By.CSS_SELECTOR, field))
    box = form.find_element(By.CSS_SELECTOR, "[data-question=sanctions_0]")
    assert "wrong" in str(box.get_attribute("class"))
    complaint = form.find_element(By.CSS_SELECTOR, field).text
    assert complaint in form.find_element(By.CSS_SELECTOR, ".summary").text
    facts = form.find_element(By.ID, "decision-facts").get_property("value")
    assert facts == "the facts", "no text is lost"

    worker.ticks("sanctions_0", "reprimand").presses("Seal and decide")
    desk.renew()
    assert desk.case.status is Status.DECIDED


def holds_back(driver: WebDriver) -> bool:
    """Tell whether the browser would ask before it leaves the page."""
    asked: bool = driver.execute_script(
        "const leaving = new Event('beforeunload', {cancelable: true});"
        "return !window.dispatchEvent(leaving);"
    )
    return asked


def test_a_desk_is_not_left_with_words_that_were_not_sent(make: Make, sit: Sit) -> None:
    desk = at_desk(make).take().step("acknowledge")
    worker = sit(desk.who).opens(desk)
    assert not holds_back(worker.driver)

    worker.fills("note-text", "Ask the duty officer.")
    assert holds_back(worker.driver)
    worker.presses("Seal and keep")  # which leads on without asking
    assert not holds_back(worker.driver)
