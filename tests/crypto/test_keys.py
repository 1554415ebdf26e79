"""Keys as text: what age writes, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import bech32, keys
from crypto.errors import FormatError
from crypto.keys import derive_identity, generate_identity, parse_identity, parse_recipient
from tests.crypto import known
from tests.crypto.conftest import Age

RECIPIENT = known.READER.recipient
LOW_ORDER = [bytes(32), b"\1" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f"]


@given(st.binary(min_size=32, max_size=32))
def test_an_identity_is_read_as_it_was_written(seed: bytes) -> None:
    identity = derive_identity(seed)

    assert parse_identity(identity.text) == identity
    assert parse_recipient(identity.recipient.text) == identity.recipient


@pytest.mark.parametrize("vector", known.load("hpke-pq")["vectors"])
def test_a_seed_gives_the_published_key(vector: dict[str, str]) -> None:
    identity = derive_identity(bytes.fromhex(vector["skRm"]))

    assert identity.recipient.raw.hex() == vector["pkRm"]


def test_new_identities_differ() -> None:
    assert generate_identity() != generate_identity()


def test_keys_have_the_lengths_and_prefixes_of_age() -> None:
    assert len(RECIPIENT.raw) == 1216
    assert len(RECIPIENT.text) == 1959
    assert RECIPIENT.text.startswith("age1pq1")
    assert len(known.READER.text) == 77
    assert known.READER.text.startswith("AGE-SECRET-KEY-PQ-1")


def test_no_secret_shows_when_an_identity_is_printed() -> None:
    assert repr(known.READER) == "Identity()"


def test_what_is_read_of_an_identity_is_not_kept() -> None:
    assert parse_identity(known.READER.text) is not parse_identity(known.READER.text)
    assert not hasattr(parse_identity, "cache_info")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "age1pq1",
        RECIPIENT.text.upper(),
        RECIPIENT.text[:-1],
        RECIPIENT.text + "\n",
        "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj",
        known.READER.text,
    ],
    ids=lambda text: text[:8],
)
def test_what_is_not_a_recipient_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        parse_recipient(text)


@pytest.mark.parametrize("point", LOW_ORDER)
def test_a_recipient_that_sealing_would_fail_for_is_refused(point: bytes) -> None:
    raw = RECIPIENT.raw[: keys.MLKEM_PUBLIC_BYTES] + point

    with pytest.raises(FormatError):
        parse_recipient(bech32.encode("age1pq", raw))


def test_a_lattice_key_out_of_range_is_refused() -> None:
    raw = b"\xff" * 3 + RECIPIENT.raw[3:]

    with pytest.raises(FormatError):
        parse_recipient(bech32.encode("age1pq", raw))


@pytest.mark.parametrize(
    "text", ["", known.READER.text.lower(), known.READER.text[:-1], RECIPIENT.text.upper()]
)
def test_what_is_not_an_identity_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        parse_identity(text)


def test_a_seed_of_another_length_is_refused() -> None:
    with pytest.raises(FormatError):
        derive_identity(bytes(31))


def test_age_finds_the_same_recipient_for_our_identity(age: Age) -> None:
    result = age("age-keygen", "-y", data=known.READER.text.encode())

    assert result.decode().strip() == RECIPIENT.text


def test_we_read_what_age_generates(age: Age) -> None:
    lines = age("age-keygen", "-pq").decode().split()
    identity = parse_identity(lines[-1])

    assert identity.recipient.text in lines
