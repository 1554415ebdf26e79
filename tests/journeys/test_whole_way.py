"""One report from a phone to an outcome: every page of the way, in each language, with axe."""

from collections.abc import Callable
from itertools import count, product
from os import environ
from pathlib import Path

import pytest
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select
from sqlalchemy.orm import Session

from bench.chromium import DESKTOP, PHONE, next_page, read_texts, wait, wait_until_shown
from portal.cases.models import Verdict
from portal.cases.states import Status
from tests.axe import violations
from tests.factories import REGION, Make, StaffPerson
from tests.intake.steps import the_case
from tests.staff import code_now

Visit = Callable[..., WebDriver]
STORIES = {
    "kk": "Тексеру бекетінде қызметкер ақша сұрады, құжатымды қайтармады. Ғ-Ң-Ө.",
    "ru": "На посту сотрудник потребовал деньги и не вернул документы. Ё-Щ-Ъ.",
    "en": "At the checkpoint an officer asked for money and kept my papers.",
}
QUESTIONS = {
    "kk": "Бұл қай бекетте болды?",
    "ru": "На каком посту это было?",
    "en": "Which checkpoint was it?",
}
ANSWERS = {
    "kk": "Ескі көпірдің жанында.",
    "ru": "У старого моста.",
    "en": "By the old bridge.",
}


class Eyes:
    """A browser that looks at each page it comes to: axe, width, and a picture if asked for."""

    def __init__(self, driver: WebDriver, name: str, *, scripts: bool = True) -> None:
        self.driver, self.name, self.scripts = driver, name, scripts
        self._number = count(1)

    def look(self, page: str) -> None:
        """Fail if the page breaks a rule of accessibility or is broader than the screen."""
        if folder := environ.get("PORTAL_PICTURES"):
            self._picture(Path(folder), f"{self.name}-{next(self._number):02}-{page}.png")
        width = "return document.documentElement.scrollWidth - window.innerWidth"
        assert self.driver.execute_script(width) <= 0, f"{page} is broader than the screen"
        if self.scripts:
            assert violations(self.driver) == [], page

    def _picture(self, folder: Path, name: str) -> None:
        """Keep a picture of the whole page."""
        folder.mkdir(parents=True, exist_ok=True)
        before = self.driver.get_window_size()
        height = self.driver.execute_script("return document.documentElement.scrollHeight")
        self.driver.set_window_size(before["width"], min(height + 140, 9000))
        self.driver.save_screenshot(str(folder / name))
        self.driver.set_window_size(before["width"], before["height"])

    def find(self, selector: str) -> WebElement:
        """Wait until an element is shown, and return it."""
        return wait_until_shown(self.driver, selector)

    def press(self, selector: str) -> None:
        """Unfold what an element lies in, and click it in mid-screen once it shows."""
        element = self.driver.find_element(By.CSS_SELECTOR, selector)
        self.driver.execute_script(
            "for (let box = arguments[0].closest('details'); box; "
            "box = box.parentElement.closest('details')) box.open = true;"
            "arguments[0].scrollIntoView({block: 'center'});",
            element,
        )
        wait(self.driver, lambda _: element.is_displayed())
        element.click()

    def fill(self, selector: str, text: str) -> None:
        """Type into a field."""
        self.press(selector)
        self.driver.find_element(By.CSS_SELECTOR, selector).send_keys(text)

    def leads_on(self, selector: str) -> None:
        """Press what leads to another page, and wait until the old one is gone."""
        with next_page(self.driver):
            self.press(selector)

    def printed(self) -> str:
        """Return the words that this page puts on paper."""
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        words = str(self.driver.execute_script("return document.body.innerText"))
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
        return words

    def said(self) -> str:
        """Return all that the page says."""
        return self.driver.find_element(By.TAG_NAME, "body").text


def files_report(eyes: Eyes, address: str, lang: str) -> str:
    """Walk from the front page to the receipt, and return its code."""
    eyes.driver.get(f"{address}/{lang}/")
    eyes.look("front")
    eyes.leads_on("a.button.big")
    eyes.look("choose")
    eyes.press("input[value='bribery.roadside']")
    Select(eyes.find("#region")).select_by_value(REGION)
    eyes.leads_on("main form button[type=submit]")
    if eyes.scripts:
        eyes.find("[data-badge]")
    eyes.look("write")
    eyes.press("input[name=danger_now][value=no]")
    eyes.press("input[name=when_precision][value=unknown]")
    eyes.press("input[name=bribe_stage][value=paid]")
    eyes.fill("#what_happened", STORIES[lang])
    eyes.fill("#bribe_purpose", ANSWERS[lang])
    eyes.press("#report > button[type=submit]")
    eyes.find("[data-code] li")
    eyes.look("receipt")
    code = " ".join(read_texts(eyes.driver, "[data-code] li"))
    assert " ".join(eyes.printed().split()) == code, "whoever finds the paper reads digits only"
    return code


