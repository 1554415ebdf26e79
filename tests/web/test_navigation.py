"""The layouts lead to pages that exist, and to those that a person may open."""

from types import SimpleNamespace

import pytest
from flask import Flask, g

from portal.accounts.models import Role
from portal.web import navigation


def test_every_role_named_is_a_role() -> None:
    named = frozenset().union(*(roles for _, _, roles in navigation.PLACES))

    assert named <= set(Role)


def test_a_page_that_is_not_there_is_not_linked(app: Flask) -> None:
    with app.test_request_context("/ru/"):
        assert navigation.link_if("words.front") == "/ru/"
        assert navigation.link_if("words.nothing") == ""


@pytest.mark.parametrize("role", Role)
def test_nobody_is_led_to_a_page_that_is_not_theirs(app: Flask, role: Role) -> None:
    with app.test_request_context("/ru/staff/account"):
        g.account = SimpleNamespace(role=role)
        places = [endpoint for endpoint, _ in navigation.list_staff_places()]

    assert "accounts.account" in places
    assert ("accounts.links" in places) == (role is not Role.ADMINISTRATOR)
    assert set(places) <= set(app.view_functions)
