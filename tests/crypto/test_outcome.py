"""Records of outcomes: the same fact is always the same bytes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import FormatError
from crypto.outcome import Finding, Outcome, parse
from tests.crypto import known
from tests.crypto.altering import flipped, refused
from tests.crypto.make_log_vectors import RECORD

TEXT = known.load("entries")["record"]
CODES = st.text("AZaz09_.:/-", min_size=1, max_size=64)
FINDINGS = st.builds(
    Finding, CODES, CODES, st.frozensets(CODES, max_size=3).map(lambda x: tuple(sorted(x)))
)
OUTCOMES = st.builds(
    Outcome, CODES, CODES, CODES, CODES, st.lists(FINDINGS, min_size=1, max_size=4).map(tuple)
)


def test_the_vector_is_read_and_written() -> None:
    assert parse(TEXT.encode()) == RECORD
    assert RECORD.data == TEXT.encode()


@given(OUTCOMES)
def test_a_record_is_read_as_it_was_written(outcome: Outcome) -> None:
    assert parse(outcome.data) == outcome


def test_a_record_with_a_flipped_bit_is_refused_or_another() -> None:
    for altered in flipped(RECORD.data):
        assert refused(parse, altered) or parse(altered) != RECORD


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        TEXT + " ",
        TEXT.replace(":1,", ": 1,"),
        TEXT.replace('"v":1', '"v":2'),
        TEXT.replace('"v":1,', ""),
        TEXT.replace('"v":1,', '"v":1,"more":"",'),
        TEXT.replace('"KZ-75"', "75"),
        TEXT.replace("KZ-75", "KZ\\u002d75"),
        TEXT.replace("KZ-75", "ҚЗ-75"),
        TEXT.replace("KZ-75", ""),
        TEXT.replace('["DISMISSAL","REPRIMAND"]', '["REPRIMAND","DISMISSAL"]'),
        TEXT.replace('["DISMISSAL","REPRIMAND"]', '["DISMISSAL","DISMISSAL"]'),
        TEXT.replace('["DISMISSAL","REPRIMAND"]', "null"),
        TEXT.split('"findings"')[0] + '"findings":[]}',
    ],
)
def test_any_other_spelling_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        parse(text.encode())


def test_what_has_no_code_is_refused() -> None:
    with pytest.raises(FormatError):
        replace(RECORD, region="a code with spaces")
    with pytest.raises(FormatError):
        replace(RECORD, findings=())
    assert refused(Finding, "c", "o", ("",))
    assert refused(Finding, "c", "")
    assert refused(parse, b"\xff")
