"""Base64 and JSON: one value, one text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import FormatError
from crypto.text import LARGEST_WHOLE, from_base64, from_json, to_base64, to_json

PLAIN = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST_WHOLE, LARGEST_WHOLE) | PLAIN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PLAIN, inner, max_size=4),
    max_leaves=12,
)


@given(st.binary(), st.booleans())
def test_base64_gives_back_what_went_in(data: bytes, padded: bool) -> None:  # noqa: FBT001 - drawn
    assert from_base64(to_base64(data, padded=padded), padded=padded) == data


@pytest.mark.parametrize("text", ["QR==", "QQ", "QQ=", "QQ===", " QQ==", "QQ==\n", "Q-==", "QЖ=="])
def test_base64_in_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        from_base64(text)


@pytest.mark.parametrize("text", ["QR", "QQ==", "Q", "QQ\n"])
def test_base64_without_padding_has_one_spelling_too(text: str) -> None:
    with pytest.raises(FormatError):
        from_base64(text, padded=False)


def test_base64_of_another_length_is_refused() -> None:
    with pytest.raises(FormatError):
        from_base64("QUE=", 1)


@given(VALUES)
def test_json_gives_back_what_went_in(value: object) -> None:
    assert from_json(to_json(value)) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"a":1,"a":2}',
        '{"a":{"b":1,"b":1}}',
        "1.0",
        "1e3",
        "NaN",
        "-Infinity",
        str(LARGEST_WHOLE + 1),
        str(-LARGEST_WHOLE - 1),
        "1" * 5000,
        "[" * 100_000,
        r'"\ud800"',
        '{"a":1} x',
        "\ufeff{}",
    ],
    ids=lambda text: text[:12],
)
def test_json_with_two_readings_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        from_json(text)


@pytest.mark.parametrize("value", [1.5, {1: 2}, (1, 2), {"a": {1}}, "\ud800", LARGEST_WHOLE + 1])
def test_what_json_would_change_is_not_written(value: object) -> None:
    with pytest.raises(FormatError):
        to_json(value)


def test_too_deep_a_value_is_not_written() -> None:
    value: list[object] = []
    for _ in range(100_000):
        value = [value]

    with pytest.raises(FormatError):
        to_json(value)
