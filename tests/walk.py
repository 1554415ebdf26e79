"""A walk through the pages of a portal in which something has happened, and what they say."""

import json
import re
from collections.abc import Iterator
from contextlib import nullcontext
from http import HTTPStatus
from typing import Any
from xml.etree.ElementTree import Element

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.accounts.models import Role
from portal.accounts.service.sign_in import SessionStep
from portal.cases.bodies import PORTAL_BOARD
from portal.core.calendar import Quarter
from portal.core.taxonomy import load
from portal.statistics import rendering
from portal.statistics.site.pages.page_context import Renderer
from portal.statistics.site.pages.release_pages import build_release_pages
from portal.web import errors
from tests.factories import Make
from tests.intake.steps import needed, send, write_page
from tests.page import XHTML, Browser, tree_of
from tests.review.desk import at_desk
from tests.staff import signed_in
from tests.statistics import histories, invented
from tests.statistics.histories import Histories
from tests.statistics.service.test_build import a_busy_quarter
from tests.statistics.site.pages.shelf import FACTS

OTHER_REGIONS = "(region|compare)-KZ-(?!75)"
WORDLESS = "accounts.standing"  # codes for a script
MISTAKES = (400, 401, 403, 404, 405, 409, 413, 429, 500, 503)
TOLD: dict[str, str | list[str]] = {"danger_now": "no", "what_happened": "Бекетте ақша сұрады."}
SPOKEN = ("alt", "aria-label", "label", "placeholder", "title")
UNREAD = {f"{XHTML}{tag}" for tag in ("code", "script", "style", "textarea")}


def said(page: str, language: str) -> list[str]:
    """Return every text of a page, or of the JSON that a script is given."""
    if page.startswith("{"):
        content = _values(json.loads(page))
    else:
        tree = tree_of(page)
        assert tree.get("lang") == language
        content = _spoken(tree, language)
    return [text.strip() for text in content if text.strip()]


def _values(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for inner in data.values() if isinstance(data, dict) else data:
            yield from _values(inner)


def _spoken(node: Element, language: str) -> Iterator[str]:
    """Yield what is shown, heard, or waits in a template for a script."""
    other = node.get("lang", language) != language
    if node.tag in UNREAD or other or "code" in (node.get("class") or "").split():
        return
    yield node.text or ""
    yield from (node.get(name, "") for name in SPOKEN)
    for child in node:
        yield from _spoken(child, language)
        yield child.tail or ""


class Walk:
    """Goes through the pages of a portal in which something has happened."""

    def __init__(self, app: Flask, session: Session, make: Make) -> None:
        self.app, self.make = app, make.portal()
        cases = Histories(session)
        a_busy_quarter(cases)
        press = histories.QuarterPublisher(app, session, histories.NAMES)
        press.publish()
        press.draft(Quarter("2026-q4"))
        self.desk = at_desk(make, answers=TOLD).take().step("acknowledge", "assess")

    def pages(self, language: str) -> Iterator[str]:
        """Yield every page."""
        yield from self._mistakes(language)
        yield from self._filing(language)
        yield from self._coming_back(language)
        yield from self._of(self.app.test_client(), language)
        yield from self._published(language)
        yield from self._of_staff(language)

    def _published(self, language: str) -> Iterator[str]:
        """Yield the pages of a release, printed anew in the words of the day."""
        press = Renderer(
            rendering.render_page, rendering.render_figure, lambda: nullcontext(lambda _svg: b"")
        )
        with self.app.app_context():
            made = build_release_pages(invented.history(number_of=1), FACTS, {}, press)
        for path, content in made.items():
            folder, _, name = path.partition("/")
            if folder == language and not re.search(OTHER_REGIONS, name):
                yield content.decode()
        yield made[f"embed/{language}/kinds.html"].decode()

    def _of_staff(self, language: str) -> Iterator[str]:
        member = self.desk.account
        head = self.make.person(role=Role.HEAD, body_code=member.body_code).account
        board = self.make.person(role=Role.OVERSIGHT, body_code=PORTAL_BOARD).account
        administrator = self.make.person(role=Role.ADMINISTRATOR, body_code=None).account
        for account, step, more in (
            (member, SessionStep.FULL, f"staff/case/{self.desk.case.id}"),
            (head, SessionStep.FULL, f"staff/members/{member.id}"),
            (head, SessionStep.FULL, f"staff/case/{self.desk.case.id}/trail"),
            (board, SessionStep.FULL, f"staff/people/{member.id}/trail"),
            (board, SessionStep.FULL, "staff/notices"),
            (administrator, SessionStep.FULL, f"staff/accounts/{member.id}"),
            (member, SessionStep.PASSWORD, "staff/code"),
            (member, SessionStep.ENROL, "staff/welcome/device"),
        ):
            browser = signed_in(self.app, account, step=step)
            yield from self._of(browser.client, language, more)

    def _of(self, client: FlaskClient, language: str, *more: str) -> Iterator[str]:
        """Yield what somebody finds under the addresses that need no more than a language."""
        rules = [rule for rule in self.app.url_map.iter_rules() if rule.arguments == {"lang"}]
        read = [
            rule.rule
            for rule in rules
            if "GET" in (rule.methods or ()) and rule.endpoint != WORDLESS
        ]
        plain = [rule.removeprefix("/<lang:lang>/") for rule in read]
        for address in (*plain, *more):
            answer = client.get(f"/{language}/{address}")
            if not answer.location and answer.mimetype in {"text/html", "application/json"}:
                yield answer.text

    def _mistakes(self, language: str) -> Iterator[str]:
        for status in MISTAKES:
            with self.app.test_request_context(f"/{language}/", method="POST", data=TOLD):
                yield errors.render_error(HTTPStatus(status)).get_data(as_text=True)

    def _filing(self, language: str) -> Iterator[str]:
        browser = Browser(self.app.test_client())
        choosing = browser.get(f"/{language}/report")
        yield browser.post(f"/{language}/report/write", page=choosing, status=422)
        for category in load().categories:
            yield write_page(browser, lang=language, category=category)
        page = write_page(browser, lang=language)
        yield send(browser, page, {}, lang=language, status=422)
        yield send(browser, page, needed("bribery") | TOLD, lang=language)

    def _coming_back(self, language: str) -> Iterator[str]:
        browser = Browser(self.app.test_client())
        page = browser.get(f"/{language}/case")
        address = f"/{language}/case/enter"
        yield browser.post(address, page=page, status=422, receipt="12345")
        browser.post(address, page=page, status=303, receipt=self.desk.filed.code)
        yield browser.get(f"/{language}/case/view")
