"""A body says the same in the browser and on the server, and nothing can stand in its place."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bench.modules import Bench, Refused, to_text
from crypto import body, signing, writer
from crypto.keys import generate_identity
from crypto.padding import pad_body

RID = "0123456789abcdef" * 2
BEFORE = "ab" * 32
REPORTER = signing.SigningKey(bytes(range(32)))
UNIT = signing.SigningKey(bytes(range(32, 64)))
PLACE: dict[str, Any] = {"rid": RID, "thread": "case", "seq": 0, "prev": ""}
LATER: dict[str, Any] = {"rid": RID, "thread": "case", "seq": 4, "prev": BEFORE}
COMPOSE = """
const signer = lib.keys.signerFromSeed(lib.bytes.fromBase64(arguments[1]));
return lib.body.compose(arguments[0], signer);
"""
READ = """
const signerPublic = arguments[2] === null ? null : lib.bytes.fromBase64(arguments[2]);
return lib.body.read(lib.bytes.fromBase64(arguments[0]), { ...arguments[1], signerPublic });
"""


@pytest.fixture(scope="module")
def report() -> body.Body:
    own, unit = generate_identity(), generate_identity()
    entry = body.Attachment("cd" * 16, "фото қала.jpg", "image/jpeg", 70000, "01" * 32, "ef" * 32)
    return body.Body(
        type="report",
        rid=RID,
        thread="case",
        seq=0,
        prev="",
        fields={"text": 'Қала, "рота" \\ \u2028 😀', "when": {"from": "2026-01"}, "who": [1, True]},
        attachments=(entry,),
        blinding_key=bytes(32),
        reply_to=own.recipient,
        sig=REPORTER.public,
        to=body.Addressee("prosecutor", unit.recipient, UNIT.public),
    )


@pytest.fixture(scope="module")
def reply() -> body.Body:
    return body.Body("reply", RID, "case", 4, BEFORE, {"text": "We read it."})


def inner(plaintext: bytes) -> dict[str, Any]:
    content = json.loads(json.loads(plaintext)["body"])
    assert isinstance(content, dict)
    return content


def signed(document: object, signer: signing.SigningKey = REPORTER) -> bytes:
    """Sign whatever it is, well-formed or not, the way a hostile sender could."""
    text = document if isinstance(document, str) else json.dumps(document)
    signature = signer.sign(body.SIGNED_LABEL + text.encode())
    outer = {"v": 1, "body": text, "signature": to_text(signature)}
    return pad_body(json.dumps(outer).encode())


def test_the_server_reads_a_report_from_the_browser(bench: Bench, report: body.Body) -> None:
    document = inner(body.compose(report, REPORTER))
    written = bench.run_to_bytes(COMPOSE, document, REPORTER.seed)
    assert body.read(written, **PLACE, signer_public=None) == report


def test_the_browser_reads_a_report_from_the_server(bench: Bench, report: body.Body) -> None:
    written = body.compose(report, REPORTER)
    assert bench.run(READ, written, PLACE, None) == inner(written)


def test_an_answer_goes_both_ways(bench: Bench, reply: body.Body) -> None:
    written = body.compose(reply, UNIT)
    assert bench.run(READ, written, {**LATER, "author": "body"}, UNIT.public) == inner(written)
    again = bench.run_to_bytes(COMPOSE, inner(written), UNIT.seed)
    assert body.read(again, **LATER, signer_public=UNIT.public, author="body") == reply


def test_a_writer_hidden_in_the_browser_is_read_on_a_colleagues_desk(
    bench: Bench, reply: body.Body
) -> None:
    who = writer.Writer("fedcba9876543210" * 2, "prosecutor.first")
    place: dict[str, Any] = {"rid": RID, "thread": "case", "seq": 4}
    script = """
      const { hide } = await import("/static/lib/writer.js");
      return hide(arguments[0], lib.bytes.fromBase64(arguments[1]), arguments[2]);
    """
    known = {"account": who.account, "login": who.login}
    hidden = bench.run_to_bytes(script, known, UNIT.seed, place)
    assert writer.decrypt_writer(hidden, UNIT, **place) == who
    named = replace(reply, by=hidden)
    written = body.compose(named, UNIT)
    assert bench.run(READ, written, {**LATER, "author": "body"}, UNIT.public) == inner(written)
    again = bench.run_to_bytes(COMPOSE, inner(written), UNIT.seed)
    assert body.read(again, **LATER, signer_public=UNIT.public, author="body") == named


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"rid": "f" * 32}, "rid"),
        ({"thread": "notes"}, "thread"),
        ({"seq": 5}, "seq"),
        ({"prev": "cd" * 32}, "prev"),
        ({"author": "reporter"}, "author"),
    ],
)
def test_a_body_from_another_place_is_refused(
    bench: Bench, reply: body.Body, change: dict[str, object], kind: str
) -> None:
    with pytest.raises(Refused) as caught:
        bench.run(READ, body.compose(reply, UNIT), {**LATER, **change}, UNIT.public)
    assert (caught.value.name, caught.value.kind) == ("BindingError", kind)


def test_a_forged_signature_is_refused(bench: Bench, report: body.Body, reply: body.Body) -> None:
    forged = [
        (body.compose(reply, REPORTER), LATER, UNIT.public),
        (body.compose(reply, UNIT), LATER, None),
        (signed(inner(body.compose(report, REPORTER)), UNIT), PLACE, None),
        (signed(inner(body.compose(report, REPORTER)), UNIT), PLACE, UNIT.public),
        (body.compose(report, REPORTER), PLACE, UNIT.public),
        (body.compose(reply, UNIT).replace(b"We read", b"We lost"), LATER, UNIT.public),
    ]
    for written, place, key in forged:
        with pytest.raises(body.BindingError) as there:
            body.read(written, **place, signer_public=key)
        with pytest.raises(Refused) as here:
            bench.run(READ, written, place, key)
        assert here.value.kind == there.value.what == "signature"


def test_a_key_that_anyone_could_sign_for_verifies_nothing(bench: Bench) -> None:
    neutral = bytes([1]) + bytes(31)
    script = """
      const [key, signature] = [arguments[0], arguments[1]].map(lib.bytes.fromBase64);
      return lib.keys.verify(key, lib.bytes.toUtf8("text"), signature);
    """
    assert bench.run(script, UNIT.public, UNIT.sign(b"text")) is True
    assert bench.run(script, UNIT.public, UNIT.sign(b"other")) is False
    assert bench.run(script, neutral, neutral + bytes(32)) is False


def test_both_refuse_the_same_malformed_bodies(
    bench: Bench, report: body.Body, reply: body.Body
) -> None:
    good = inner(body.compose(report, REPORTER))
    short = inner(body.compose(reply, REPORTER))
    entry = good["attachments"][0]
    others: list[object] = [None, 7, "", "x", [], {}, True]
    changes = [
        *[{**good, name: value} for name in good for value in others],
        *[{key: good[key] for key in good if key != name} for name in good],
        *[{**good, "attachments": [{**entry, name: None}]} for name in entry],
        *[{**good, "attachments": [{**entry, "name": "ж" * size}]} for size in (255, 256)],
        *[{**good, "attachments": [{**entry, "name": "😀" * size}]} for size in (255, 256)],
        {**good, "attachments": [entry, entry]},
        {**good, "more": 1},
        {**good, "by": to_text(bytes(220))},
        *[{**short, "by": value} for value in others],
        *[{**short, "by": to_text(bytes(size))} for size in (219, 220, 221)],
        {**good, "sig": to_text(bytes(31))},
        {**good, "sig": to_text(REPORTER.public).rstrip("=")},
        {**good, "reply_to": good["reply_to"].upper()},
        {**good, "reply_to": good["reply_to"][:-1] + "q"},
        *[{**short, "seq": value} for value in (-1, 0, 2**53, 2**53 - 1)],
        *[{**short, "type": kind} for kind in ("report", "note", "rumour", "constructor")],
        {**short, "thread": "notes"},
        {**short, "prev": ""},
        {**short, "seq": 0, "prev": ""},
        {**short, "type": "note", "thread": "notes", "seq": 0},
        {**good, "seq": 4, "prev": BEFORE},
        {**short, "fields": {"__proto__": 1}},
    ]
    texts = [json.dumps(change) for change in changes]
    plain = json.dumps(short)
    texts += [plain.replace("{", '{"seq":4,', 1), plain.replace('"seq": 4', '"seq": 4.0')]
    texts += [plain.replace('"seq": 4', '"seq": 4e0'), plain.replace("We", "\\ud800"), plain + "x"]
    texts += [plain.replace('{"text"', '{"text":1,"text"'), "[]", "null", '"text"', "7", ""]
    writings = [signed(text) for text in texts]
    assert [verdict_here(bench, writing) for writing in writings] == [
        verdict_there(writing) for writing in writings
    ]


def verdict_there(written: bytes) -> str:
    """Say what the server finds wrong; the place is left out of it."""
    try:
        body.read(written, rid="", thread="", seq=-1, prev="", signer_public=REPORTER.public)
    except body.BindingError as error:
        return error.what
    return ""


def verdict_here(bench: Bench, written: bytes) -> str | None:
    """Say what the browser finds wrong; the place is left out of it."""
    place = {"rid": "", "thread": "", "seq": -1, "prev": ""}
    try:
        bench.run(READ, written, place, REPORTER.public)
    except Refused as error:
        return error.kind
    return ""


def test_both_refuse_the_same_wrappings(bench: Bench, reply: body.Body) -> None:
    good = body.compose(reply, REPORTER)
    outer = json.loads(good)
    changes = [{**outer, "v": 2}, {**outer, "more": 1}, {**outer, "v": True}, [outer], None]
    changes += [{**outer, "signature": to_text(bytes(63))}, {**outer, "signature": "x"}]
    writings = [pad_body(json.dumps(change).encode()) for change in changes]
    writings += [
        good[:-1],
        good + b" " * len(good),
        good + b" ",
        b"\xff" + good[1:],
        b"",
        good[:100],
    ]
    writings += [b"\xef\xbb\xbf" + good[:-3]]
    there = [verdict_there(writing) for writing in writings]
    assert there == ["format"] * len(writings)
    assert [verdict_here(bench, writing) for writing in writings] == there


def test_the_browser_does_not_write_what_it_would_not_read(bench: Bench, report: body.Body) -> None:
    good = inner(body.compose(report, REPORTER))
    for document, seed in [({**good, "seq": 1}, REPORTER.seed), (good, UNIT.seed)]:
        with pytest.raises(Refused, match="BindingError"):
            bench.run_to_bytes(COMPOSE, document, seed)


def test_a_body_that_is_too_long_is_refused(bench: Bench, reply: body.Body) -> None:
    document = inner(body.compose(replace(reply, fields={}), UNIT))
    document["fields"] = {"text": "x" * 2**20}
    with pytest.raises(Refused, match="FormatError"):
        bench.run_to_bytes(COMPOSE, document, UNIT.seed)


def test_a_file_is_held_against_its_entry(bench: Bench) -> None:
    script = """
      const entry = { ct: "aa", pt: "bb" };
      lib.body.checkAttachment(entry, { ct: "aa", pt: "bb" });
      lib.body.checkAttachment(entry, arguments[0]);
    """
    for hashes in ({"ct": "aa", "pt": "cc"}, {"ct": "cc", "pt": "bb"}):
        with pytest.raises(Refused, match="BindingError attachment"):
            bench.run(script, hashes)


def test_both_name_a_sealed_body_alike(bench: Bench) -> None:
    result = bench.run("return lib.body.digest(lib.bytes.fromBase64(arguments[0]))", b"sealed")
    assert result == body.compute_digest(b"sealed")
