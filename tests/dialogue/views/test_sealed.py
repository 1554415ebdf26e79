"""What our script asks for: ciphertext to who entered, and nothing readable accepted."""

import json
import re
from dataclasses import replace
from io import BytesIO
from secrets import token_bytes
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from crypto import receipt, work
from crypto.body import CASE, Body, compose, compute_digest
from crypto.seal import seal
from crypto.text import from_base64, to_base64
from portal.cases.models import Verdict
from portal.dialogue.models import Visit
from portal.web.headers import DOWNLOAD_POLICY
from portal.web.parts import SETTINGS
from tests.dialogue.conftest import ENTER, VIEW
from tests.dialogue.letters import ReplyDesk, decide
from tests.page import hidden

OPEN, SEALED_VIEW, SEND = "/en/case/sealed/open", "/en/case/sealed/view", "/en/case/sealed/message"
JSON = {"Accept": "application/json"}


def opened(client: FlaskClient, lookup: bytes) -> TestResponse:
    token = dict(hidden(client.get(ENTER).text, "/en/case/enter"))
    return client.post(OPEN, data={"lookup": to_base64(lookup), **token}, headers=JSON)


@pytest.fixture
def script(client: FlaskClient, desk: ReplyDesk) -> FlaskClient:
    """The browser of a reporter whose script came back."""
    assert opened(client, desk.filed.reporter.keys.lookup).status_code == 200
    return client


def sealed(desk: ReplyDesk, **fields: object) -> bytes:
    written = desk.thread()
    body = Body(
        "message", desk.case.id, CASE, len(written), compute_digest(written[-1].sealed), fields
    )
    return seal(compose(body, desk.filed.reporter.own.signing), desk.readers)


def send(script: FlaskClient, desk: ReplyDesk, body: bytes, **given: Any) -> TestResponse:
    page = script.get(SEALED_VIEW, headers=JSON).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token is not None
    data = {
        "csrf_token": token[1],
        "act": "message",
        "case": desk.case.id,
        "seq": str(len(desk.thread())),
        "body": (BytesIO(body), "body"),
        **given,
    }
    return script.post(SEND, data=data, headers=JSON)


def test_the_portal_learns_which_case_and_nothing_that_opens_it(
    script: FlaskClient, desk: ReplyDesk
) -> None:
    row = desk.session.scalars(select(Visit)).one()
    page = script.get(SEALED_VIEW, headers=JSON).text

    assert len(row.sealed) < 120  # there is no place for a key
    assert f'data-case="{desk.case.id}"' in page
    half = re.search(r'data-second-half="([^"]+)"', page)
    assert half is not None
    assert from_base64(half[1]) == desk.filed.reporter.second_half
    assert "<html" not in page
    # the pages for who has no scripts do not open for a visit whose keys are in the browser
    assert script.get(VIEW).status_code == 303
    plain = script.post("/en/case/message", data={"text": "in the clear"})
    assert plain.status_code == 403
    assert len(desk.thread()) == 1


def test_what_is_sealed_is_sent_as_it_was_stored(script: FlaskClient, desk: ReplyDesk) -> None:
    file, _ = desk.attach("one.txt", b"one")
    desk.write("reply", text="See the file.", files=[(file, _)])
    page = script.get(SEALED_VIEW, headers=JSON).text
    objects = re.findall(r'data-object="([^"]+)"', page)
    [address] = re.findall(r'data-address="([^"]+)"', page)

    newest_first = desk.thread()[::-1]
    assert [script.get(item).data for item in objects] == [item.sealed for item in newest_first]
    answer = script.get(address, buffered=True)
    assert compute_digest(answer.data) == file.ct
    assert answer.headers["Content-Security-Policy"] == DOWNLOAD_POLICY
    assert answer.headers["Cache-Control"] == "no-store"


def test_nobody_else_gets_it(app: Flask, script: FlaskClient, desk: ReplyDesk) -> None:
    page = script.get(SEALED_VIEW, headers=JSON).text
    [address] = re.findall(r'data-object="([^"]+)"', page)
    stranger = ReplyDesk(desk.session, desk.make, desk.make.filed())
    other = app.test_client()

    assert other.get(address, headers=JSON).status_code == 401
    assert other.get(SEALED_VIEW, headers=JSON).json == {"error": "unauthorized"}
    assert opened(other, stranger.filed.reporter.keys.lookup).status_code == 200
    assert other.get(address, headers=JSON).status_code == 404
    notes = desk.thread()[0]
    notes.thread, notes.kind = "notes", "note"
    desk.session.commit()
    assert script.get(address, headers=JSON).status_code == 404


@pytest.mark.parametrize("lookup", [b"", bytes(31), bytes(32)])
def test_an_unknown_lookup_opens_nothing(
    client: FlaskClient, desk: ReplyDesk, lookup: bytes
) -> None:
    del desk
    answer = opened(client, lookup)

    assert answer.status_code == (404 if len(lookup) == 32 else 422)
    assert client.get_cookie("visit") is None


def test_the_receipt_itself_is_not_understood(client: FlaskClient, desk: ReplyDesk) -> None:
    token = dict(hidden(client.get(ENTER).text, "/en/case/enter"))
    answer = client.post(OPEN, data={"receipt": desk.filed.code, **token}, headers=JSON)

    assert answer.status_code == 422


