"""Every page on the narrowest phone, light and dark: axe, one heading, nothing broader than it."""

from collections.abc import Callable, Iterator
from itertools import cycle

import pytest
from flask import Flask, abort
from selenium.webdriver.chrome.webdriver import WebDriver
from sqlalchemy.orm import Session

from bench.chromium import PHONE, next_page, wait_until_shown
from portal.accounts.models import Account, Role
from portal.accounts.service.sign_in import SessionStep
from portal.cases.bodies import PORTAL_BOARD
from portal.core.calendar import Quarter
from portal.core.taxonomy import load
from portal.core.terms import LANGUAGES
from tests.axe import COLOURS, violations
from tests.factories import REGION, Make
from tests.review.desk import at_desk
from tests.staff import COOKIE, signed_in
from tests.statistics.histories import Histories, QuarterPublisher
from tests.statistics.service.test_build import a_busy_quarter

FAULTS = (400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503)
# Answers for scripts, pictures, and pages that lead elsewhere at once.
NO_PAGES = {"accounts.device_picture", "dialogue.sealed_view", "dialogue.view", "review.labels"} | {
    *("dialogue.log_bundle", "dialogue.log_check"),
    *("statistics.index", "accounts.waiting", "accounts.standing"),
}
HALF_WAY = {"accounts.code": SessionStep.PASSWORD, "accounts.device": SessionStep.ENROL}
FOR_ADMINISTRATORS = {"admin.accounts", "admin.keys"}
# One page of each kind that a release has.
OF_A_RELEASE = {"index", "compare", "timeliness", "outcomes", "verdicts", "early-warning"} | {
    *("faults", "data", "explorer", "region-KZ-75", "compare-KZ-75", "category-force"),
}
UNFOLD = "for (const one of document.querySelectorAll('details')) one.open = true"
MEASURE = """
const root = document.documentElement;
const { responseStatus } = performance.getEntriesByType("navigation")[0];
const headings = document.querySelectorAll("h1").length;
return [root.scrollWidth - root.clientWidth, headings, responseStatus];
"""
CHOOSE = """
document.querySelector(`[name=subcategory][value="${arguments[0]}"]`).checked = true;
document.querySelector("#region").value = arguments[1];
document.querySelector("main form").submit();
"""


class Look:
    """A phone whose owner looks at one page after the other, and remembers what is wrong."""

    def __init__(self, driver: WebDriver, address: str) -> None:
        self.driver, self.address = driver, address
        self.faults: dict[str, list[str]] = {}

    def at(self, path: str, status: int = 200) -> None:
        """Open a page and look at it."""
        self.driver.get(self.address + path)
        self.here(path, status)
        # the explorer keeps what was chosen behind the address
        led_to = self.driver.current_url.removeprefix(self.address).partition("#")[0]
        if led_to != path:
            self.faults.setdefault(path, []).append(f"leads to {led_to}")

    def here(self, name: str, status: int = 200) -> None:
        """Look at the page that is open."""
        self._colours("light")
        self.driver.execute_script(UNFOLD)
        too_broad, headings, came = self.driver.execute_script(MEASURE)
        faults = violations(self.driver)
        faults += [f"{too_broad} pixels too broad"] if too_broad > 0 else []
        faults += [f"status {came}"] if came != status else []
        faults += [f"{headings} main headings"] if headings != 1 else []
        self._colours("dark")
        faults += [f"dark: {colour}" for colour in violations(self.driver, COLOURS)]
        if faults:
            self.faults[name] = faults

    def _colours(self, scheme: str) -> None:
        wishes = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
        features = [{"name": name, "value": value} for name, value in wishes.items()]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def signs_in(self, app: Flask, account: Account, step: SessionStep = SessionStep.FULL) -> None:
        """Go on as a member of staff."""
        cookie = signed_in(app, account, step=step).client.get_cookie(COOKIE)
        assert cookie is not None
        self.driver.add_cookie({"name": COOKIE, "value": cookie.value, "sameSite": "Strict"})


@pytest.fixture
def app(app: Flask) -> Flask:
    """A portal with pages that only fail."""

    def fail(status: int) -> str:
        abort(status)

    app.add_url_rule("/<lang>/fails/<int:status>", view_func=fail)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def look(visit: Callable[..., WebDriver], address: str) -> Iterator[Look]:
    """A phone; at the end every page it came to must have been without fault."""
    look = Look(visit(size=PHONE, arguments=("--hide-scrollbars",)), address)
    yield look
    assert look.faults == {}


@pytest.fixture
def languages() -> Iterator[str]:
    """The languages in turn."""
    return cycle(LANGUAGES)


def pages(app: Flask) -> dict[str, str]:
    """Return the paths of all pages whose address names nothing but the language."""
    return {
        rule.endpoint: rule.rule.replace("<lang:lang>", "{lang}")
        for rule in app.url_map.iter_rules()
        if rule.arguments == {"lang"} and "GET" in (rule.methods or ())
        if rule.endpoint not in NO_PAGES
    }


def test_every_public_page(
    app: Flask, look: Look, languages: Iterator[str], session: Session, make: Make
) -> None:
    make.portal(PORTAL_BOARD)
    histories, press = Histories(session), QuarterPublisher(app, session)
    a_busy_quarter(histories)
    press.publish()
    press.publish(Quarter("2026-q4"))

    public = {path for path in pages(app).values() if "/staff" not in path}
    for path in sorted(
        public | {f"/figures/2026-q4/v1/{{lang}}/{name}.html" for name in OF_A_RELEASE}
    ):
        look.at(path.format(lang=next(languages)))
    for status in FAULTS:
        look.at(f"/{next(languages)}/fails/{status}", status)


def test_the_page_of_writing_for_every_category(
    look: Look, languages: Iterator[str], make: Make
) -> None:
    make.portal()

    for category in load().categories:
        look.driver.get(f"{look.address}/{next(languages)}/report")
        first = load().list_subcategories(category)[0].id
        with next_page(look.driver):
            look.driver.execute_script(CHOOSE, first, REGION)
        wait_until_shown(look.driver, "[data-badge]")
        look.here(category)


def test_every_page_of_staff(app: Flask, look: Look, languages: Iterator[str], make: Make) -> None:
    desk = at_desk(make)
    body = desk.unit.code
    head = make.person(role=Role.HEAD, body_code=body).account
    newcomer = make.person(body_code=body, key=False).account
    administrator = make.person(role=Role.ADMINISTRATOR, body_code=None).account
    board = make.person(role=Role.OVERSIGHT, body_code=PORTAL_BOARD).account
    known = {name: path for name, path in pages(app).items() if "/staff" in path}

    for name, path in known.items():
        role = administrator if name in FOR_ADMINISTRATORS else head
        role = board if name == "statistics.drafts" else role
        look.driver.get(f"{look.address}/en/")
        look.signs_in(app, role, HALF_WAY.get(name, SessionStep.FULL))
        look.at(path.format(lang=next(languages)))
    look.signs_in(app, administrator)
    look.at(f"/{next(languages)}/staff/accounts/{newcomer.id}")
    look.signs_in(app, head)
    look.at(f"/{next(languages)}/staff/members/{newcomer.id}")
    desk.take()
    look.at(f"/{next(languages)}/staff/case/{desk.case.id}/trail")
    look.at(f"/{next(languages)}/staff/people/{desk.account.id}/trail")
    look.signs_in(app, desk.account)
    look.at(f"/{next(languages)}/staff/case/{desk.case.id}")
