"""A report, its reporter coming back without scripts, and the body that answers."""

from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from tests.dialogue.letters import ReplyDesk
from tests.factories import Make
from tests.page import Browser

ENTER, FIND, VIEW = "/en/case", "/en/case/enter", "/en/case/view"


@dataclass(frozen=True)
class ReporterBrowser:
    """A person with a receipt and a browser without scripts."""

    browser: Browser
    code: str

    def come_back(self) -> str:
        """Enter the code, and return the page of the case."""
        page = self.browser.get(ENTER)
        self.browser.post(FIND, status=303, page=page, receipt=self.code)
        return self.browser.get(VIEW)

    def send(self, what: str, *, status: int = 303, page: str = "", **answers: object) -> str:
        """Send one form of the page of the case, and return what comes."""
        page = page or self.browser.get(VIEW)
        return self.browser.post(f"/en/case/{what}", status=status, page=page, **answers)


@pytest.fixture
def desk(session: Session, make: Make) -> ReplyDesk:
    return ReplyDesk(session, make, make.filed())


@pytest.fixture
def reporter(browser: Browser, desk: ReplyDesk) -> ReporterBrowser:
    """The reporter of that case, who has come back."""
    person = ReporterBrowser(browser, desk.filed.code)
    person.come_back()
    return person
