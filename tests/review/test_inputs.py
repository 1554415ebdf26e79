"""Places in the queue as addresses, and back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis.strategies import dates, integers, none, text

from portal.core.errors import Invalid
from portal.review.inputs import Cursor


@given(integers(1, 4), dates() | none(), text("0123456789abcdef", min_size=32, max_size=32))
def test_a_place_is_read_as_it_was_written(priority: int, due: date | None, case_id: str) -> None:
    cursor = Cursor(priority, due, case_id)

    assert Cursor.parse(cursor.text) == cursor


@given(text())
def test_anything_else_is_refused(written: str) -> None:
    try:
        assert Cursor.parse(written).text
    except Invalid:
        return


@pytest.mark.parametrize(
    "written", ["1", "1.2.3", "x..y", "1.2026-13-01.a", "1..a.b", "5..a", f"{2**70}..a"]
)
def test_what_is_no_place_is_refused(written: str) -> None:
    with pytest.raises(Invalid):
        Cursor.parse(written)
