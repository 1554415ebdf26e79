"""Starts the Chromium that journeys drive: no display, no service of its own, this machine only."""

import json
import shutil
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.remote.errorhandler import ErrorHandler

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


def start_chromium(
    profile: Path,
    *,
    size: tuple[int, int] = DESKTOP,
    scripts: bool = True,
    language: str = "en",
    arguments: tuple[str, ...] = (),
    dialogs: bool = False,
) -> webdriver.Chrome:
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
    options.binary_location = _program("chromium")
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
    driver = webdriver.Chrome(options=options, service=Service(_program("chromedriver")))
    driver.error_handler = Errors()
    driver.set_window_size(*size)
    return driver


def asks_to_stay(driver: webdriver.Chrome) -> bool:
    """Tell whether the browser asked, since this was called last, before it left a page.

    The driver itself answers each time that the page may be left.
    """
    log = driver.get_log("performance")  # type: ignore[no-untyped-call]
    said = [json.loads(line["message"])["message"] for line in log]
    opened = [item["params"] for item in said if item["method"] == "Page.javascriptDialogOpening"]
    return any(item["type"] == "beforeunload" for item in opened)


def _program(name: str) -> str:
    result = shutil.which(name)
    if result is None:
        raise FileNotFoundError(f"{name} is not installed")
    return result
