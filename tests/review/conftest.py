"""What tests of review share: desks with people signed in."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.factories import StaffPerson
from tests.page import Browser
from tests.review.desk import signed_in


@pytest.fixture
def sign_in(app: Flask) -> Callable[[StaffPerson], Browser]:
    """Give the browser of somebody who has signed in."""
    return lambda person: signed_in(app, person)
