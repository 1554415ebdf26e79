"""A receipt is found in a text, however it was written there."""

import random  # noqa: TID251 - numbers that are the same in every run

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import receipt
from crypto.findcode import has_receipt
from tests.crypto import known
from tests.crypto.habits import MARKS, in_script

SECRETS = st.binary(min_size=11, max_size=11) | st.integers(0, 10**30 - 1).map(
    lambda number: f"{number:030}".encode()
)
MARK = st.sampled_from(sorted(MARKS.values()))


@pytest.mark.parametrize("vector", known.load("receipt-texts"), ids=lambda vector: vector["text"])
def test_what_the_vectors_say_is_found(vector: dict[str, object]) -> None:
    assert has_receipt(str(vector["text"])) is vector["holds"]


@given(SECRETS, MARK, MARK, st.sampled_from([0x30, 0x660, 0x966, 0xFF10]))
def test_a_receipt_is_found_whatever_joins_its_groups(
    secret: bytes, join: str, around: str, zero: int
) -> None:
    code = in_script(join.join(receipt.format_digits(secret).split()), zero)

    assert has_receipt(f"It is{around} {code}{around}!")


@given(st.text(max_size=300))
def test_whatever_is_read_is_also_found(text: str) -> None:
    try:
        receipt.parse(text)
    except receipt.ReceiptError:
        return
    assert has_receipt(text)


def test_other_numbers_are_seldom_taken_for_a_receipt() -> None:
    chance = random.Random(0)  # noqa: S311 - see above
    texts = [" ".join(f"{chance.randrange(10**6):06}" for _ in range(12)) for _ in range(2_000)]
    phones = [
        ", ".join(f"+7 7{chance.randrange(100):02} {chance.randrange(10**7):07}" for _ in range(10))
        for _ in range(2_000)
    ]

    # Expected: one in a million where six groups meet; of an old one, one in 3,200 where 30 fit.
    assert sum(map(has_receipt, texts)) <= 20
    assert sum(map(has_receipt, phones)) <= 20
