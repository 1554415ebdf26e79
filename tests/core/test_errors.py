"""Refusals carry what a page needs, and no more."""

from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound, PortalError


def test_every_refusal_is_caught_as_one() -> None:
    assert all(issubclass(kind, PortalError) for kind in (NotFound, NotAllowed, Conflict, Invalid))


def test_what_is_invalid_may_name_its_field_and_reason() -> None:
    error = Invalid("too short", field="what_happened", code="too_short")

    assert (str(error), error.field, error.code) == ("too short", "what_happened", "too_short")
    assert Invalid("no form").field is None
