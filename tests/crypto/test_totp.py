"""Codes that change every 30 seconds."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.totp import STEP_SECONDS, build_uri, compute_code, generate_secret, verify

SECRET = b"12345678901234567890"
# RFC 6238 appendix B, the last six of eight digits.
PUBLISHED = {
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
    20000000000: "353130",
}
# RFC 4226 appendix D, of the counters 0 to 9.
COUNTED = [
    *("755224", "287082", "359152", "969429", "338314"),
    *("254676", "287922", "162583", "399871", "520489"),
]
NOW = 1111111111
STEP = NOW // STEP_SECONDS


@pytest.mark.parametrize(("time", "expected"), PUBLISHED.items())
def test_the_published_codes_come_out(time: int, expected: str) -> None:
    assert compute_code(SECRET, time // STEP_SECONDS) == expected
    assert verify(SECRET, expected, time, -1) == time // STEP_SECONDS


@pytest.mark.parametrize(("counter", "expected"), list(enumerate(COUNTED)))
def test_the_published_codes_of_counters_come_out(counter: int, expected: str) -> None:
    assert compute_code(SECRET, counter) == expected


@pytest.mark.parametrize("drift", [-1, 0, 1])
def test_a_clock_may_be_one_step_off(drift: int) -> None:
    assert verify(SECRET, compute_code(SECRET, STEP + drift), NOW, -1) == STEP + drift


@pytest.mark.parametrize("drift", [-3, -2, 2, 3])
def test_a_clock_may_not_be_further_off(drift: int) -> None:
    assert verify(SECRET, compute_code(SECRET, STEP + drift), NOW, -1) is None


@pytest.mark.parametrize("last", [STEP, STEP + 1])
def test_no_code_counts_twice(last: int) -> None:
    assert verify(SECRET, compute_code(SECRET, STEP), NOW, last) is None


def test_the_next_code_counts() -> None:
    assert verify(SECRET, compute_code(SECRET, STEP), NOW, STEP - 1) == STEP


@given(st.text(max_size=300).filter(lambda typed: "".join(typed.split()) not in _good()))
def test_nothing_else_counts(typed: str) -> None:
    assert verify(SECRET, typed, NOW, -1) is None


def _good() -> set[str]:
    return {compute_code(SECRET, STEP + drift) for drift in (-1, 0, 1)}


@pytest.mark.parametrize(
    "typed",
    [" 050 471\n", "050-471", "050–471", "０５０４７１", "٠٥٠٤٧١", "050.471", "050\u200b471"],
)
def test_it_is_read_as_people_type_it(typed: str) -> None:
    assert verify(SECRET, typed, NOW, -1) == STEP


def test_at_the_beginning_of_time_there_is_no_step_before() -> None:
    assert verify(SECRET, compute_code(SECRET, 0), 0, -1) == 0


def test_new_secrets_have_160_bits_and_differ() -> None:
    assert len(generate_secret()) == 20
    assert generate_secret() != generate_secret()


def test_an_authenticator_reads_the_address() -> None:
    written = build_uri(SECRET, "айгүл@body", "Our Portal")
    address = urlsplit(written)

    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert "+" not in written, "authenticators show it as a plus"
    assert address.path == "/Our%20Portal:%D0%B0%D0%B9%D0%B3%D2%AF%D0%BB%40body"
    assert parse_qs(address.query) == {
        "secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"],
        "issuer": ["Our Portal"],
        "algorithm": ["SHA1"],
        "digits": ["6"],
        "period": ["30"],
    }
