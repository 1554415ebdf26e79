"""Everybody who uses a portal, each in a browser of their own, and every form they come to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any
from xml.etree.ElementTree import Element

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BuildError, Rule

from portal.accounts.models import Account, Role
from portal.accounts.service.sign_in import SessionStep
from portal.cases.bodies import PORTAL_BOARD
from portal.core import clock
from portal.core.calendar import Quarter
from portal.review.models import ProposalKind
from portal.review.service import proposals
from portal.statistics.catalogue.codelists import NATION
from portal.statistics.models import Reply
from portal.statistics.releases.replies import ALL
from portal.statistics.service import replies
from portal.statistics.service.replies import ReplyDraft
from tests.dialogue.conftest import ENTER, FIND
from tests.dialogue.letters import ReplyDesk as Letters
from tests.dialogue.letters import decide
from tests.factories import REGION, TODAY, Filed, Make
from tests.intake.steps import needed
from tests.page import FIELDS, XHTML, Browser, tree_of
from tests.review.desk import at_desk
from tests.staff import StaffBrowser, signature, signed_in, trail_of
from tests.statistics.histories import NAMES, QuarterPublisher

CHOICE = {"subcategory": "bribery.roadside", "region": REGION, "consent": "any_competent"}
WORDS = "words of a person 7719, long enough"
NOT_TYPED = ("hidden", "submit", "button", "file", "radio", "checkbox", "password")


@dataclass(frozen=True)
class Form:
    """A form of a page, and the browser in which the page is open."""

    endpoint: str
    action: str
    browser: Browser
    filled: Mapping[str, str | list[str]] = field(repr=False)  # as a careful person leaves it
    typed: tuple[str, ...]  # names of the fields for words
    secret: tuple[str, ...]  # names of the fields for passwords
    chosen: tuple[str, ...]  # names of the fields with given answers
    files: tuple[str, ...]  # names of the fields for files
    act: tuple[str, str] = ("", "")  # which act of staff it is, and what it is done to
    trail: str = ""  # where the trail ended when the page was made

    def signed(self) -> dict[str, Any]:
        """Return what is sent when it is left as it is, signed if it is an act."""
        sent: dict[str, Any] = dict(self.filled)
        if self.act[0] and isinstance(self.browser, StaffBrowser) and self.browser.account:
            sent["trail"] = self.trail
            sent |= signature(self.browser.account, *self.act, sent)
        return sent


@dataclass
class Everybody:
    """A portal in which everything is under way, and the people in it."""

    app: Flask
    ids: dict[str, list[str]]
    browsers: list[Browser]

    def forms(self) -> dict[str, Form]:
        """Return a form for each address that takes posts from a page."""
        results: dict[str, Form] = {}
        for browser, page in self._pages():
            for element in tree_of(page).iter(f"{XHTML}form"):
                form = self._form(browser, element, page)
                if form is not None:
                    results.setdefault(form.endpoint, form)
        return results

    def _pages(self) -> Iterator[tuple[Browser, str]]:
        for browser in self.browsers:
            for url in self._addresses("GET"):
                answer = browser.client.get(url)
                if answer.mimetype != "text/html":
                    continue
                if answer.status_code == 200 and answer.text.startswith("<!doctype html>"):
                    yield browser, answer.text
        # the questions of a report stand on an answer to a post
        person = self.browsers[0]
        page = person.get("/en/report")
        yield person, person.post("/en/report/write", status=200, page=page, **CHOICE)

    def _addresses(self, method: str) -> Iterator[str]:
        for rule in self.app.url_map.iter_rules():
            if method in (rule.methods or set()) and rule.endpoint != "static":
                yield from self._filled(rule)

    def _filled(self, rule: Rule) -> Iterator[str]:
        adapter = self.app.url_map.bind("localhost")
        names = sorted(rule.arguments - {"lang"})
        for values in product(*(self.ids.get(name, []) for name in names)):
            parts = dict(zip(names, values, strict=True)) | {"lang": "en"}
            try:
                wanted = parts if "lang" in rule.arguments else {}
                yield adapter.build(rule.endpoint, wanted)
            except BuildError:
                continue

    def _form(self, browser: Browser, element: Element, page: str) -> Form | None:
        action = element.get("action", "")
        if element.get("method") != "post":
            return None
        try:
            endpoint, _ = self.app.url_map.bind("localhost").match(action, method="POST")
        except HTTPException:
            return None
        fields = [node for kind in FIELDS for node in element.iter(XHTML + kind)]
        named = [node for node in fields if node.get("name")]

        def names(*kinds: str) -> tuple[str, ...]:
            return tuple(
                dict.fromkeys(node.get("name", "") for node in named if _kind(node) in kinds)
            )

        typed = [node for node in named if _kind(node) not in NOT_TYPED and _kind(node) != "select"]
        return Form(
            endpoint=endpoint,
            action=action,
            browser=browser,
            filled=_filled_in(named),
            typed=tuple(node.get("name", "") for node in typed),
            secret=names("password"),
            chosen=names("select", "radio", "checkbox"),
            files=names("file"),
            act=(element.get("data-act", ""), element.get("data-subject", "")),
            trail=trail_of(page) if element.get("data-subject") else "",
        )


def _kind(node: Element) -> str:
    plain = node.tag.removeprefix(XHTML)
    return node.get("type", "text") if plain == "input" else plain


def _filled_in(nodes: list[Element]) -> dict[str, str | list[str]]:
    """Fill in every field; of several answers the first."""
    filled: dict[str, str | list[str]] = {}
    for node in nodes:
        name = node.get("name", "")
        match _kind(node):
            case "hidden" | "submit":
                filled[name] = node.get("value", "")
            case "radio" | "checkbox":
                filled.setdefault(name, node.get("value", "y"))
            case "select":
                options = [node.get("value", "") for node in node.iter(f"{XHTML}option")]
                filled[name] = next((option for option in options if option), "")
            case "date":
                filled[name] = TODAY.isoformat()
            case "password":
                filled[name] = "words that are long enough"
            case "file":
                pass
            case _:
                filled[name] = WORDS
    return filled | {name: value for name, value in needed("bribery").items() if name in filled}


def everybody(app: Flask, session: Session, make: Make) -> Everybody:
    """Fill a portal with people who are in the middle of something."""
    make.portal("KNB_AC", "PROS_SPEC")
    working = at_desk(make).take().step("acknowledge", "assess")
    waiting, decided = make.filed(), make.filed()
    decide(Letters(session, make, decided), today=clock.get_today())
    body = working.case.body_code
    head = make.person(body_code=body, role=Role.HEAD)
    colleague = make.person(body_code=body, key=False)
    board = make.person(body_code=PORTAL_BOARD, role=Role.OVERSIGHT)
    keyless = make.person(body_code=body, key=False)
    keyless.account.recipient = keyless.account.wrapped_identity = None
    administrator = make.person(body_code=None, role=Role.ADMINISTRATOR)
    new = make.person(body_code=body, key=False)
    reset = make.person(body_code=body)
    reset.account.proven = False
    session.commit()
    asked = proposals.propose(
        session,
        working.case.id,
        ProposalKind.NO_SUBSTANCE,
        who=working.account,
        version=working.case.version,
        today=TODAY,
    )
    session.commit()
    reply = replied(app, session, head.account)
    QuarterPublisher(app, session, NAMES).draft()
    people = (working.who, head, board, keyless, administrator, reset)
    browsers = [
        Browser(app.test_client()),
        *(came_back(app, filed) for filed in (waiting, decided)),
        *(signed_in(app, person.account) for person in people),
        signed_in(app, working.account, step=SessionStep.PASSWORD),
        signed_in(app, new.account, step=SessionStep.ENROL),
    ]
    ids = {
        "case_id": [working.case.id, waiting.case.id, decided.case.id],
        "account_id": [colleague.account.id],
        "proposal_id": [asked.id],
        "epoch": ["1"],
        "reply_id": [str(reply.id)],
    }
    return Everybody(app, ids, browsers)


def replied(app: Flask, session: Session, who: Account) -> Reply:
    """Publish a quarter, and let a body say something to it."""
    press = QuarterPublisher(app, session, NAMES)
    press.publish(Quarter("2026-q2"))
    words = ReplyDraft("2026-q2/v1", NATION, ALL, {"ru": "Проверки стали чаще."})
    reply = replies.write(session, words, press.folder, who=who, today=TODAY)
    session.commit()
    return reply


def came_back(app: Flask, filed: Filed) -> Browser:
    """Return the browser of a reporter who has entered the receipt."""
    browser = Browser(app.test_client())
    browser.post(FIND, status=303, page=browser.get(ENTER), receipt=filed.code)
    return browser


def clone(client: FlaskClient, app: Flask) -> FlaskClient:
    """Return another client with the same cookies: what it gets back stays with it."""
    other = app.test_client()
    other._cookies = dict(client._cookies or {})
    return other
