"""A reporter's browser compares the case with the public log, and a page checks files at home."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request
from selenium.webdriver.chrome.webdriver import WebDriver
from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.chromium import wait
from crypto import receipt
from portal.cases.models import Envelope
from portal.core import clock
from tests.axe import violations
from tests.dialogue.logged import LATER, MERGED_ON, LoggedCase, logged
from tests.factories import Make
from tests.journeys.test_filing import click, find_element, wait_for

Visit = Callable[..., WebDriver]
Tamper = Callable[[LoggedCase], object]
GOOD = {"kk": "Бәрі сәйкес", "ru": "Всё сходится", "en": "Everything fits"}
FIRST = {"kk": "2026\u202fж. 2 наурыз", "ru": "2 марта 2026", "en": "2 March 2026"}
UNSCRIPTED = {
    "kk": "Бұл бетке скриптер керек",
    "ru": "Этой странице нужны скрипты",
    "en": "This page needs scripts",
}


@pytest.fixture
def case(make: Make, session: Session) -> LoggedCase:
    """A case that was decided and closed; all of it stands in the log."""
    case = logged(make, session)
    case.merge(LATER)
    return case


def opened(driver: WebDriver, address: str, code: str, *, lang: str = "en") -> None:
    """Come back with a receipt, and let the browser check the case."""
    driver.get(f"{address}/{lang}/case")
    wait_for(driver, "[data-badge]")
    find_element(driver, "#receipt").send_keys(code)
    click(driver, "#receipt-form [type=submit]")
    wait_for(driver, "[data-log-check]")
    drawn = "return document.querySelector('[data-content] > .soft') === null"
    wait(driver, lambda _: driver.execute_script(drawn))
    click(driver, "[data-log-check]")
    wait_for(driver, "[data-log-result]")


def read_findings(driver: WebDriver) -> list[str]:
    """Return the faults that the browser names."""
    script = "return [...document.querySelectorAll('[data-fault]')].map((one) => one.dataset.fault)"
    return list(driver.execute_script(script))


def width(driver: WebDriver) -> int:
    return int(driver.execute_script("return document.documentElement.scrollWidth"))


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_a_case_that_fits_is_said_to_fit(
    address: str, visit: Visit, case: LoggedCase, lang: str
) -> None:
    driver = visit(size=(320, 640))

    opened(driver, address, case.filed.code, lang=lang)

    assert GOOD[lang] in find_element(driver, "[data-log-good]").text
    assert read_findings(driver) == []
    steps = driver.find_elements("css selector", "[data-log-steps] li")
    assert len(steps) == len(case.bundle().steps)
    assert f", {FIRST[lang]}" in steps[0].text
    assert find_element(driver, "[data-log-evidence]").get_property("textContent") == ""
    assert width(driver) <= 320
    assert violations(driver) == []
    log = driver.get_log("browser")  # type: ignore[no-untyped-call]
    assert not [line for line in log if line["level"] == "SEVERE"]


def envelope(case: LoggedCase, kind: str) -> Envelope:
    case.session.expire_all()
    return next(envelope for envelope in case.filed.case.envelopes if envelope.kind == kind)


def delete_letter(case: LoggedCase) -> None:
    case.session.delete(envelope(case, "question"))


def exchange_letter(case: LoggedCase) -> None:
    letter, other = envelope(case, "question"), envelope(case, "decision")
    letter.sealed, letter.digest = other.sealed, other.digest


def date_letter(case: LoggedCase) -> None:
    envelope(case, "question").filed_on = MERGED_ON


def date_state(case: LoggedCase) -> None:
    case.filed.case.history[-1].changed_on = date(2026, 3, 3)


def turn_outcome(case: LoggedCase) -> None:
    case.filed.case.allegations[0].outcome = "unfounded"


def rewrite_history(case: LoggedCase) -> None:
    case.session.execute(text("DROP TRIGGER log_steps_final"))
    case.session.execute(
        text("UPDATE log_steps SET made_on = '2026-03-01' WHERE what = 'acknowledged'")
    )
    case.filed.case.history[1].changed_on = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("tamper", "lang", "faults"),
    [
        (delete_letter, "kk", ["missing"]),
        (exchange_letter, "ru", ["missing"]),
        (date_letter, "en", ["different"]),
        (date_state, "kk", ["different"]),
        (turn_outcome, "ru", ["outcome"]),
        (rewrite_history, "en", ["altered", "order"]),
    ],
)
def test_what_an_insider_changes_is_found_by_the_browser(
    address: str, visit: Visit, case: LoggedCase, tamper: Tamper, lang: str, faults: list[str]
) -> None:
    tamper(case)
    case.session.commit()
    driver = visit(size=(320, 640))

    opened(driver, address, case.filed.code, lang=lang)

    assert set(faults) <= set(read_findings(driver))
    judged = case.check(today=clock.get_today())  # the server says the same
    assert sorted(read_findings(driver)) == sorted(fault.fault.value for fault in judged.faults)
    assert not find_element(driver, "[data-log-good]").is_displayed()
    assert find_element(driver, "[data-log-evidence]").text == case.blind.hex()
    assert width(driver) <= 320
    assert violations(driver) == []


def chosen(driver: WebDriver, address: str, file: Path, code: str, *, lang: str = "en") -> None:
    """Check a file on the page for it."""
    driver.get(f"{address}/{lang}/log/verify")
    wait_for(driver, "#verify")
    find_element(driver, "#file").send_keys(str(file))
    find_element(driver, "#code").send_keys(code)
    click(driver, "#verify [type=submit]")


def saved(folder: Path, bundle: dict[str, Any]) -> Path:
    path = folder / "log.json"
    path.write_text(json.dumps(bundle), encoding="utf-8")
    return path


def content(case: LoggedCase) -> dict[str, Any]:
    bundle: dict[str, Any] = json.loads(case.bundle().text)
    return bundle


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_a_file_is_checked_and_nothing_of_it_is_sent_or_kept(
    address: str, visit: Visit, app: Flask, case: LoggedCase, tmp_path: Path, lang: str
) -> None:
    asked: list[tuple[str, str]] = []
    app.before_request_funcs.setdefault(None, []).append(
        lambda: asked.append((request.method, request.path))
    )
    driver = visit(size=(320, 640))

    chosen(driver, address, saved(tmp_path, content(case)), case.filed.code, lang=lang)

    wait_for(driver, "[data-log-result]")
    assert GOOD[lang] in find_element(driver, "[data-log-good]").text
    assert content(case)["log_key"] in find_element(driver, "[data-log-key]").text
    assert find_element(driver, "#code").get_property("value") == ""
    assert {method for method, _ in asked} == {"GET"}
    assert not [path for _, path in asked if not path.startswith(("/static/", f"/{lang}/log/"))]
    assert driver.execute_script("return localStorage.length + sessionStorage.length") == 0
    assert width(driver) <= 320
    assert violations(driver) == []


def test_a_file_is_checked_without_a_connection_and_with_the_key_for_checking(
    address: str, visit: Visit, case: LoggedCase, tmp_path: Path
) -> None:
    driver = visit()
    driver.get(f"{address}/en/log/verify")
    wait_for(driver, "#verify")
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd(
        "Network.emulateNetworkConditions",
        {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1},
    )
    find_element(driver, "#file").send_keys(str(saved(tmp_path, content(case))))

    for code in (case.filed.code, case.blind.hex()):
        find_element(driver, "#code").send_keys(code)
        click(driver, "#verify [type=submit]")
        wait_for(driver, "[data-log-good]")


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_an_altered_file_another_receipt_and_another_file_are_told(
    address: str, visit: Visit, case: LoggedCase, tmp_path: Path, lang: str
) -> None:
    driver = visit(size=(320, 640))
    bundle = content(case)
    bundle["steps"][2]["day"] = "2026-03-05"
    chosen(driver, address, saved(tmp_path, bundle), case.filed.code, lang=lang)
    wait_for(driver, "[data-fault]")
    assert "altered" in read_findings(driver)
    assert width(driver) <= 320
    assert violations(driver) == []

    other = receipt.format_digits(bytes(11))
    chosen(driver, address, saved(tmp_path, content(case)), other, lang=lang)
    wait_for(driver, "[data-fault]")
    assert read_findings(driver) == ["exchanged", "altered"]

    chosen(driver, address, saved(tmp_path, {"v": 1}), other, lang=lang)
    assert wait_for(driver, "[data-trouble]").text


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_without_scripts_the_page_says_so_and_asks_for_no_code(
    address: str, visit: Visit, lang: str
) -> None:
    driver = visit(scripts=False, size=(320, 640))
    driver.get(f"{address}/{lang}/log/verify")

    assert UNSCRIPTED[lang] in wait_for(driver, "[data-unscripted]").text
    assert not find_element(driver, "#code").is_displayed()
    assert not find_element(driver, "#file").get_attribute("name")
    assert width(driver) <= 320
