"""Whatever is sent to any form: a plain answer, never a fault, nothing lost, nothing in a log.

The forms are found by opening every page as everybody who uses the portal; a new form is
covered as soon as a page shows it.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from portal.core.config import Settings
from portal.core.db import Sessions
from portal.web.parts import BLOBS, KEYRING, SESSIONS, SETTINGS
from tests.architecture.test_routes import rules
from tests.everybody import WORDS, Everybody, Form, clone, everybody
from tests.factories import Make
from tests.installation import installed
from tests.page import check_headers, checked, text_of

pytestmark = pytest.mark.slow

# What only our scripts post: here with the fields that they send, and who runs them.
SCRIPTED: Mapping[str, tuple[str, str, dict[str, str]]] = {
    "intake.sealed": (
        "intake.file",
        "/en/report/sealed",
        {
            "rid": "a" * 32,
            "lookup": "A" * 43 + "=",
            "second_half": "A" * 43 + "=",
            "language": "ru",
        },
    ),
    # stands on the receipt, which comes once
    "intake.keep_promise": ("intake.file", "/en/report/promise", {"note": "no promise"}),
    "dialogue.sealed_open": ("dialogue.find", "/en/case/sealed/open", {"lookup": "A" * 43 + "="}),
    "dialogue.sealed_message": (
        "dialogue.message",
        "/en/case/sealed/message",
        {"act": "message", "seq": "1"},
    ),
}
# What programs of others post: signatures, which are worth as much without a token and a page.
BY_PROGRAMS = {"transparency.cosignature"}
BY_SCRIPT = {"review.write", "review.extend", "review.decide", "review.transfer"}
SEALED_PARTS = ("report", "body", "sealed", "attachment", "attachments", "files")
REFUSED = {400, 401, 403, 404, 409, 413, 415, 422, 429}
TAKEN = {200, 201, 303}
LONG_PAGE = 100_000  # characters; a longer one takes seconds to read

TEXTS = {
    "empty": "",
    "blank": " \t\r\n ",
    "nul": "before\x00after and long enough to count",
    "controls": "a bell\x07, an escape\x1b[31m and a delete\x7f in it",
    "direction": "photo\u202egpj.exe\u202c and \u2066more\u2069 words",
    "digits": "١٢٣٤٥ ६७८९० 12345",
    "markup": "<script>alert(1)</script>\"'><img src=x onerror=y>",
    "formats": "{{ 7*7 }} %s %(x)s {0} ${x} `x`",
    "quotes": "'; DROP TABLE cases; -- \\ \" long enough",
    "combining": "е\u0301" * 40,
    "long": "long " * 60_000,
    "number": "9" * 5_000,
    "negative": "-1",
}


@dataclass(frozen=True)
class PeopledPortal:
    """A portal full of people, as it was before anybody sent anything."""

    people: Everybody
    forms: Mapping[str, Form]
    live: str
    kept: sqlite3.Connection
    state: Path

    @property
    def app(self) -> Flask:
        return self.people.app

    def renew(self) -> None:
        """Let the database be as it was, and what is known of it beside it."""
        shutil.copytree(self.state, SETTINGS.get_from(self.app).state, dirs_exist_ok=True)
        with sqlite3.connect(self.live) as live:
            self.kept.backup(live)
        live.close()

    def post(self, form: Form, **parts: Any) -> TestResponse:
        """Post from the browser of a form, which itself forgets that it did."""
        return clone(form.browser.client, self.app).post(form.action, **parts)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PeopledPortal]:
    folder = tmp_path_factory.mktemp("bad-input")
    settings = Settings(
        instance=folder,
        public_url="http://localhost",
        calm_per_minute=10**9,
    )
    app = installed(settings)
    app.testing = True
    sessions: Sessions = SESSIONS.get_from(app)
    engine = sessions.kw["bind"]
    event.listen(engine, "checkout", hurry)
    with sessions() as session:
        made = Make(session, KEYRING.get_from(app), BLOBS.get_from(app))
        people = everybody(app, session, made)
        forms = people.forms()
    engine.dispose()
    live = str(folder / "portal.sqlite")
    kept = sqlite3.connect(":memory:")
    with sqlite3.connect(live) as source:
        source.backup(kept)
    source.close()
    state = shutil.copytree(settings.state, folder / "state-kept")
    yield PeopledPortal(people, forms | scripted(forms), live, kept, state)
    kept.close()
    engine.dispose()


def hurry(connection: sqlite3.Connection, _record: object, _proxy: object) -> None:
    """Wait a moment for the database, not a quarter of a minute."""
    connection.execute("PRAGMA busy_timeout = 10")


def scripted(forms: Mapping[str, Form]) -> dict[str, Form]:
    """Return the posts of our scripts as if they were forms of the page that the script runs in."""
    return {
        name: replace(
            forms[page],
            endpoint=name,
            action=action,
            filled={
                key: value
                for key, value in forms[page].filled.items()
                if key in {"csrf_token", "ticket"}
            }
            | fields,
            typed=(),
            chosen=(),
            files=(),
        )
        for name, (page, action, fields) in SCRIPTED.items()
    }


@pytest.fixture
def try_all(
    portal: PeopledPortal, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Callable[[Callable[[Form], Iterator[dict[str, Any]]]], None]:
    """Send to each form what somebody thinks of, and look at each answer."""

    def tried(think: Callable[[Form], Iterator[dict[str, Any]]]) -> None:
        faults: list[str] = []
        read: set[tuple[str, int]] = set()
        count = 0
        for form in portal.forms.values():
            portal.renew()
            for parts in think(form):
                count += 1
                if fault := fault_of(portal, form, parts, read):
                    faults.append(f"{form.endpoint}: {fault} after {repr(parts)[:300]}")
        assert not faults, "\n".join(faults)
        assert count >= len(portal.forms)
        told = caplog.text + "".join(capfd.readouterr())
        assert "Traceback" not in told
        for text in (WORDS, "7719", "long enough", "DROP TABLE", "alert(1)"):
            assert text not in told

    return tried


def fault_of(
    portal: PeopledPortal, form: Form, parts: dict[str, Any], read: set[tuple[str, int]]
) -> str:
    """Send it, and return what is wrong with the answer.

    Args:
        portal: the portal.
        form: where it is sent to.
        parts: what is sent.
        read: answers, by address and status, whose page was read as HTML already: that is slow.
    """
    try:
        answer = portal.post(form, **parts)
        if answer.status_code not in REFUSED | TAKEN:
            return str(answer.status_code)
        check_headers(answer)
        kind = (form.endpoint, answer.status_code)
        known = kind in read
        read.add(kind)
        return (
            ""
            if answer.location or answer.mimetype != "text/html"
            else fault_in(answer, known=known)
        )
    except Exception as error:  # noqa: BLE001 - any of them is what this looks for
        return repr(error)[:300]


def fault_in(answer: TestResponse, *, known: bool) -> str:
    page = answer.text
    if "<script>alert" in page:
        return "markup came back as markup"
    if len(page) < LONG_PAGE and not known:
        checked(page)
    if answer.status_code not in TAKEN and not says_why(page):
        return f"{answer.status_code} without a word: {text_of(page)[:300]}"
    return ""


def says_why(page: str) -> bool:
    """Tell whether a page tells a person that something was not taken."""
    return any(sign in page for sign in ('role="alert"', 'class="error"', "notice danger")) or any(
        words in text_of(page)
        for words in (
            "Nothing was",
            "nothing was filed",
            "try again",
            "open for too long",
            "before you",
        )
    )


def test_every_address_that_takes_posts_is_led_to_by_a_page_or_a_script(
    portal: PeopledPortal,
) -> None:
    taking = {rule.endpoint for rule in rules(portal.app) if "POST" in (rule.methods or set())}

    assert taking - BY_PROGRAMS == portal.forms.keys()


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_in_every_field(try_all: Any, text: str) -> None:
    def think(form: Form) -> Iterator[dict[str, Any]]:
        names = (*form.typed, *form.secret)
        yield {"data": dict(form.filled) | dict.fromkeys(names, text)}

    try_all(think)


@pytest.mark.parametrize("text", ["unheard", "", "x" * 100_000, "\x00", "9" * 19])
def test_an_answer_that_was_not_offered_or_a_changed_hidden_field(try_all: Any, text: str) -> None:
    def think(form: Form) -> Iterator[dict[str, Any]]:
        for name in form.filled.keys() - {*form.typed, *form.secret, "csrf_token"}:
            yield {"data": dict(form.filled) | {name: text}}

    try_all(think)


def test_a_field_that_is_missing_or_there_twice_and_one_that_nobody_knows(try_all: Any) -> None:
    def think(form: Form) -> Iterator[dict[str, Any]]:
        for left_out in form.filled:
            yield {"data": {k: v for k, v in form.filled.items() if k != left_out}}
        yield {"data": {}}
        yield {"data": {name: [value, "another"] for name, value in form.filled.items()}}
        yield {"data": dict(form.filled) | {"is_admin": "1", "role": "head", "holder_id": "x"}}

    try_all(think)


def test_texts_where_files_belong_and_files_where_texts_belong(try_all: Any) -> None:
    def think(form: Form) -> Iterator[dict[str, Any]]:
        yield {"data": dict(form.filled) | dict.fromkeys(SEALED_PARTS, "a text")}
        for name in form.filled:
            file = (BytesIO(b"words in a file"), "a" * 32)
            yield {"data": {k: v for k, v in form.filled.items() if k != name} | {name: file}}
        for name in SEALED_PARTS:
            yield {"data": dict(form.filled) | {name: (BytesIO(b"no sealed file"), "x.html")}}

    try_all(think)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"[1]"),
        ("application/json", b'{"csrf_token": 5}'),
        ("application/json", b"[" * 100_000),
        ("application/json", b"{"),
        ("application/xml", b'<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>'),
        ("text/plain", b"csrf_token=x"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n\r\n--x--\r\n"),
        ("application/x-www-form-urlencoded", b"%ff=%fe&csrf_token=%80&a=%00&&=&=="),
        ("application/x-www-form-urlencoded; charset=utf-16", "csrf_token=x".encode("utf-16")),
        ("", b"\x00\xff" * 1000),
    ],
)
def test_a_post_that_is_no_form(try_all: Any, kind: str, body: bytes) -> None:
    def think(_form: Form) -> Iterator[dict[str, Any]]:
        yield {"data": body, "content_type": kind}

    try_all(think)


def test_bytes_that_are_no_text_in_every_field(try_all: Any) -> None:
    def think(form: Form) -> Iterator[dict[str, Any]]:
        lines = [
            b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
            % (name.encode(), value.encode() if name == "csrf_token" else b"\xff\xfe\xed\xa0\x80 a")
            for name, value in form.filled.items()
            if isinstance(value, str)
        ]
        kind = "multipart/form-data; boundary=x"
        yield {"data": b"".join(lines) + b"--x--\r\n", "content_type": kind}

    try_all(think)


@pytest.mark.parametrize("token", ["x", "ы\x00" * 5000, None])
def test_a_token_that_is_forged_or_gone_keeps_what_was_typed(
    portal: PeopledPortal, try_all: Any, token: str | None
) -> None:
    def think(form: Form) -> Iterator[dict[str, Any]]:
        data = dict(form.filled) | {"csrf_token": token}
        yield {"data": {name: value for name, value in data.items() if value is not None}}

    try_all(think)
    for form in portal.forms.values():
        if form.endpoint in BY_SCRIPT | SCRIPTED.keys():
            continue
        answer = portal.post(form, data=dict(form.filled) | {"csrf_token": token or ""})
        assert answer.status_code == 422, form.endpoint
        told = answer.get_json()["error"] if answer.is_json else text_of(answer.text)
        assert told == "expired" or "open for too long" in told, form.endpoint
        assert kept(form, answer) == set(), form.endpoint


def kept(form: Form, answer: TestResponse) -> set[str]:
    """Return the fields for words whose words are not in the page that came back."""
    page = unescape(answer.get_data(as_text=True))
    return {name for name in form.typed if str(form.filled[name]) not in page}


def test_a_token_of_another_browser_is_worth_nothing(portal: PeopledPortal) -> None:
    for form in portal.forms.values():
        for other in portal.forms.values():
            if other.browser is not form.browser and other.filled.get("csrf_token"):
                token = other.filled["csrf_token"]
                answer = portal.post(form, data=dict(form.filled) | {"csrf_token": token})
                assert answer.status_code == 422, form.endpoint
                break


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "PROPFIND", "X" * 20])
def test_another_way_of_asking_is_refused_or_only_reads(portal: PeopledPortal, method: str) -> None:
    for form in portal.forms.values():
        client = clone(form.browser.client, portal.app)
        answer = client.open(form.action, method=method, data=form.filled)
        assert answer.status_code in {200, 303, 405}, (form.endpoint, answer.status_code)
        assert method == "GET" or answer.status_code == 405, form.endpoint
        check_headers(answer)


def test_ten_megabytes_in_a_field(try_all: Any) -> None:
    much = "x" * 10_000_000

    def think(form: Form) -> Iterator[dict[str, Any]]:
        for name in (*form.typed, *form.secret, "nobody-knows-it")[:1]:
            yield {"data": dict(form.filled) | {name: much}}

    try_all(think)


def test_odd_cookies_and_headers_are_no_fault(portal: PeopledPortal) -> None:
    odd = [
        {"Cookie": "portal=\xff\xfe; staff=\x80; visit=%00"},
        {"Cookie": "portal=" + "x" * 5000 + "; staff=" + "y" * 5000},
        {"Host": "evil.example"},
        {"Host": "a b<c>"},
        {"Host": ""},
        {"Accept": "application/json;q=x, */*;q=-1"},
        {"Accept-Language": "\xff" * 100 + ";q=nan"},
        {"Content-Length": "-5"},
        {"X-Forwarded-For": "'; --, ::1, \xff"},
        {"Range": "bytes=0-1,5-,-9"},
        {"If-None-Match": '"' * 999},
    ]
    for form in portal.forms.values():
        portal.renew()
        for headers in odd:
            answer = portal.post(form, data=form.filled, headers=headers)
            assert answer.status_code in REFUSED | TAKEN, (form.endpoint, headers)
            assert "evil.example" not in (answer.location or "")
            portal.renew() if answer.status_code in TAKEN else None


def test_markup_that_was_typed_comes_back_as_text(portal: PeopledPortal) -> None:
    text = TEXTS["markup"]
    for form in portal.forms.values():
        if form.typed and form.endpoint not in BY_SCRIPT:
            data = dict(form.filled) | dict.fromkeys(form.typed, text) | {"csrf_token": "x"}
            page = portal.post(form, data=data).text
            assert text in unescape(page), form.endpoint
            assert text not in page


@pytest.mark.parametrize(
    "after",
    ["9.2026-01-01.x", "1..\x00", "1.." + "g" * 32, "9" * 5000 + "..x", "1.2026-02-30.", "ы"],
)
def test_an_odd_place_in_the_queue_is_no_page(portal: PeopledPortal, after: str) -> None:
    staff = portal.forms["review.claim"].browser.client
    wishes = {"after": after, "which": "x\x00", "status": "\ud7ff", "reference": "g" * 99}

    assert staff.get("/en/staff", query_string={"after": after}).status_code == 400
    assert staff.get("/en/staff", query_string=wishes | {"after": ""}).status_code == 422


def test_while_somebody_else_writes_every_form_waits_with_its_text(portal: PeopledPortal) -> None:
    waits = set()
    for form in portal.forms.values():
        portal.renew()
        other = sqlite3.connect(portal.live, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        answer = portal.post(form, data=form.signed())
        other.execute("ROLLBACK")
        other.close()
        if answer.status_code in TAKEN:
            assert form.endpoint == "intake.write", form.endpoint  # reads, and writes nothing
            continue
        assert answer.status_code in REFUSED | {503}, form.endpoint
        if answer.status_code == 503:
            waits.add(form.endpoint)
            assert answer.is_json or says_why(answer.text), form.endpoint
            assert form.endpoint in BY_SCRIPT or kept(form, answer) <= {"login"}, form.endpoint
    assert len(waits) > len(portal.forms) / 2, waits
