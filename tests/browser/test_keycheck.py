"""The browser judges the keys that it seals to, and what is promised of what it sealed."""

import copy
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from bench.modules import Bench
from crypto import merkle, promise, steps
from crypto.log_entries import Announcement
from crypto.promise import Promise
from crypto.text import to_base64
from tests.crypto import known, logs
from tests.crypto.trees import Tree, numbered

SIGNING = known.BODY_SIGNING.public
USED = [
    Announcement("recipient", "PROS_SPEC/2", known.READER.recipient.raw),
    Announcement("signing", "PROS_SPEC/2", SIGNING),
    Announcement("recipient", "RECOVERY/1", known.OVERSIGHT.recipient.raw),
]
TREE = Tree([*numbered(6), *(announcement.entry for announcement in USED), *numbered(4)])
TODAY = date(2026, 3, 2)
BLIND = bytes(range(32))
DIGEST = bytes(32)
CHECK = "return lib.keycheck.checkKeys(arguments[0])"
KEPT = """
const [filed, key, blind, expected, digests, now] = arguments;
const { fromHex } = lib.bytes;
const own = { blind: fromHex(blind), lookup: new Uint8Array(32), secondHalf: new Uint8Array(32) };
const seen = digests.map(fromHex);
return lib.promisecheck.checkPromise(filed, key, own, expected, seen, Date.parse(now));
"""
INSIDE = bytes(range(1, 33))
ACCESS = steps.compute_access_digest(bytes(32), bytes(32))
FACTS = json.dumps({"cases": {"category": "bribery", "body_code": "PROS_SPEC", "access": ACCESS}})
EXPECTED = {"category": "bribery", "body_code": "PROS_SPEC"}
Page = dict[str, Any]


def page(*witnesses: str, needed: int = 0) -> Page:
    """Return what a page says of its keys and the log."""
    keys = []
    for place, announcement in enumerate(USED, start=6):
        proof = merkle.prove_inclusion(place, TREE.size, TREE.read)
        keys.append(
            {"name": announcement.name, "index": place, "proof": [to_base64(p) for p in proof]}
        )
    return {
        "to": {
            "body": "PROS_SPEC",
            "recipient": known.READER.recipient.text,
            "signing": to_base64(SIGNING),
        },
        "recovery": known.OVERSIGHT.recipient.text,
        "log": {
            "key": logs.LOG_KEY.text,
            "witnesses": [key.text for key in logs.WITNESS_KEYS],
            "needed": needed,
            "checkpoint": logs.witnessed(logs.state(TREE), *witnesses).data.decode(),
            "keys": keys,
        },
    }


def standing(bench: Bench, given: Page) -> Any:
    return bench.run(CHECK, given)


def test_keys_that_stand_in_the_log_are_found_there(bench: Bench) -> None:
    assert standing(bench, page()) == {"standing": "logged", "witnesses": 0}
    ngo = next(iter(logs.WITNESSES))
    assert standing(bench, page(ngo, needed=1)) == {"standing": "logged", "witnesses": 1}


def test_witnesses_that_are_missing_are_told_and_those_passed_over_are_not(bench: Bench) -> None:
    ngo, paper, ombudsman = logs.WITNESSES

    assert standing(bench, page(ngo, needed=2)) == {"standing": "few", "witnesses": 1}
    assert standing(bench, page(ngo, paper, ombudsman, needed=3))["standing"] == "logged"


@pytest.mark.parametrize("place", range(3))
def test_a_key_that_the_log_does_not_have_yet_is_new(bench: Bench, place: int) -> None:
    given = page()
    given["log"]["keys"][place] |= {"index": None, "proof": []}
    assert standing(bench, given)["standing"] == "new"

    given["log"] |= {"checkpoint": ""}
    assert standing(bench, given)["standing"] == "new"


def other_recipient(given: Page) -> None:
    given["to"]["recipient"] = known.STRANGER.recipient.text


def other_signing(given: Page) -> None:
    given["to"]["signing"] = to_base64(bytes(32))


def other_recovery(given: Page) -> None:
    given["recovery"] = known.STRANGER.recipient.text


def other_body(given: Page) -> None:
    given["to"]["body"] = "PORTAL_BOARD"


def other_epoch(given: Page) -> None:
    given["log"]["keys"][0]["name"] = "PROS_SPEC/1"


def other_name(given: Page) -> None:
    given["log"]["keys"][2] |= {"name": "RECOVERY/1/x", "index": None, "proof": []}


def other_place(given: Page) -> None:
    given["log"]["keys"][0]["index"] = 7


def other_proof(given: Page) -> None:
    given["log"]["keys"][0]["proof"] = given["log"]["keys"][1]["proof"]


def other_log(given: Page) -> None:
    given["log"]["key"] = known.load("log")["witness_key"]


def unsigned(given: Page) -> None:
    given["log"]["checkpoint"] = given["log"]["checkpoint"].replace("\n13\n", "\n14\n")


@pytest.mark.parametrize(
    "change",
    [
        other_recipient,
        other_signing,
        other_recovery,
        other_body,
        other_epoch,
        other_name,
        other_place,
        other_proof,
        other_log,
        unsigned,
    ],
)
def test_whatever_differs_from_the_log_is_another_key(
    bench: Bench, change: Callable[[Page], None]
) -> None:
    given = copy.deepcopy(page())
    change(given)

    assert standing(bench, given)["standing"] == "other"


def given_promise(day: date, digest: bytes = DIGEST) -> str:
    payload = steps.encode_report(digest, FACTS.encode(), INSIDE)
    step = steps.commit(BLIND, "R", 0, b"", payload)
    return promise.sign_promise(Promise(logs.ORIGIN, day, step), logs.LOG).decode()


def test_a_promise_about_another_body_or_receipt_is_another(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for wrong in (FACTS.replace("PROS_SPEC", "MVD_DSB"), FACTS.replace(ACCESS, "ab" * 32)):
        monkeypatch.setitem(globals(), "FACTS", wrong)
        assert kept(bench, given_promise(TODAY + timedelta(days=5)), DIGEST) == "other"


def kept(bench: Bench, note: str, *digests: bytes, blinding_key: bytes = BLIND) -> Any:
    now = f"{TODAY}T12:00:00Z"
    hexes = [digest.hex() for digest in digests]
    filed = {"promise": note, "facts": FACTS, "inside": INSIDE.hex()}
    asked = [filed, logs.LOG_KEY.text, blinding_key.hex(), EXPECTED, hexes, now]
    return bench.run(KEPT, *asked)["fault"]


@pytest.mark.parametrize(
    ("days", "fault"), [(-1, "late"), (1, ""), (9, ""), (10, ""), (11, "late")]
)
def test_a_promise_is_for_one_of_the_next_ten_days(bench: Bench, days: int, fault: str) -> None:
    assert kept(bench, given_promise(TODAY + timedelta(days=days)), DIGEST) == fault


def test_a_promise_is_for_one_of_the_reports_that_were_sent_and_for_this_receipt(
    bench: Bench,
) -> None:
    note = given_promise(TODAY + timedelta(days=9))

    assert kept(bench, note, bytes(31) + b"\1", DIGEST) == ""
    assert kept(bench, note, bytes(31) + b"\1") == "other"
    assert kept(bench, note, DIGEST, blinding_key=bytes(32)) == "other"
    assert kept(bench, note.replace("2026-03-11", "2026-03-10"), DIGEST) == "other"
    assert kept(bench, "not a note", DIGEST) == "other"
    assert kept(bench, "", DIGEST) == "none"
