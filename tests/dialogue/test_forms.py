"""A receipt is never sent by mistake."""

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import receipt
from portal.dialogue.forms import MessageForm
from tests.crypto.habits import MARKS

SECRETS = st.binary(min_size=11, max_size=11) | st.integers(0, 10**30 - 1).map(
    lambda number: f"{number:030}".encode()
)


@pytest.fixture(scope="module")
def page() -> Flask:
    return Flask("page")


@settings(max_examples=50)
@given(secret=SECRETS, join=st.sampled_from(sorted(MARKS.values())))
def test_a_text_that_holds_a_receipt_is_refused(page: Flask, secret: bytes, join: str) -> None:
    code = join.join(receipt.format_digits(secret).split())

    assert "text" in faults(page, f"It is {code}!")


@settings(max_examples=50)
@given(text=st.text(alphabet="0123456789 -", max_size=29))
def test_other_digits_are_no_receipt(page: Flask, text: str) -> None:
    assert "text" not in faults(page, text)


def faults(page: Flask, text: str) -> dict[str, object]:
    page.secret_key = "for this test only"
    with page.test_request_context(method="POST", data={"text": text, "seq": "1"}):
        form = MessageForm(meta={"csrf": False})
        form.validate()
        return dict(form.errors)
