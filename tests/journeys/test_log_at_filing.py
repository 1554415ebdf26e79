"""A browser checks the public log while a report is written, and what is promised of it."""

import json
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from babel.dates import format_date
from flask import Flask, request
from selenium.webdriver.chrome.webdriver import WebDriver
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.chromium import Chromium, next_page
from crypto import promise, receipt, steps
from crypto.log_entries import REPORT, Step
from crypto.promise import Promise
from portal.cases.bodies import PORTAL_BOARD
from portal.cases.models import RECOVERY, Case, UnitKey
from portal.core import clock
from portal.transparency import queries
from portal.transparency.writing import announcing, chaining, service
from portal.transparency.writing.log_keys import derive_public_key, derive_signing_key
from portal.transparency.writing.schedule import compute_promised_day
from tests.axe import violations
from tests.factories import Make
from tests.intake.steps import the_case
from tests.journeys.test_filing import answer, code_on, find_element, press, start, wait_for

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Visit = Callable[..., Chromium]
Alter = Callable[[bytes], bytes]
CHECKED = {
    "kk": "Браузеріңіз олардың кілттерін тексерді",
    "ru": "Ваш браузер проверил их ключи",
    "en": "Your browser checked their keys",
}
DO_NOT_WRITE = {"kk": "Осы жерге жазбаңыз", "ru": "Не пишите здесь", "en": "Do not write here"}
BROKEN = {
    "kk": "портал жұрттың бәріне беретін уәдесінде тұрған жоқ",
    "ru": "портал не сделал того, что обещает всем",
    "en": "the portal did not keep to what it promises everybody",
}
# Keeps what a page offers for saving instead of saving it.
SAVED = """
const kept = URL.createObjectURL;
let blob = null;
URL.createObjectURL = (given) => kept.call(URL, blob = given);
arguments[0].click();
blob.text().then(arguments[1]);
"""


@pytest.fixture
def portal(make: Make, session: Session) -> Make:
    """A portal whose keys stand in its log."""
    made = make.portal()
    service.announce(session, make.log, announcing.list_keys(session), today=clock.get_today())
    session.commit()
    return made


def altering(app: Flask, path: str, alter: Alter) -> None:
    """Alter what the portal answers, as whoever runs the server could."""
    inner = app.wsgi_app

    def altered(environment: "WSGIEnvironment", respond: "StartResponse") -> Iterable[bytes]:
        if not environment["PATH_INFO"].endswith(path):
            return inner(environment, respond)
        told: list[tuple[str, list[tuple[str, str]]]] = []

        def keep(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[..., object]:
            told.append((status, headers))
            return lambda _data: None

        body = alter(b"".join(inner(environment, keep)))
        status, headers = told[0]
        rest = [(name, value) for name, value in headers if name.lower() != "content-length"]
        respond(status, [*rest, ("Content-Length", str(len(body)))])
        return [body]

    app.wsgi_app = altered  # type: ignore[assignment,method-assign]


def exchanged(portal: Make, session: Session, code: str) -> None:
    """Alter a key in the database, as who can write there could."""
    key = session.get_one(UnitKey, portal.units[code].key.id)
    key.recipient = portal.units[PORTAL_BOARD].key.recipient
    session.commit()


def filed(driver: Chromium, address: str, *, lang: str = "en") -> str:
    """File a report, and return the code."""
    start(driver, address, lang=lang)
    answer(driver)
    press(driver)
    return code_on(driver)


def cases(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Case)) or 0


def width(driver: WebDriver) -> int:
    result: int = driver.execute_script("return document.documentElement.scrollWidth")
    return result


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_keys_are_checked_and_the_promise_is_shown_and_can_be_saved(
    address: str, visit: Visit, session: Session, portal: Make, lang: str
) -> None:
    driver = visit(size=(320, 640))
    start(driver, address, lang=lang)
    assert CHECKED[lang] in wait_for(driver, "[data-keys]").text
    assert not find_element(driver, "[data-other-key]").is_displayed()
    answer(driver)
    press(driver)
    code = code_on(driver)

    case = the_case(session)
    shown = wait_for(driver, "[data-promise]")
    assert not find_element(driver, "[data-broken]").is_displayed()
    driver.execute_script("document.querySelector('[data-promise]').open = true")
    form = "long" if lang == "kk" else "d MMMM y"
    assert (
        format_date(compute_promised_day(case.received_on), form, lang)
        in find_element(driver, "[data-by]").text
    )
    saved = driver.execute_async_script(SAVED, find_element(driver, "[data-save]"))
    given = promise.verify_promise(
        saved.encode(), derive_public_key(portal.keyring, portal.log.origin)
    )
    assert given.merge_by == compute_promised_day(case.received_on)
    blind = receipt.derive(receipt.parse(code)).blinding_key
    (told,) = queries.list_steps(portal.session, case.id)
    assert told.digest == case.envelopes[0].digest
    assert given.step == steps.commit(blind, REPORT, 0, b"", chaining.encode_payload(told))
    assert width(driver) <= 320
    assert shown.is_displayed()
    assert violations(driver) == []


def nothing(_portal: Make) -> str:
    return ""


