"""Sealed bodies: forged, swapped and replayed ones are told apart."""

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.body import (
    AUTHORS,
    SIGNED_LABEL,
    Addressee,
    Attachment,
    BindingError,
    Body,
    check_attachment,
    compose,
    compute_digest,
    read,
)
from crypto.errors import FormatError
from crypto.padding import pad_body
from crypto.signing import SigningKey, generate_signing_key
from crypto.text import LARGEST_WHOLE, to_base64, to_json
from tests.crypto import known, make_vectors

RID = "0123456789abcdef" * 2
PREV = compute_digest(b"the object before")
ENTRY = Attachment(
    "f" * 32, "сурет.jpg", "image/jpeg", 5, compute_digest(b"photo"), compute_digest(b"sealed")
)
TO = Addressee("ksb", known.READER.recipient, known.BODY_SIGNING.public)
REPORT = Body(
    type="report",
    rid=RID,
    thread="case",
    seq=0,
    prev="",
    fields={"account": "Не болды?"},
    attachments=(ENTRY,),
    blinding_key=bytes(32),
    reply_to=known.REPORTER.recipient,
    sig=known.REPORTER_SIGNING.public,
    to=TO,
)
REPLY = Body(type="reply", rid=RID, thread="case", seq=1, prev=PREV, fields={"text": "Рақмет."})
NOTE = replace(REPLY, type="note", thread="notes")
TRANSFER = replace(REPLY, type="transfer", to=TO)
PLAIN = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.none() | st.booleans() | st.integers(0, LARGEST_WHOLE) | PLAIN | st.lists(PLAIN)


def _place(body: Body) -> dict[str, Any]:
    return {"rid": body.rid, "thread": body.thread, "seq": body.seq, "prev": body.prev}


def _signed(inner: str, signer: SigningKey) -> bytes:
    signature = to_base64(signer.sign(SIGNED_LABEL + inner.encode()))
    return pad_body(to_json({"v": 1, "body": inner, "signature": signature}).encode())


def _what(plaintext: bytes, signer: bytes | None, body: Body = REPORT, **other: Any) -> str:
    with pytest.raises(BindingError) as refused:
        read(plaintext, signer_public=signer, **{**_place(body), **other})
    return refused.value.what


def _altered(**changes: Any) -> str:
    """Give what `read` says to a properly signed report with other values in it."""
    document = json.loads(json.loads(compose(REPORT, known.REPORTER_SIGNING))["body"])
    for name, value in changes.items():
        if value is ...:
            del document[name]
        else:
            document[name] = value
    return _what(
        _signed(json.dumps(document), known.REPORTER_SIGNING), known.REPORTER_SIGNING.public
    )


@settings(max_examples=50)
@given(st.dictionaries(PLAIN, VALUES, max_size=5), st.integers(1, LARGEST_WHOLE))
def test_a_body_is_read_as_it_was_written(fields: dict[str, object], seq: int) -> None:
    body = replace(REPLY, fields=fields, seq=seq)
    plaintext = compose(body, known.BODY_SIGNING)

    assert read(plaintext, signer_public=known.BODY_SIGNING.public, **_place(body)) == body


@pytest.mark.parametrize("body", [REPORT, REPLY, NOTE, TRANSFER], ids=lambda body: body.type)
def test_each_kind_of_body_is_read_as_it_was_written(body: Body) -> None:
    signer = known.REPORTER_SIGNING if AUTHORS[body.type] == "reporter" else known.BODY_SIGNING
    plaintext = compose(body, signer)

    opened = read(plaintext, signer_public=signer.public, author=AUTHORS[body.type], **_place(body))

    assert opened == body
    assert len(plaintext) == 8192


def test_a_report_read_for_the_first_time_bears_the_signature_it_announces() -> None:
    plaintext = compose(REPORT, known.REPORTER_SIGNING)

    assert read(plaintext, signer_public=None, **_place(REPORT)) == REPORT


def test_a_report_signed_by_another_than_it_announces_is_forged() -> None:
    inner = json.loads(compose(REPORT, known.REPORTER_SIGNING))["body"]
    forger = generate_signing_key()

    assert _what(_signed(inner, forger), None) == "signature"
    assert _what(_signed(inner, forger), forger.public) == "signature"
    assert _what(_signed(inner, forger), known.REPORTER_SIGNING.public) == "signature"


def test_an_answer_signed_by_somebody_else_is_forged() -> None:
    plaintext = compose(REPLY, generate_signing_key())

    assert _what(plaintext, known.BODY_SIGNING.public, REPLY) == "signature"


def test_only_a_report_announces_its_own_key() -> None:
    assert _what(compose(REPLY, known.BODY_SIGNING), None, REPLY) == "signature"


def test_an_altered_text_is_forged() -> None:
    outer = json.loads(compose(REPLY, known.BODY_SIGNING))
    outer["body"] = outer["body"].replace("Рақмет", "Рахмет")

    altered = pad_body(to_json(outer).encode())

    assert _what(altered, known.BODY_SIGNING.public, REPLY) == "signature"


@pytest.mark.parametrize(
    ("what", "value"),
    [("rid", "0" * 32), ("thread", "notes"), ("seq", 2), ("prev", compute_digest(b"another"))],
)
def test_a_swapped_or_replayed_body_is_named(what: str, value: object) -> None:
    plaintext = compose(REPLY, known.BODY_SIGNING)

    assert _what(plaintext, known.BODY_SIGNING.public, REPLY, **{what: value}) == what


def test_a_reporter_does_not_decide() -> None:
    decision = replace(REPLY, type="decision")
    plaintext = compose(decision, known.REPORTER_SIGNING)

    assert _what(plaintext, known.REPORTER_SIGNING.public, decision, author="reporter") == "author"


