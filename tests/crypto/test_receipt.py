"""Receipts: how people type them, and every key that follows."""

from collections.abc import Callable
from contextlib import suppress
from hashlib import pbkdf2_hmac, sha256
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crypto import oldreceipt, receipt
from crypto.errors import FormatError
from crypto.receipt import (
    ReceiptError,
    WrongChecksum,
    WrongGroups,
    WrongLength,
    WrongSymbol,
    derive,
    derive_row_key,
    format_digits,
    from_master,
    generate_secret,
    parse,
)
from tests.crypto import known

SECRETS = st.integers(0, 10**30 - 1).map(lambda number: f"{number:030}".encode())
OLD_SECRETS = st.binary(min_size=11, max_size=11)
SECRET = b"314159265358979323846264338327"
OLD_SECRET = bytes(range(11))
DIGITS = format_digits(SECRET)
VECTORS = known.load("receipt")
FAULTS = {
    "length": (WrongLength, ("digits",)),
    "symbol": (WrongSymbol, ("symbol", "group")),
    "groups": (WrongGroups, ("groups",)),
    "checksum": (WrongChecksum, ()),
}


@given(SECRETS | OLD_SECRETS)
def test_a_receipt_is_read_as_it_was_shown(secret: bytes) -> None:
    assert parse(format_digits(secret)) == secret


@pytest.mark.parametrize("vector", known.load("receipt-typed"), ids=lambda vector: vector["text"])
def test_what_people_type_is_read_as_the_vectors_say(vector: dict[str, Any]) -> None:
    if "secret" in vector:
        assert parse(vector["text"]).hex() == vector["secret"]
        return
    kind, names = FAULTS[vector["fault"]]
    with pytest.raises(kind) as raised:
        parse(vector["text"])

    result = {name: getattr(raised.value, name) for name in names}
    assert {
        name: list(item) if isinstance(item, tuple) else item for name, item in result.items()
    } == {name: vector[name] for name in names}


@pytest.mark.parametrize(("secret", "length"), [(SECRET, 6), (OLD_SECRET, 5)], ids=["new", "old"])
def test_a_receipt_is_shown_in_six_groups(secret: bytes, length: int) -> None:
    groups = format_digits(secret).split(" ")

    assert [len(group) for group in groups] == [length] * 6
    assert "".join(groups).isdecimal()


