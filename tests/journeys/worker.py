"""A member of a body in front of a real browser."""

from collections.abc import Callable

from flask import Flask
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select

from bench.chromium import next_page, read_texts, wait, wait_until_shown
from tests.factories import StaffPerson
from tests.review.desk import ReviewDesk, token_of


class Worker:
    """A member of a body in front of a browser."""

    def __init__(self, driver: WebDriver, address: str, app: Flask, person: StaffPerson) -> None:
        self.driver, self.address, self.person = driver, address, person
        driver.get(f"{address}/en/")
        driver.add_cookie({"name": "staff", "value": token_of(app, person)})

    def opens(self, desk: ReviewDesk) -> "Worker":
        """Open the page of a case, and unlock the key if it is locked."""
        self.driver.get(f"{self.address}/en/staff/case/{desk.case.id}")
        passphrase = self.driver.find_element(By.ID, "passphrase")
        wait(self.driver, lambda _: passphrase.is_displayed() or self._is_ready())
        if not self._is_ready():
            passphrase.send_keys(self.person.passphrase, "\n")
        return self.waits()

    def _is_ready(self) -> bool:
        return bool(self.driver.find_elements(By.CSS_SELECTOR, "#case[data-ready=yes]"))

    def waits(self) -> "Worker":
        """Wait until everything sealed is drawn."""
        wait(self.driver, lambda _: self._is_ready())
        return self

    def reads(self, number: int) -> str:
        """Return what is drawn of one object of the thread."""
        return read_texts(self.driver, ".thread [data-opened]")[number]

    def presses(self, words: str) -> "Worker":
        """Press a button that leads to a new page."""
        with next_page(self.driver):
            self.clicks(words)
        return self.waits()

    def clicks(self, words: str) -> None:
        """Click a button in the middle of the screen, where nothing lies over it."""
        button = wait_until_shown(self.driver, f"//button[normalize-space()='{words}']", By.XPATH)
        self._shown(button).click()

    def fills(self, field: str, text: str) -> "Worker":
        """Write into a field, unfolding what it lies in."""
        self._shown(self.driver.find_element(By.ID, field)).send_keys(text)
        return self

    def chooses(self, field: str, value: str) -> "Worker":
        """Choose from a list."""
        Select(self._shown(self.driver.find_element(By.ID, field))).select_by_value(value)
        return self

    def ticks(self, field: str, value: str) -> "Worker":
        """Tick a box."""
        box = f"input[name='{field}'][value='{value}']"
        self._shown(self.driver.find_element(By.CSS_SELECTOR, box)).click()
        return self

    def _shown(self, element: WebElement) -> WebElement:
        self.driver.execute_script(
            "const box = arguments[0].closest('details'); if (box) box.open = true;"
            "arguments[0].scrollIntoView({block: 'center'});",
            element,
        )
        return element


Sit = Callable[[StaffPerson], Worker]
