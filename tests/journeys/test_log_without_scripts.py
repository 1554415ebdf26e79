"""A reporter without scripts: keeps the promise, checks the log on the page and then at home."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bench.chromium import PHONE, Chromium, next_page, wait_until_saved
from portal.core import clock
from portal.transparency.writing import service
from tests.axe import violations
from tests.dialogue.conftest import ReporterBrowser
from tests.dialogue.logged import logged
from tests.factories import Make
from tests.journeys.test_filing import answer, click, code_on, find_element, start, wait_for
from tests.page import Browser

Visit = Callable[..., Chromium]
PROGRAM = Path(__file__).parents[2] / "portal" / "downloads" / "check_report.py"
KEPT = Path("browser-0") / "downloads"
TO_LOG = "a[href$='/case/log']"
WIDTH = "return document.documentElement.scrollWidth - window.innerWidth"
FITS = {"kk": "Бәрі сәйкес", "ru": "Всё сходится", "en": "Everything fits"}
IN = {"kk": "журналда бар", "ru": "есть в журнале", "en": "in the log"}


@pytest.mark.parametrize("lang", FITS)
def test_a_report_is_found_in_the_log_by_its_receipt(
    address: str, visit: Visit, make: Make, session: Session, tmp_path: Path, lang: str
) -> None:
    make.portal()
    driver = visit(scripts=False, size=PHONE)
    start(driver, address, lang=lang)
    answer(driver)
    click(driver, "#report > button[type=submit]")
    code = code_on(driver)
    click(driver, "details[data-promise] summary")
    assert "pmp/v1/promise" in str(find_element(driver, "#note").get_property("value"))
    click(driver, "details[data-promise] button")
    promise = wait_until_saved(tmp_path / KEPT / "note.txt")
    service.merge(session, make.log, today=clock.get_today() + timedelta(days=8))
    session.commit()

    follows_to_log(driver, f"{address}/{lang}/case", code)
    assert FITS[lang] in wait_for(driver, ".notice.good").text
    assert driver.execute_script(WIDTH) <= 0
    click(driver, "a[href$='/case/log.json']")
    bundle = wait_until_saved(tmp_path / KEPT / "log.json")

    at_home = check_at_home(code, bundle, "--promise", promise, "--lang", lang)
    assert at_home.returncode == 3  # it fits, but no witness vouches for it
    assert IN[lang] in at_home.stdout
    assert code not in at_home.stdout + at_home.stderr


def follows_to_log(driver: Chromium, address: str, code: str) -> None:
    """Come back with the receipt, and follow the link to what the log says."""
    driver.get(address)
    find_element(driver, "#receipt").send_keys(code)
    click(driver, "#receipt-form [type=submit]")
    wait_for(driver, TO_LOG)
    with next_page(driver):
        click(driver, TO_LOG)


def check_at_home(code: str, *given: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the program as a reporter does, with nothing of the portal around it."""
    return subprocess.run(  # noqa: S603 - our own program on files of this test
        [sys.executable, "-I", PROGRAM, *given],
        input=f"{code}\n",
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("lang", FITS)
def test_the_pages_are_accessible_honest_or_not(
    address: str, visit: Visit, make: Make, session: Session, browser: Browser, lang: str
) -> None:
    case = logged(make, session)
    ReporterBrowser(browser, case.filed.code).come_back()
    cookie = browser.client.get_cookie("visit")
    assert cookie is not None
    driver = visit(size=PHONE)
    driver.get(f"{address}/{lang}")
    driver.add_cookie({"name": "visit", "value": cookie.value, "sameSite": "Strict"})

    driver.get(f"{address}/{lang}/case/log")
    assert violations(driver) == []
    session.delete(case.filed.case.envelopes[-1])
    session.commit()
    driver.get(f"{address}/{lang}/case/log")
    wait_for(driver, ".notice.danger")
    assert violations(driver) == []
    assert driver.execute_script(WIDTH) <= 0