@given(SECRETS, st.integers(0, 35), st.integers(1, 9))
def test_a_single_wrong_digit_names_its_group(secret: bytes, place: int, more: int) -> None:
    typed = format_digits(secret).replace(" ", "")
    wrong = typed[:place] + str((int(typed[place]) + more) % 10) + typed[place + 1 :]

    with pytest.raises(WrongGroups) as raised:
        parse(wrong)

    assert raised.value.groups == (place // 6 + 1,)


@given(SECRETS, st.data())
def test_an_exchange_of_neighbours_names_its_groups(secret: bytes, data: st.DataObject) -> None:
    typed = format_digits(secret).replace(" ", "")
    differing = [place for place in range(35) if typed[place] != typed[place + 1]]
    assume(differing)
    place = data.draw(st.sampled_from(differing))
    wrong = typed[:place] + typed[place + 1] + typed[place] + typed[place + 2 :]

    with pytest.raises(WrongGroups) as raised:
        parse(wrong)

    assert raised.value.groups == tuple(sorted({place // 6 + 1, (place + 1) // 6 + 1}))


@given(OLD_SECRETS, st.integers(0, 29), st.integers(1, 9))
def test_nearly_every_wrong_digit_of_an_old_one_is_noticed(
    secret: bytes, place: int, more: int
) -> None:
    typed = oldreceipt.encode_digits(secret)
    wrong = typed[:place] + str((int(typed[place]) + more) % 10) + typed[place + 1 :]

    with suppress(ReceiptError):
        assert parse(wrong) != secret  # one in 2,048 goes unnoticed, and finds no case


def test_what_is_typed_is_in_no_message() -> None:
    for typed in (DIGITS[:-1], DIGITS.replace("3", "З"), "9" + DIGITS[1:], "7" * 30):
        with pytest.raises(ReceiptError) as raised:
            parse(typed)
        assert not set(str(raised.value)) & set("0123456789З")


def test_far_too_long_a_text_is_refused_before_any_work() -> None:
    # The receipt is in there, and nobody looks for it.
    with pytest.raises(WrongLength):
        parse(DIGITS + " " * 200)


@given(st.text(max_size=250))
def test_no_text_breaks_the_reader(typed: str) -> None:
    with suppress(ReceiptError):
        assert format_digits(parse(typed))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["digits"])
def test_the_published_keys_come_out(vector: dict[str, Any]) -> None:
    secret = bytes.fromhex(vector["secret"])
    keys = derive(secret)
    reporter = keys.derive_reporter_keys(bytes.fromhex(vector["second_half"]))

    assert format_digits(secret) == vector["digits"]
    assert all(parse(typed) == secret for typed in vector["also"])
    assert keys.master.hex() == vector["master"]
    assert keys.lookup.hex() == vector["lookup"]
    assert keys.blinding_key.hex() == vector["blind"]
    assert derive_row_key(bytes.fromhex(vector["pepper"]), keys.lookup).hex() == vector["row_key"]
    assert reporter.identity.text == vector["identity"]
    assert reporter.identity.recipient.text == vector["recipient"]
    assert reporter.signing.seed.hex() == vector["signing_seed"]
    assert reporter.signing.public.hex() == vector["signing_public"]


def test_the_master_key_of_an_old_receipt_is_the_known_one() -> None:
    # Found alike by three implementations of Argon2id.
    expected = "8328da5c905a9c099a5f65df36e8d9aba9590b38f92299ac41351f453865fe9a"

    assert derive(OLD_SECRET).master.hex() == expected


@given(SECRETS)
@settings(max_examples=20, deadline=None)
def test_another_implementation_of_pbkdf2_gives_the_same_master_key(secret: bytes) -> None:
    salt = sha256(b"pmp/receipt/v2").digest()[:16]

    assert derive(secret).master == pbkdf2_hmac("sha256", secret, salt, 10_000)


def test_the_slow_step_need_not_be_done_twice() -> None:
    keys = derive(SECRET)

    assert from_master(keys.master) == keys


def test_keys_depend_on_both_halves() -> None:
    keys = from_master(bytes(32))

    first, two = keys.derive_reporter_keys(bytes(32)), keys.derive_reporter_keys(b"\1" * 32)
    other = from_master(b"\1" * 32).derive_reporter_keys(bytes(32))

    assert len({first.identity, two.identity, other.identity}) == 3
    assert len({first.signing, two.signing, other.signing}) == 3


def test_no_secret_shows_when_keys_are_printed() -> None:
    assert repr(from_master(bytes(32))) == "ReceiptKeys()"


@pytest.mark.parametrize(
    "make",
    [
        lambda: format_digits(bytes(10)),
        lambda: format_digits(b"12345 " * 5),
        lambda: derive("٣".encode() * 15),
        lambda: derive(bytes(10)),
        lambda: from_master(bytes(31)),
        lambda: from_master(bytes(32)).derive_reporter_keys(bytes(31)),
    ],
)
def test_values_of_another_length_are_refused(make: Callable[[], object]) -> None:
    with pytest.raises(FormatError):
        make()


def test_new_secrets_are_thirty_random_digits() -> None:
    made = {generate_secret() for _ in range(200)}

    assert len(made) == 200
    assert all(len(item) == receipt.SECRET_BYTES == 30 and item.isdigit() for item in made)
    # each of 30 places shows each of 10 digits; a place that misses one would be seen
    places = zip(*made, strict=True)
    assert all(len(set(place)) == 10 for place in places)
