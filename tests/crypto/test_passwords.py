"""Passwords of staff."""

import pytest

from crypto.errors import FormatError
from crypto.passwords import MAX_PASSWORD, check_password, hash_password

STORED = hash_password("жылқы батарея")


def test_the_right_password_and_no_other_is_accepted() -> None:
    assert check_password("жылқы батарея", STORED)
    assert not check_password("жылқы батареи", STORED)


def test_it_does_not_matter_how_a_keyboard_sends_an_accent() -> None:
    assert check_password("й", hash_password("и\N{COMBINING BREVE}"))


def test_the_same_password_is_stored_differently_each_time() -> None:
    assert hash_password("жылқы батарея") != STORED


def test_the_stored_text_names_its_parameters() -> None:
    assert STORED.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize("password", ["", "x" * (MAX_PASSWORD + 1)])
def test_an_empty_or_far_too_long_password_is_refused(password: str) -> None:
    with pytest.raises(FormatError):
        hash_password(password)
    assert not check_password(password, "not even looked at")


def test_what_is_no_stored_password_is_a_fault_and_not_a_refusal() -> None:
    with pytest.raises(FormatError):
        check_password("x", "plain")


def test_a_broken_stored_password_accepts_nothing() -> None:
    assert not check_password("жылқы батарея", STORED[:-4])