@pytest.mark.parametrize("kind", ["", "Report", "erasure"])
def test_an_unknown_type_is_named(kind: str) -> None:
    assert _altered(type=kind) == "type"


@pytest.mark.parametrize(
    "changes",
    [
        {"type": ["report"]},
        {"type": ...},
        {"rid": "0" * 31},
        {"rid": "A" * 32},
        {"rid": None},
        {"thread": "else"},
        {"thread": 1},
        {"thread": "notes"},
        {"seq": -1},
        {"seq": True},
        {"seq": "0"},
        {"seq": 0.5},
        {"seq": 1},
        {"prev": "0" * 64},
        {"prev": None},
        {"fields": []},
        {"fields": ...},
        {"attachments": {}},
        {"attachments": [1]},
        {"attachments": [{"id": "f" * 32}]},
        {"blind": ...},
        {"blind": to_base64(bytes(31))},
        {"sig": to_base64(bytes(33))},
        {"reply_to": "age1"},
        {"reply_to": None},
        {"to": None},
        {"to": {"body": "ksb"}},
        {"more": 1},
    ],
    ids=str,
)
def test_a_body_of_another_form_is_refused_though_signed(changes: dict[str, Any]) -> None:
    assert _altered(**changes) == "format"


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "f"},
        {"name": "x" * 256},
        {"name": 1},
        {"type": None},
        {"size": -5},
        {"size": True},
        {"pt": "0"},
        {"ct": None},
        {"path": "/"},
    ],
    ids=str,
)
def test_an_attachment_of_another_form_is_refused(changes: dict[str, Any]) -> None:
    entry = json.loads(json.loads(compose(REPORT, known.REPORTER_SIGNING))["body"])["attachments"]

    assert _altered(attachments=[{**entry[0], **changes}]) == "format"
    assert _altered(attachments=entry * 2) == "format"


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"null",
        b"\xff",
        b'{"v":1}',
        b'{"v":2,"body":"{}","signature":""}',
        b'{"v":1,"v":1,"body":"{}","signature":""}',
        b'{"v":1,"body":{},"signature":""}',
        b'{"v":1,"body":"{}","signature":"QQ"}',
        b"[" * 8000,
    ],
    ids=len,
)
def test_what_is_no_body_is_refused(text: bytes) -> None:
    assert _what(pad_body(text), None) == "format"


def test_a_repeated_key_inside_a_body_is_refused() -> None:
    inner = json.loads(compose(REPLY, known.BODY_SIGNING))["body"]
    twice = inner[:-1] + ',"fields":{}}'

    assert _what(_signed(twice, known.BODY_SIGNING), known.BODY_SIGNING.public, REPLY) == "format"


def test_a_body_without_its_padding_is_refused() -> None:
    assert _what(compose(REPLY, known.BODY_SIGNING).strip(), None, REPLY) == "format"


@pytest.mark.parametrize(
    "body",
    [
        replace(REPORT, sig=None),
        replace(REPORT, to=None),
        replace(REPORT, seq=1, prev=PREV),
        replace(REPORT, attachments=(ENTRY, ENTRY)),
        replace(REPLY, type="reports"),
        replace(REPLY, seq=0),
        replace(REPLY, prev=""),
        replace(REPLY, thread="notes"),
        replace(REPLY, blinding_key=bytes(32)),
        replace(REPLY, fields={"amount": 1.5}),
        replace(REPLY, fields={"text": "x" * (1 << 20)}),
        replace(NOTE, thread="case"),
    ],
)
def test_a_body_that_could_not_be_read_is_not_written(body: Body) -> None:
    with pytest.raises(FormatError):
        compose(body, known.REPORTER_SIGNING)


def test_a_report_announces_the_key_that_signs_it() -> None:
    with pytest.raises(FormatError):
        compose(REPORT, known.BODY_SIGNING)


def test_a_file_is_the_one_that_the_body_names() -> None:
    check_attachment(ENTRY, compute_digest(b"sealed"))
    check_attachment(ENTRY, compute_digest(b"sealed"), compute_digest(b"photo"))

    for ciphertext, plaintext in ((b"other", b"photo"), (b"sealed", b"other")):
        with pytest.raises(BindingError, match="attachment"):
            check_attachment(ENTRY, compute_digest(ciphertext), compute_digest(plaintext))


def test_nothing_of_a_report_shows_when_it_is_printed() -> None:
    assert "болды" not in repr(REPORT)
    assert "сурет" not in repr(REPORT)
    assert "bytes" not in repr(REPORT)


@pytest.mark.parametrize("number", range(3))
def test_our_own_vectors_are_read(number: int) -> None:
    vectors = known.load("body")
    entry = vectors["bodies"][number]
    outer = {"v": 1, "body": entry["inner"], "signature": entry["signature"]}
    plaintext = pad_body(to_json(outer).encode())

    assert sha256(plaintext).hexdigest() == entry["plaintext_sha256"]
    body = read(
        plaintext,
        signer_public=bytes.fromhex(entry["signer"]),
        **{name: entry[name] for name in ("rid", "thread", "seq", "prev")},
    )
    assert body.type == ["report", "reply", "message"][number]


def test_our_own_vectors_are_what_the_script_writes() -> None:
    made = {
        "receipt": make_vectors.receipts(),
        "body": make_vectors.bodies(),
        "lengths": make_vectors.lengths(),
        "codes": make_vectors.codes(),
        "acts": make_vectors.acts_of_staff(),
    }

    assert json.loads(json.dumps(made)) == {name: known.load(name) for name in made}
