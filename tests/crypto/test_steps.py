"""Steps of a case: its reporter finds all of them and misses none, others learn nothing."""

from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import receipt, steps
from crypto.errors import OpenError
from crypto.log_entries import OUTCOME, REPORT, STEP, STEPS, parse
from crypto.steps import (
    commit,
    commit_chain,
    derive_opening,
    derive_tag,
    encode_outcome,
    encode_report,
    encode_step,
)
from tests.crypto import known, make_log_vectors
from tests.crypto.altering import flipped, refused
from tests.crypto.make_log_vectors import BLIND, CASE, PAYLOADS, RECORD

VECTORS = known.load("entries")
BLINDS = st.binary(min_size=32, max_size=32)
DAY = date(2026, 9, 21)
DIGEST = sha256(b"an object").digest()
STRANGER = sha256(b"another case").digest()


def opened(number: int, blinding_key: bytes = BLIND) -> steps.Opening:
    kind, payload = PAYLOADS[number]
    previous = CASE[number - 1].commitment if number else b""
    return derive_opening(blinding_key, kind, number, previous, payload)


@pytest.mark.parametrize("vector", VECTORS["case"], ids=lambda vector: str(vector["number"]))
def test_the_vectors_are_found_and_opened(vector: dict[str, str]) -> None:
    step = parse(bytes.fromhex(vector["entry"]))
    number = int(vector["number"])
    made = opened(number)

    assert step == CASE[number]
    assert made.key.hex() == vector["key"]
    assert made.link.hex() == vector["link"]
    assert made.payload.hex() == vector["payload"]
    assert derive_tag(BLIND, vector["type"], number).hex() == vector["tag"]
    made.check(CASE[number])


@given(BLINDS, st.lists(st.tuples(st.sampled_from([STEP, OUTCOME]), st.binary()), max_size=6))
def test_every_step_is_found_and_opened_with_the_key_of_the_case(
    blinding_key: bytes, later: list[tuple[str, bytes]]
) -> None:
    told = [(REPORT, encode_report(DIGEST)), *later]
    previous = b""
    for number, step in enumerate(commit_chain(blinding_key, told)):
        kind, payload = told[number]
        assert (step.type, step.tag) == (kind, derive_tag(blinding_key, kind, number))
        derive_opening(blinding_key, kind, number, previous, payload).check(step)
        previous = step.commitment


def test_a_change_shows_in_its_step_and_in_every_later_one() -> None:
    for changed in range(len(PAYLOADS)):
        told = list(PAYLOADS)
        told[changed] = (told[changed][0], told[changed][1] + b"\0")
        other = commit_chain(BLIND, told)

        assert other[:changed] == CASE[:changed]
        for step, was in zip(other[changed:], CASE[changed:], strict=True):
            assert step.commitment != was.commitment


def test_a_step_left_out_or_moved_shows() -> None:
    left_out = commit_chain(BLIND, [*PAYLOADS[:1], *PAYLOADS[2:]])
    swapped = commit_chain(BLIND, [PAYLOADS[0], PAYLOADS[2], PAYLOADS[1], PAYLOADS[3]])

    assert not set(left_out[1:]) & set(CASE)
    assert not set(swapped[1:]) & set(CASE)


def test_an_opening_opens_its_step_only() -> None:
    for number in range(len(CASE)):
        for other, step in enumerate(CASE):
            assert (number == other) != refused(opened(number).check, step)


def test_no_flipped_bit_of_an_opening_or_of_a_step_goes_unnoticed() -> None:
    made, step = opened(3), CASE[3]

    for altered in flipped(made.key):
        assert refused(replace(made, key=altered).check, step)
    for altered in flipped(made.link):
        assert refused(replace(made, link=altered).check, step)
    for altered in flipped(made.payload):
        assert refused(replace(made, payload=altered).check, step)
    for altered in flipped(step.commitment):
        assert refused(made.check, replace(step, commitment=altered))
    for kind in {*STEPS} - {step.type}:
        assert refused(made.check, replace(step, type=kind))


