"""Typed digits, and the check digit that names a wrong group."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.digits import compute_check_digit, find_digit_runs, normalise_digits, to_ascii_digits

GROUPS = st.text("0123456789", min_size=5, max_size=5)
DIGITS = "0123456789"


def test_digits_of_any_script_become_the_usual_ones() -> None:
    assert to_ascii_digits("٤٢ and ४२ and 42") == "42 and 42 and 42"


def test_what_separates_digits_goes_and_letters_stay_to_be_named() -> None:
    assert normalise_digits(" １２-3\N{ZERO WIDTH SPACE}4–O5_•6\n") == "1234O56"


@given(st.text())
def test_nothing_but_letters_and_plain_digits_is_left(text: str) -> None:
    assert all(
        digit.isalnum() and (digit in DIGITS or not digit.isdecimal())
        for digit in normalise_digits(text)
    )


def test_the_check_digit_is_the_published_one() -> None:
    # the example that is given everywhere, and the property that Damm proved
    assert compute_check_digit("572") == "4"
    assert compute_check_digit("5724") == "0"
    row = [[compute_check_digit(f"{state}{digit}") for digit in DIGITS] for state in DIGITS]
    assert all(set(line) == set(DIGITS) for line in [*row, *zip(*row, strict=True)])


@pytest.mark.parametrize("state", DIGITS)
def test_the_quasigroup_is_totally_anti_symmetric(state: str) -> None:
    pairs = list(permutations(DIGITS, 2))

    assert all(
        compute_check_digit(state + item + two) != compute_check_digit(state + two + item)
        for item, two in pairs
    )


@given(GROUPS, st.integers(0, 5), st.integers(1, 9))
def test_any_single_wrong_digit_is_noticed(group: str, place: int, more: int) -> None:
    right = group + compute_check_digit(group)
    wrong = right[:place] + str((int(right[place]) + more) % 10) + right[place + 1 :]

    assert compute_check_digit(right) == "0"
    assert compute_check_digit(wrong) != "0"


@given(GROUPS, st.integers(0, 4))
def test_any_exchange_of_neighbours_is_noticed(group: str, place: int) -> None:
    right = group + compute_check_digit(group)
    wrong = right[:place] + right[place + 1] + right[place] + right[place + 2 :]

    assert wrong == right or compute_check_digit(wrong) != "0"


def test_chains_break_at_letters_only() -> None:
    assert find_digit_runs("a12-3 4b５６٧, no") == [["12", "3", "4"], ["567"]]