def test_an_old_page_gets_a_new_token(client: FlaskClient, desk: ReplyDesk) -> None:
    lookup = to_base64(desk.filed.reporter.keys.lookup)
    old = client.post(OPEN, data={"lookup": lookup}, headers=JSON)
    assert old.status_code == 422
    assert old.json is not None
    assert old.json["error"] == "expired"

    again = {"lookup": lookup, "csrf_token": old.json["csrf_token"]}
    assert client.post(OPEN, data=again, headers=JSON).status_code == 200


def test_under_load_a_lookup_needs_a_proof_of_work_or_its_moment(
    app: Flask, client: FlaskClient, desk: ReplyDesk
) -> None:
    SETTINGS.put(app, replace(SETTINGS.get_from(app), calm_per_minute=0))
    token = dict(hidden(client.get(ENTER).text, "/en/case/enter"))
    data = {**token, "lookup": to_base64(desk.filed.reporter.keys.lookup)}

    refused = client.post(OPEN, data={**data, "turn": ""}, headers=JSON)

    assert refused.status_code == 429
    assert refused.json is not None
    asked = {"turn": refused.json["turn"], "bits": refused.json["bits"]}
    data |= {"turn": asked["turn"], "work": str(work.solve(asked["turn"], asked["bits"]))}
    assert client.post(OPEN, data=data, headers=JSON).status_code == 200
    assert client.post(OPEN, data=data, headers=JSON).status_code == 429


def test_in_calm_wrong_lookups_refuse_nobody(client: FlaskClient, desk: ReplyDesk) -> None:
    statuses = [opened(client, token_bytes(32)).status_code for _ in range(70)]

    assert statuses == [404] * 70
    assert opened(client, desk.filed.reporter.keys.lookup).status_code == 200


def test_what_the_browser_sealed_is_stored(script: FlaskClient, desk: ReplyDesk) -> None:
    answer = send(script, desk, sealed(desk, text="From the browser"))

    assert answer.status_code == 201
    assert desk.read_last().fields == {"text": "From the browser"}


def test_a_verdict_of_the_browser_is_counted(script: FlaskClient, desk: ReplyDesk) -> None:
    decide(desk)
    written = desk.thread()
    body = Body(
        "verdict",
        desk.case.id,
        CASE,
        len(written),
        compute_digest(written[-1].sealed),
        {"text": "", "answer": "substantive", "respect": "yes"},
    )
    ciphertext = seal(compose(body, desk.filed.reporter.own.signing), desk.readers)
    given = {"act": "verdict", "answer": "substantive", "respect": "yes"}

    assert send(script, desk, ciphertext, **given).status_code == 201
    assert send(script, desk, ciphertext, **given).status_code == 409
    verdict = desk.session.get_one(Verdict, desk.case.id)
    assert (verdict.answer, verdict.respect) == ("substantive", True)


@pytest.mark.parametrize(
    ("body", "given", "status"),
    [
        (b"plain text that says it is sealed", {}, 422),
        (b"", {}, 422),
        (None, {"seq": "0"}, 422),
        (None, {"seq": "7"}, 409),
        (None, {"seq": "-1"}, 422),
        (None, {"act": "decision"}, 422),
        (None, {"act": "review"}, 409),
        (None, {"attachment": (BytesIO(b"plain"), "0" * 32)}, 422),
        (None, {"attachment": (BytesIO(b"plain"), "../../x")}, 422),
    ],
)
def test_what_is_not_sealed_or_not_in_its_place_is_refused_and_leaves_nothing(
    script: FlaskClient, desk: ReplyDesk, body: bytes | None, given: dict[str, Any], status: int
) -> None:
    answer = send(script, desk, sealed(desk, text="x") if body is None else body, **given)

    assert answer.status_code == status
    assert json.loads(answer.text)["error"]
    assert len(desk.thread()) == 1
    assert list(desk.make.blobs.list_names()) == []
    assert list(desk.make.blobs.list_incoming()) == []


def test_without_a_token_nothing_is_stored(script: FlaskClient, desk: ReplyDesk) -> None:
    answer = send(script, desk, sealed(desk, text="x"), csrf_token="")

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["error"] == "expired"
    assert len(desk.thread()) == 1


def test_a_visit_of_the_browser_ends_with_the_others(script: FlaskClient, desk: ReplyDesk) -> None:
    page = script.get(SEALED_VIEW, headers=JSON).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token is not None
    script.post("/en/case/leave", data={"csrf_token": token[1]})

    assert script.get(SEALED_VIEW, headers=JSON).status_code == 401
    assert desk.session.scalars(select(Visit)).all() == []


def test_the_lookup_of_a_receipt_is_not_its_key(desk: ReplyDesk) -> None:
    keys = receipt.derive(desk.filed.secret)

    assert keys.lookup != keys.master
    assert keys.lookup == desk.filed.reporter.keys.lookup


def test_what_is_sealed_for_another_case_is_not_taken(script: FlaskClient, desk: ReplyDesk) -> None:
    refused = send(script, desk, sealed(desk, text="words"), case="0" * 32)

    assert (refused.status_code, refused.json) == (404, {"error": "gone"})
    assert len(desk.thread()) == 1
