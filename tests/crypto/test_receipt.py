"""Receipts: how people type them, and every key that follows."""

import random  # noqa: TID251 - typing errors that are the same in every run
import unicodedata
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import receipt
from crypto.errors import FormatError
from crypto.receipt import (
    ReceiptError,
    WrongChecksum,
    WrongLength,
    derive,
    from_master,
    new_secret,
    parse,
    row_key,
    show,
    show_letters,
)
from tests.crypto import known

SECRETS = st.binary(min_size=11, max_size=11)
SECRET = bytes(range(11))
DIGITS = show(SECRET)
VECTORS = known.load("receipt")
SEPARATORS = [
    " ",
    "  ",
    "-",
    "\N{EN DASH}",
    ".",
    "\N{NO-BREAK SPACE}",
    "\n",
    "\N{ZERO WIDTH SPACE}",
    "",
]


@given(SECRETS)
def test_a_receipt_is_read_as_it_was_shown(secret: bytes) -> None:
    assert parse(show(secret)) == secret
    assert parse(show_letters(secret)) == secret


@given(SECRETS, st.sampled_from(SEPARATORS))
def test_it_does_not_matter_what_separates_the_groups(secret: bytes, separator: str) -> None:
    assert parse(show(secret).replace(" ", separator)) == secret


@pytest.mark.parametrize("zero", ["٠", "۰", "०", "\uff10"])
def test_digits_of_any_script_count(zero: str) -> None:
    typed = "".join(chr(ord(zero) + int(digit)) for digit in DIGITS.replace(" ", ""))

    assert unicodedata.decimal(typed[0]) == int(DIGITS[0])
    assert parse(typed) == SECRET


def test_letters_that_look_like_digits_count_as_digits() -> None:
    letters = show_letters(SECRET)

    assert parse(letters.lower().replace("0", "o").replace("1", "l")) == SECRET
    assert parse(letters.replace("1", "I").replace("0", "O")) == SECRET


def test_a_receipt_is_shown_in_six_groups_of_five_digits() -> None:
    groups = DIGITS.split(" ")

    assert [len(group) for group in groups] == [5] * 6
    assert "".join(groups).isdecimal()


def test_nearly_every_wrong_digit_is_noticed() -> None:
    chance = random.Random(0)  # noqa: S311 - see above
    unnoticed = 0
    for _ in range(20):
        typed = show(chance.randbytes(11)).replace(" ", "")
        for place in range(30):
            for digit in set("0123456789") - {typed[place]}:
                unnoticed += _is_receipt(typed[:place] + digit + typed[place + 1 :])

    # Of 5,400 about 2.6 are expected: one in 2,048.
    assert unnoticed < 12


def test_nearly_every_swap_of_neighbours_is_noticed() -> None:
    chance = random.Random(1)  # noqa: S311 - see above
    unnoticed = 0
    for _ in range(50):
        typed = show(chance.randbytes(11)).replace(" ", "")
        for place in range(29):
            swapped = typed[:place] + typed[place + 1] + typed[place] + typed[place + 2 :]
            unnoticed += swapped != typed and _is_receipt(swapped)

    assert unnoticed < 8


def _is_receipt(typed: str) -> bool:
    try:
        parse(typed)
    except WrongChecksum:
        return False
    return True


@pytest.mark.parametrize("typed", ["", "1", DIGITS[:-1], DIGITS + "0", "привет", "1" * 200])
def test_another_length_is_named_as_such(typed: str) -> None:
    with pytest.raises(WrongLength):
        parse(typed)


@pytest.mark.parametrize(
    "typed", ["9" * 30, "Z" * 20, DIGITS[:-1] + "x", "U" * 20, show_letters(SECRET)[:-1] + "Ж"]
)
def test_a_wrong_digit_is_named_as_such(typed: str) -> None:
    with pytest.raises(WrongChecksum):
        parse(typed)


def test_far_too_long_a_text_is_refused_before_any_work() -> None:
    # The receipt is in there, and nobody looks for it.
    with pytest.raises(WrongLength):
        parse(DIGITS + " " * 200)


@given(st.text(max_size=250))
def test_no_text_breaks_the_reader(typed: str) -> None:
    with suppress(ReceiptError):
        assert show(parse(typed))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["secret"])
def test_the_published_keys_come_out(vector: dict[str, str]) -> None:
    secret = bytes.fromhex(vector["secret"])
    keys = derive(secret)
    reporter = keys.with_second_half(bytes.fromhex(vector["second_half"]))

    assert show(secret) == vector["digits"]
    assert show_letters(secret) == vector["letters"]
    assert all(parse(typed) == secret for typed in vector["also"])
    assert keys.master.hex() == vector["master"]
    assert keys.lookup.hex() == vector["lookup"]
    assert keys.blind.hex() == vector["blind"]
    assert row_key(bytes.fromhex(vector["pepper"]), keys.lookup).hex() == vector["row_key"]
    assert reporter.identity.text == vector["identity"]
    assert reporter.identity.recipient.text == vector["recipient"]
    assert reporter.signing.seed.hex() == vector["signing_seed"]
    assert reporter.signing.public.hex() == vector["signing_public"]


def test_the_known_master_key_comes_out() -> None:
    # Found alike by three implementations of Argon2id.
    expected = "8328da5c905a9c099a5f65df36e8d9aba9590b38f92299ac41351f453865fe9a"

    assert derive(SECRET).master.hex() == expected


def test_the_slow_step_need_not_be_done_twice() -> None:
    keys = derive(SECRET)

    assert from_master(keys.master) == keys


def test_keys_depend_on_both_halves() -> None:
    keys = from_master(bytes(32))

    one, two = keys.with_second_half(bytes(32)), keys.with_second_half(b"\1" * 32)
    other = from_master(b"\1" * 32).with_second_half(bytes(32))

    assert len({one.identity, two.identity, other.identity}) == 3
    assert len({one.signing, two.signing, other.signing}) == 3


def test_no_secret_shows_when_keys_are_printed() -> None:
    assert repr(from_master(bytes(32))) == "Keys()"


@pytest.mark.parametrize(
    "make",
    [
        lambda: show(bytes(10)),
        lambda: show_letters(bytes(12)),
        lambda: derive(bytes(10)),
        lambda: from_master(bytes(31)),
        lambda: from_master(bytes(32)).with_second_half(bytes(31)),
    ],
)
def test_values_of_another_length_are_refused(make: Callable[[], object]) -> None:
    with pytest.raises(FormatError):
        make()


def test_new_secrets_have_88_bits_and_differ() -> None:
    assert len(new_secret()) == receipt.SECRET_BYTES == 11
    assert new_secret() != new_secret()
