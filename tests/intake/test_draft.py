"""A ticket holds what a page promised, and nobody can change it."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from itsdangerous import TimestampSigner

from portal.core.errors import Invalid
from portal.intake.draft import TICKET_HOURS, Choice, Ticket

KEY, OTHER = bytes(32), bytes([1]) * 32
SIGNED = Ticket(Choice("bribery", "bribery.roadside"), 1, 2).sign(KEY)
CHOICES = st.builds(
    Choice,
    category=st.text(),
    subcategory=st.text(),
    region=st.none() | st.text(),
    agency=st.none() | st.text(),
    service=st.none() | st.text(),
    leadership=st.booleans(),
    outside_police=st.booleans(),
)


@given(CHOICES, st.integers(1), st.integers(1))
def test_a_ticket_comes_back_as_it_went(choice: Choice, unit: int, recovery: int) -> None:
    ticket = Ticket(choice, unit, recovery)

    assert Ticket.read(KEY, ticket.sign(KEY)) == ticket


# The last letter of a signature holds bits that say nothing.
@given(st.integers(0, len(SIGNED) - 2), st.sampled_from("abcXYZ019-_."))
def test_an_altered_ticket_is_refused(at: int, letter: str) -> None:
    altered = SIGNED[:at] + letter + SIGNED[at + 1 :]
    assume(altered != SIGNED)

    with pytest.raises(Invalid):
        Ticket.read(KEY, altered)


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "é" * 100, "." * 5000])
def test_what_is_no_ticket_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        Ticket.read(KEY, text)


def test_a_ticket_of_another_portal_is_refused() -> None:
    with pytest.raises(Invalid):
        Ticket.read(OTHER, Ticket(Choice("other", "other.unspecified"), 1, 2).sign(KEY))


def test_a_ticket_is_too_old_after_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    made = TimestampSigner("any").get_timestamp()
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: made - TICKET_HOURS * 3600 - 60)
    old = Ticket(Choice("other", "other.unspecified"), 1, 2).sign(KEY)
    monkeypatch.undo()

    with pytest.raises(Invalid):
        Ticket.read(KEY, old)


def test_no_two_pages_have_the_same_ticket() -> None:
    choice = Choice("other", "other.unspecified")

    assert Ticket(choice, 1, 2).nonce != Ticket(choice, 1, 2).nonce
