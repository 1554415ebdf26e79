"""Evidence of any kind comes in as it is, and goes out as something that can only be saved."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from crypto.seal import open_sealed
from portal.web.headers import DOWNLOAD_POLICY
from portal.web.parts import BLOBS
from tests.dialogue.conftest import ENTER, FIND
from tests.dialogue.letters import ReplyDesk as Letters
from tests.factories import Make
from tests.intake.steps import needed, opened, receipt_on, send, the_case, write_page
from tests.page import Browser
from tests.review.desk import signed_in

SCRIPT = b"<!doctype html><script>alert(1)</script>"


def bomb() -> bytes:
    """Return a small archive that unpacks to a hundred megabytes."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(100 << 20))
    return packed.getvalue()


FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "bomb": ("bomb.zip", bomb),
    "picture-and-script": ("a.gif", lambda: b"GIF89a/*" + bytes(99) + b"*/=1;alert(1)"),
    "document-and-page": ("a.pdf", lambda: b"%PDF-1.7\n" + SCRIPT + b"\n%%EOF"),
    "page": ("page.html", lambda: SCRIPT),
    "drawing": ("a.svg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    "program": ("a.exe", lambda: b"MZ" + bytes(4_000)),
    "empty": ("empty", lambda: b""),
    "long": ("ы" * 300 + ".jpg", lambda: b"\xff\xd8\xff"),
    "folders": ("../../../etc/cron.d/evil", lambda: b"* * * * *"),
    "quotes": ('a";filename=b.html\r\nX-Evil: 1', lambda: b"x"),
    "direction": ("photo\u202egpj.exe", lambda: b"x"),
    "reserved": ("CON", lambda: b"x"),
    "hidden": (".htaccess", lambda: b"x"),
    "nothing": (" . ", lambda: b"x"),
}


def check_download(answer: TestResponse) -> None:
    """Check that a browser can only save an answer, whatever is in it."""
    assert answer.status_code == 200
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Security-Policy"] == DOWNLOAD_POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "X-Evil" not in answer.headers
    assert "Range" not in answer.headers.get("Accept-Ranges", "")


@pytest.mark.parametrize("kind", FILES)
def test_a_file_of_a_report_arrives_as_it_is_under_a_harmless_name(
    app: Flask, session: Session, browser: Browser, make: Make, kind: str
) -> None:
    name, content = FILES[kind][0], FILES[kind][1]()
    make.portal("KNB_AC")
    receipt_on(send(browser, write_page(browser), needed("bribery"), files=[(name, content)]))

    identity = make.units["KNB_AC"].identity
    report = opened(session, identity)
    (entry,) = report.body.attachments
    assert 0 < len(entry.name.encode()) <= 255
    assert not set(entry.name) & {"/", "\\", "\r", "\n", "\x00", "\u202e"}
    assert report.file(BLOBS.get_from(app), 0, identity) == content
    desk = make.person(body_code="KNB_AC")
    client = signed_in(app, desk).client
    for what in ("object", "age"):
        answer = client.get(f"/en/staff/case/{the_case(session).id}/{what}/{entry.id}")
        check_download(answer)
        assert open_sealed(answer.data, identity)[: entry.size] == content
    stored = [path.name for path in Path(BLOBS.get_from(app).folder).iterdir()]
    assert sorted(stored) == sorted([entry.id, "incoming"])


@pytest.mark.parametrize("kind", FILES)
def test_a_file_of_an_answer_can_only_be_saved(
    session: Session, browser: Browser, make: Make, kind: str
) -> None:
    name, content = FILES[kind][0], FILES[kind][1]()
    make.portal("KNB_AC")
    filed = make.filed()
    letters = Letters(session, make, filed)
    file = letters.attach(name.split("\r")[0] if kind == "quotes" else name[:120], content)
    letters.write("reply", files=[file], text="words of the body")
    browser.post(FIND, status=303, page=browser.get(ENTER), receipt=filed.code)

    answer = browser.client.get(f"/en/case/file/{file[0].id}")

    check_download(answer)
    assert answer.data == content
    shown = unquote(answer.headers["Content-Disposition"].partition("''")[2])
    assert not set(shown) & {"/", "\r", "\n", "\u202e"}
