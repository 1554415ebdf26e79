"""Small files under a passphrase, as age makes them."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import passphrase
from crypto.errors import FormatError, OpenError
from crypto.passphrase import BEGIN, END, LOG_N, unwrap, wrap
from tests.crypto import known
from tests.crypto.cctv import Vector, chosen
from tests.crypto.conftest import Age

LIGHT = 4
TEXT = wrap(b"content", "six words", LIGHT)


@settings(max_examples=30)
@given(st.binary(max_size=300), st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_the_content_comes_back(content: bytes, words: str) -> None:
    assert unwrap(wrap(content, words, LIGHT), words) == content


def test_another_passphrase_opens_nothing() -> None:
    with pytest.raises(OpenError):
        unwrap(TEXT, "six word")


def test_no_altered_character_goes_unnoticed() -> None:
    for place, symbol in enumerate(TEXT.rstrip()):
        other = "B" if symbol == "A" else "A"
        with pytest.raises((FormatError, OpenError)):
            unwrap(TEXT[:place] + other + TEXT[place + 1 :], "six words")


def test_white_space_around_and_windows_lines_do_not_matter() -> None:
    assert unwrap("\n  " + TEXT.replace("\n", "\r\n") + "\n", "six words") == b"content"


@pytest.mark.parametrize(
    "text", ["", BEGIN, f"{BEGIN}\n{END}", known.READER.text, TEXT.replace("\n", ""), TEXT * 2]
)
def test_what_is_no_such_file_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        unwrap(text, "six words")


@pytest.mark.parametrize("words", ["", "x" * 1025])
def test_an_empty_or_far_too_long_passphrase_is_refused(words: str) -> None:
    with pytest.raises(FormatError):
        wrap(b"", words, LIGHT)
    with pytest.raises(FormatError):
        unwrap(TEXT, words)


@pytest.mark.parametrize("log_n", [-1, 0, 21, 63])
def test_work_without_bounds_is_refused(log_n: int) -> None:
    with pytest.raises(FormatError):
        wrap(b"", "six words", log_n)


@pytest.mark.parametrize("vector", chosen("scrypt"), ids=lambda vector: vector.name)
def test_published_files_open_exactly_when_they_should(vector: Vector) -> None:
    text = passphrase._encode_armor(vector.file)

    if vector.expect == "success":
        opened = unwrap(text, vector.passphrases[0])
        assert sha256(opened).hexdigest() == vector.payload
    else:
        with pytest.raises((FormatError, OpenError)):
            unwrap(text, vector.passphrases[0])


@pytest.mark.parametrize("vector", chosen("armor"), ids=lambda vector: vector.name)
def test_published_armor_is_read_as_age_reads_it(vector: Vector) -> None:
    text = vector.file.decode("latin-1")

    if vector.expect == "armor failure":
        with pytest.raises(FormatError):
            passphrase._decode_armor(text)
    else:
        assert passphrase._decode_armor(text) or vector.name == "armor_empty"


def test_age_opens_what_we_wrap(age: Age) -> None:
    wrapped = wrap(known.READER.text.encode(), "алты сөз", LOG_N)

    opened = age("age", "-d", "-j", "batchpass", data=wrapped.encode(), passphrase="алты сөз")

    assert opened == known.READER.text.encode()


def test_we_open_what_age_wraps(age: Age) -> None:
    wrapped = age("age", "-e", "-a", "-j", "batchpass", data=b"content", passphrase="алты сөз")

    assert unwrap(wrapped.decode(), "алты сөз") == b"content"
