"""What JSON gave is what it should be."""

from collections.abc import Callable

import pytest

from crypto.errors import FormatError
from crypto.shape import hexadecimal, listed, record, text, whole


def test_a_value_of_the_right_shape_comes_back() -> None:
    assert record({"a": 1}, ["a"]) == {"a": 1}
    assert record({"b": 1}) == {"b": 1}
    assert listed([1]) == [1]
    assert text("да", 2) == "да"
    assert whole(0) == 0
    assert hexadecimal("0f", 2) == "0f"


@pytest.mark.parametrize(
    "take",
    [
        lambda: record([], ["a"]),
        lambda: record({"a": 1, "b": 2}, ["a"]),
        lambda: record({}, ["a"]),
        lambda: listed({}),
        lambda: text(1),
        lambda: text("abc", 2),
        lambda: whole(bool(1)),
        lambda: whole(-1),
        lambda: whole("1"),
        lambda: hexadecimal("0F", 2),
        lambda: hexadecimal("0f\n", 2),
        lambda: hexadecimal("0f0", 2),
        lambda: hexadecimal("٠f", 2),
        lambda: hexadecimal(None, 2),
    ],
)
def test_a_value_of_another_shape_is_refused(take: Callable[[], object]) -> None:
    with pytest.raises(FormatError):
        take()
