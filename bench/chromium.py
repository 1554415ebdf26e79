"""The Chromium that journeys drive: no display, no service of its own, this machine only.

A press on a button returns before the next page has come, so whatever is asked next may be asked
of a page that is just going. Elements look themselves up anew then; who must not be answered by
the page before waits for the other one with `next_page`.
"""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from selenium import webdriver
from selenium.common.exceptions import (
    NoSuchElementException,
    StaleElementReferenceException,
    WebDriverException,
)
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.command import Command
from selenium.webdriver.remote.errorhandler import ErrorHandler
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.wait import WebDriverWait

Answer = TypeVar("Answer")
PATIENCE_SECONDS = 60  # a busy machine is no fault of the portal
POLL_SECONDS = 0.1
LEFT = "does not belong to the document"  # a node of the page before, told as no known error
DESKTOP = (1280, 900)
PHONE = (320, 640)
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
)


class Errors(ErrorHandler):
    """What the driver says went wrong, by the one name that a page has for it which just left."""

    def check_response(self, response: dict[str, Any]) -> None:
        """Raise what a response tells, if it tells of a fault."""
        try:
            super().check_response(response)
        except WebDriverException as error:
            if LEFT in str(error.msg):
                raise StaleElementReferenceException(error.msg) from error
            raise


class Element(WebElement):
    """An element that was looked up by itself, and looks itself up anew once its page has gone.

    Nothing was done yet when the driver says that an element is stale, so a click and typed letters
    are repeated like a question. `is_enabled` is not: it is how Selenium asks whether a page went.
    """

    sought: tuple["Chromium | Element", str, str | None] | None = None

    def find_element(self, by: Any = By.ID, value: str | None = None) -> "Element":
        """Find what lies in this element, once it is there."""
        return _await_element(self, super().find_element, by, value)

    def _execute(self, command: str, params: dict[str, Any] | None = None) -> Any:
        def execute() -> Any:
            return super(Element, self)._execute(command, params)  # type: ignore[no-untyped-call]

        return execute() if command == Command.IS_ELEMENT_ENABLED else _ask_again(execute, [self])

    def look_anew(self) -> None:
        """Become the element that the same search finds now."""
        if self.sought is None:
            raise NoSuchElementException("it was one of several")
        parent, by, value = self.sought
        self._id = parent.find_element(by, value).id


class Chromium(webdriver.Chrome):
    """A browser that waits for what is looked up, and knows whether its pages run scripts."""

    _web_element_cls = Element
    scripts = True

    def find_element(self, by: Any = By.ID, value: str | None = None) -> Element:
        """Find an element, once it is there."""
        return _await_element(self, super().find_element, by, value)

    def execute_script(self, script: str, *args: Any) -> Any:
        """Run a script on the page."""

        def execute() -> Any:
            return super(Chromium, self).execute_script(script, *args)

        return _ask_again(execute, [given for given in args if isinstance(given, Element)])


def _await_element(
    parent: Chromium | Element, find: Callable[..., WebElement], by: Any, value: str | None
) -> Element:
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            element = find(by, value)
        except NoSuchElementException:
            if time.monotonic() > end:
                raise
            time.sleep(POLL_SECONDS)
        else:
            assert isinstance(element, Element)
            element.sought = (parent, by, value)
            return element


def _ask_again(ask: Callable[[], Any], elements: list[Element]) -> Any:
    """Ask, and ask again after the elements were looked up anew if their page has gone."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return ask()
        except StaleElementReferenceException as error:
            if time.monotonic() > end:
                raise
            try:
                for element in elements:
                    element.look_anew()
            except NoSuchElementException:
                raise error from None


def wait(
    driver: WebDriver, true: Callable[[WebDriver], Answer], *, seconds: float = PATIENCE_SECONDS
) -> Answer:
    """Ask until the answer is neither false nor empty, whatever a page that goes may say, too."""
    waiting = WebDriverWait(driver, seconds, POLL_SECONDS, ignored_exceptions=[WebDriverException])
    return waiting.until(true)


@contextmanager
def next_page(driver: WebDriver) -> Iterator[None]:
    """Wait, after what is done inside, until the page that was open has gone."""
    page = driver.find_element(By.TAG_NAME, "html")
    yield
    wait(driver, staleness_of(page))


def wait_until_shown(driver: WebDriver, selector: str, by: str = By.CSS_SELECTOR) -> WebElement:
    """Wait until an element is shown, and return the first that is."""

    def find_displayed(_: WebDriver) -> WebElement | None:
        elements = driver.find_elements(by, selector)
        return next((element for element in elements if element.is_displayed()), None)

    element = wait(driver, find_displayed)
    assert element is not None
    return element


def read_texts(driver: WebDriver, selector: str) -> list[str]:
    """Return what several elements say, all of the same page."""
    return wait(
        driver,
        lambda _: [item.text for item in driver.find_elements(By.CSS_SELECTOR, selector)],
    )


def wait_until_saved(path: Path) -> Path:
    """Wait for a file that a browser saves, until all of it is there."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not path.exists() or not path.stat().st_size or list(path.parent.glob("*.crdownload")):
        assert time.monotonic() < end, f"{path.name} was not saved"
        time.sleep(POLL_SECONDS)
    return path


def start_chromium(
    profile: Path,
    *,
    size: tuple[int, int] = DESKTOP,
    scripts: bool = True,
    language: str = "en",
    arguments: tuple[str, ...] = (),
    dialogs: bool = False,
) -> Chromium:
    """Start one browser.

    Args:
        profile: an empty folder of its own; what the browser keeps and downloads goes there.
        size: width and height of the window in pixels.
        scripts: whether pages may run JavaScript.
        language: what the browser asks for in Accept-Language.
        arguments: further command-line arguments.
        dialogs: whether to note each dialog that opens, for `asks_to_stay`.

    Returns:
        The driver. Call its `quit` when done.
    """
    options = webdriver.ChromeOptions()
    options.binary_location = _find_program("chromium")
    for argument in (*ARGUMENTS, *arguments):
        options.add_argument(argument)
    options.add_argument(f"--user-data-dir={profile / 'chromium'}")
    options.add_argument(f"--window-size={size[0]},{size[1]}")
    preferences: dict[str, object] = {
        "intl.accept_languages": language,
        "download.default_directory": str(profile / "downloads"),
        "download.prompt_for_download": False,
    }
    if not scripts:
        preferences["profile.managed_default_content_settings.javascript"] = 2
    options.add_experimental_option("prefs", preferences)
    logs = {"browser": "ALL"} | ({"performance": "ALL"} if dialogs else {})
    options.set_capability("goog:loggingPrefs", logs)
    driver = Chromium(options=options, service=Service(_find_program("chromedriver")))
    driver.scripts = scripts
    driver.error_handler = Errors()
    driver.set_window_size(*size)
    return driver


def was_asked_to_stay(driver: webdriver.Chrome) -> bool:
    """Tell whether the browser asked, since this was called last, before it left a page.

    The driver itself answers each time that the page may be left.
    """
    log = driver.get_log("performance")  # type: ignore[no-untyped-call]
    said = [json.loads(line["message"])["message"] for line in log]
    opened = [
        event["params"] for event in said if event["method"] == "Page.javascriptDialogOpening"
    ]
    return any(event["type"] == "beforeunload" for event in opened)


def _find_program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise FileNotFoundError(f"{name} is not installed")
    return path