def another(portal: Make) -> str:
    """Promise another report."""
    step = steps.commit(bytes(32), REPORT, 0, b"", steps.encode_report(bytes(32)))
    return signed(portal, step.entry, compute_promised_day(clock.get_today()))


def signed(portal: Make, entry: bytes, day: date) -> str:
    step = Step(REPORT, entry[2:18], entry[18:], entry[0])
    return promise.sign_promise(
        Promise(portal.log.origin, day, step), derive_signing_key(portal.keyring)
    ).decode()


@pytest.mark.parametrize(
    "told",
    [
        ("kk", nothing, "қол қойылған уәде бермеді"),
        ("ru", another, "дано не о том сообщении"),
        ("en", another, "is not for the report that your browser sealed"),
    ],
)
def test_a_promise_that_is_none_is_told_and_the_receipt_is_shown_all_the_same(
    address: str,
    visit: Visit,
    app: Flask,
    session: Session,
    portal: Make,
    told: tuple[str, Callable[[Make], str], str],
) -> None:
    lang, lie, said = told

    def alter(body: bytes) -> bytes:
        return json.dumps(json.loads(body) | {"promise": lie(portal)}).encode()

    altering(app, "/report/sealed", alter)
    driver = visit(size=(320, 640))

    code = filed(driver, address, lang=lang)

    shown = wait_for(driver, "[data-broken]").text
    assert BROKEN[lang] in shown
    assert said in shown
    assert the_case(session).row_key == receipt.derive_row_key(
        portal.keyring.pepper, receipt.derive(receipt.parse(code)).lookup
    )
    assert width(driver) <= 320
    assert violations(driver) == []


def test_a_promise_for_a_day_that_is_far_away_is_told(
    address: str, visit: Visit, app: Flask, session: Session, portal: Make
) -> None:
    def alter(body: bytes) -> bytes:
        told = json.loads(body)
        promised = promise.verify_promise(
            told["promise"].encode(), derive_public_key(portal.keyring, portal.log.origin)
        )
        later = clock.get_today() + timedelta(days=40)
        return json.dumps(told | {"promise": signed(portal, promised.step.entry, later)}).encode()

    altering(app, "/report/sealed", alter)
    driver = visit()

    assert receipt.parse(filed(driver, address))

    assert "is not within the next ten days" in wait_for(driver, "[data-broken]").text
    the_case(session)


def test_a_second_press_gets_the_promise_of_what_the_first_one_filed(
    address: str, visit: Visit, session: Session, portal: Make
) -> None:
    del portal
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
    press(driver)

    assert receipt.parse(code_on(driver))
    assert not find_element(driver, "[data-broken]").is_displayed()
    the_case(session)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_an_exchanged_key_is_told_with_scripts_and_without(
    address: str, visit: Visit, session: Session, portal: Make, lang: str, *, scripts: bool
) -> None:
    exchanged(portal, session, RECOVERY)
    driver = visit(scripts=scripts, size=(320, 640))

    begin(driver, address, lang)

    assert DO_NOT_WRITE[lang] in wait_for(driver, "[data-other-key]").text
    assert not find_element(driver, "#report").is_displayed()
    assert width(driver) <= 320
    if scripts:
        assert violations(driver) == []


def begin(driver: WebDriver, address: str, lang: str) -> None:
    """Go to the page of writing, which may have nothing to write in."""
    driver.get(f"{address}/{lang}/report")
    chosen = "document.querySelector('[name=subcategory]').checked = true"
    if driver.execute_script("return document.querySelector('#region') !== null"):
        driver.execute_script(f"{chosen}; document.querySelector('#region').selectedIndex = 2")
    with next_page(driver):
        press(driver, "main form button[type=submit]")
    wait_for(driver, "[data-keys]")


def test_a_page_that_brings_another_key_than_the_log_is_found_out_by_the_browser_alone(
    address: str, visit: Visit, app: Flask, session: Session, portal: Make
) -> None:
    posted: list[str] = []
    right, wrong = (portal.units[code].key.recipient.encode() for code in (RECOVERY, PORTAL_BOARD))
    altering(app, "/report/write", lambda page: page.replace(right, wrong))
    app.before_request_funcs.setdefault(None, []).append(lambda: posted.append(request.path))
    driver = visit()

    begin(driver, address, "en")

    assert "Do not write here" in wait_for(driver, "[data-other-key]").text
    assert "is not the one that stands" in find_element(driver, "[data-keys]").text
    driver.execute_script("document.querySelector('#report').requestSubmit()")
    driver.find_element("id", "report")
    assert not [path for path in posted if path.endswith(("/sealed", "/file"))]
    assert cases(session) == 0


def test_a_key_that_is_exchanged_while_somebody_writes_stops_the_report(
    address: str, visit: Visit, session: Session, portal: Make
) -> None:
    driver = visit()
    start(driver, address)
    answer(driver)
    exchanged(portal, session, RECOVERY)

    press(driver)

    told = wait_for(driver, "[data-trouble]")
    assert "Please do not send it from here" in told.text
    assert not find_element(driver, "[data-plain]").is_displayed()
    assert cases(session) == 0