def comes_back(eyes: Eyes, address: str, lang: str, code: str) -> None:
    """Enter the receipt, and wait until all that was written is drawn."""
    eyes.driver.get(f"{address}/{lang}/case")
    if eyes.scripts:
        eyes.find("[data-badge]")
    eyes.look("enter")
    eyes.fill("#receipt", code)
    eyes.press("#receipt-form [type=submit]")
    eyes.find("form[data-act=message]")
    waiting = (By.CSS_SELECTOR, "[data-content] > .soft")
    wait(eyes.driver, lambda driver: not driver.find_elements(*waiting))


def signs_in(eyes: Eyes, address: str, lang: str, person: StaffPerson) -> None:
    """Sign in with password and code."""
    eyes.driver.get(f"{address}/{lang}/staff/sign-in")
    eyes.look("sign-in")
    eyes.fill("#login", person.account.login)
    eyes.fill("#password", person.password)
    eyes.leads_on("main form [type=submit]")
    eyes.look("code")
    eyes.fill("#code", code_now(person))
    eyes.leads_on("main form [type=submit]")
    eyes.look("queue")


def unlocked(eyes: Eyes) -> None:
    """Wait until everything sealed is drawn."""
    eyes.find("#case[data-ready=yes]")


def steps_on(eyes: Eyes, step: str) -> None:
    """Press the button of a step."""
    eyes.leads_on(f"form:has(input[name=step][value={step}]) button")
    unlocked(eyes)


def reads_and_asks(staff: Eyes, person: StaffPerson, lang: str, case_id: str) -> None:
    """Unlock, read the report, take the case and ask."""
    staff.leads_on(f"a[href*='{case_id}']")
    staff.fill("#passphrase", person.passphrase + "\n")
    unlocked(staff)
    staff.look("case")
    assert STORIES[lang] in staff.said()
    staff.leads_on("form[action$='/claim'] button")
    unlocked(staff)
    steps_on(staff, "acknowledge")
    steps_on(staff, "assess")
    staff.fill("#question-text", QUESTIONS[lang])
    staff.leads_on("form[data-type=question] [type=submit]")
    unlocked(staff)


def decides(staff: Eyes, lang: str) -> None:
    """Read the answer, and decide."""
    staff.driver.refresh()
    unlocked(staff)
    assert ANSWERS[lang] in staff.said()
    for part in ("facts", "law", "finding", "review"):
        staff.fill(f"#decision-{part}", f"{part}: {ANSWERS[lang]}")
    Select(staff.find("#outcome_0")).select_by_value("substantiated")
    staff.press("input[name=sanctions_0][value=reprimand]")
    staff.look("deciding")
    staff.leads_on("form[data-type=decision] [type=submit]")
    unlocked(staff)


def judges(citizen: Eyes) -> None:
    """Say what the decision is worth."""
    citizen.press("form[data-act=verdict] [value=formal]")
    citizen.press("form[data-act=verdict] [type=submit]")
    verdicts = (By.CSS_SELECTOR, "form[data-act=verdict]")
    wait(citizen.driver, lambda driver: not driver.find_elements(*verdicts))
    citizen.look("judged")


@pytest.mark.parametrize("way", list(product(STORIES, ["scripts", "plain"])), ids="-".join)
def test_from_the_phone_of_a_citizen_to_the_verdict(
    address: str, visit: Visit, session: Session, make: Make, way: tuple[str, str]
) -> None:
    lang, scripts = way[0], way[1] == "scripts"
    person = make.portal().person(body_code="KNB_AC")
    citizen = Eyes(
        visit(scripts=scripts, size=PHONE, language=lang), "-".join(way), scripts=scripts
    )
    staff = Eyes(visit(size=DESKTOP, language=lang), "-".join((*way, "staff")))

    code = files_report(citizen, address, lang)
    case = the_case(session)
    assert case.sealed_by == ("browser" if scripts else "server")
    signs_in(staff, address, lang, person)
    reads_and_asks(staff, person, lang, case.id)

    comes_back(citizen, address, lang, code)
    assert QUESTIONS[lang] in citizen.said()
    citizen.look("asked")
    citizen.fill("#text", ANSWERS[lang])
    citizen.press("form[data-act=message] [type=submit]")
    wait(citizen.driver, lambda _: answered(session, case.id))
    decides(staff, lang)

    comes_back(citizen, address, lang, code)
    assert f"finding: {ANSWERS[lang]}" in citizen.said()
    citizen.look("decided")
    judges(citizen)
    session.rollback()
    assert session.get_one(Verdict, case.id).answer == "formal"
    assert (case.status, case.allegations[0].outcome) == (Status.DECIDED, "substantiated")


def answered(session: Session, case_id: str) -> bool:
    """Tell whether the reporter's answer was stored."""
    session.rollback()
    session.expire_all()
    case = the_case(session)
    assert case.id == case_id
    return case.status is not Status.NEED_INFO
