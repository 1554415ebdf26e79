"""What JSON gave is what it should be."""

from collections.abc import Callable

import pytest

from crypto.errors import FormatError
from crypto.json_types import (
    require_array,
    require_hex,
    require_nonneg_int,
    require_object,
    require_text,
)


def test_a_value_of_the_right_shape_comes_back() -> None:
    assert require_object({"a": 1}, ["a"]) == {"a": 1}
    assert require_object({"b": 1}) == {"b": 1}
    assert require_array([1]) == [1]
    assert require_text("да", 2) == "да"
    assert require_nonneg_int(0) == 0
    assert require_hex("0f", 2) == "0f"


@pytest.mark.parametrize(
    "take",
    [
        lambda: require_object([], ["a"]),
        lambda: require_object({"a": 1, "b": 2}, ["a"]),
        lambda: require_object({}, ["a"]),
        lambda: require_array({}),
        lambda: require_text(1),
        lambda: require_text("abc", 2),
        lambda: require_nonneg_int(bool(1)),
        lambda: require_nonneg_int(-1),
        lambda: require_nonneg_int("1"),
        lambda: require_hex("0F", 2),
        lambda: require_hex("0f\n", 2),
        lambda: require_hex("0f0", 2),
        lambda: require_hex("٠f", 2),
        lambda: require_hex(None, 2),
    ],
)
def test_a_value_of_another_shape_is_refused(take: Callable[[], object]) -> None:
    with pytest.raises(FormatError):
        take()