def test_another_key_finds_and_opens_nothing() -> None:
    for number, step in enumerate(CASE):
        assert derive_tag(STRANGER, step.type, number) != step.tag
        with pytest.raises(OpenError):
            opened(number, STRANGER).check(step)


def test_an_opening_says_nothing_of_other_steps() -> None:
    """What an auditor gets of an outcome holds neither the key of the case nor its entries."""
    made = opened(3)
    shown = made.key + made.link + made.payload

    assert BLIND not in shown
    for step in CASE:
        assert step.tag not in shown
        assert step.commitment not in shown


def test_tags_differ_by_case_type_and_number() -> None:
    tags = {
        derive_tag(blinding_key, kind, number)
        for blinding_key in (BLIND, STRANGER)
        for kind in (STEP, OUTCOME)
        for number in range(1, 100)
    }

    assert len(tags) == 2 * 2 * 99


def test_the_key_of_a_case_follows_from_its_receipt_alone() -> None:
    blinding_key = receipt.derive(bytes(11)).blinding_key

    assert len(commit_chain(blinding_key, PAYLOADS)) == len(PAYLOADS)


@pytest.mark.parametrize(
    ("blinding_key", "kind", "number", "previous"),
    [
        (BLIND[:-1], REPORT, 0, b""),
        (b"", REPORT, 0, b""),
        (BLIND, REPORT, 1, bytes(32)),
        (BLIND, STEP, 0, b""),
        (BLIND, "X", 1, bytes(32)),
        (BLIND, "", 1, bytes(32)),
        (BLIND, STEP, -1, bytes(32)),
        (BLIND, STEP, 1 << 32, bytes(32)),
        (BLIND, STEP, 1, b""),
        (BLIND, STEP, 1, bytes(31)),
        (BLIND, REPORT, 0, bytes(32)),
    ],
)
def test_a_step_that_cannot_be_is_refused(
    blinding_key: bytes, kind: str, number: int, previous: bytes
) -> None:
    assert refused(commit, blinding_key, kind, number, previous, b"")


def test_a_case_begins_with_its_report_and_has_one() -> None:
    assert commit_chain(BLIND, []) == []
    assert refused(commit_chain, BLIND, PAYLOADS[1:])
    assert refused(commit_chain, BLIND, [*PAYLOADS[:2], PAYLOADS[0]])


def test_payloads_of_different_events_differ() -> None:
    made = {
        encode_report(DIGEST),
        encode_step("closed", DAY),
        encode_step("closed", DAY + timedelta(days=1)),
        encode_step("closed", DAY, DIGEST),
        encode_step("closed", DAY, DIGEST, RECORD.data),
        encode_step("closed", DAY, b"", RECORD.data),
        encode_step("close", DAY, b"d" + DIGEST[:31]),
        encode_outcome(RECORD.data, DAY, DIGEST),
        encode_outcome(RECORD.data, DAY),
        encode_outcome(RECORD.data, DAY + timedelta(days=1), DIGEST),
        encode_outcome(b"", DAY, DIGEST),
    }

    assert len(made) == 11


def test_a_payload_that_cannot_be_is_refused() -> None:
    assert refused(encode_report, b"")
    assert refused(encode_report, DIGEST + b"\0")
    assert refused(encode_step, "", DAY)
    assert refused(encode_step, "қабылданды", DAY)
    assert refused(encode_step, "closed", DAY, DIGEST[:-1])
    assert refused(encode_outcome, RECORD.data, DAY, DIGEST[:-1])


@pytest.mark.parametrize(("key", "link"), [(31, 32), (33, 32), (64, 32), (32, 31), (32, 0)])
def test_an_opening_with_keys_of_another_length_is_none(key: int, link: int) -> None:
    assert refused(steps.Opening, bytes(key), bytes(link), b"")


def test_no_key_shows_when_an_opening_is_printed() -> None:
    assert "key" not in repr(opened(3))


def test_the_vectors_have_every_type_of_step() -> None:
    assert {step.type for step in make_log_vectors.CASE} == set(STEPS)
