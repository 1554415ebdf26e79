"""One calm page for everything that goes wrong; it tells no more than the status."""

import html5lib
import pytest
from flask import Flask
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import abort

from portal.core.errors import (
    Conflict,
    Damaged,
    Invalid,
    NotAllowed,
    NotFound,
    PortalError,
    Unsigned,
)
from tests.page import XHTML, Browser, text_of, tree_of

STATUSES = (400, 403, 404, 405, 409, 413, 422, 429, 500, 503)
SECRET = "the reporter is aigul"
REFUSALS: list[tuple[type[Exception], int]] = [
    (NotFound, 404),
    (NotAllowed, 403),
    (Conflict, 409),
    (Invalid, 400),
    (Damaged, 500),
    (StaleDataError, 409),
]


@pytest.fixture
def failing(app: Flask) -> Flask:
    """A portal with pages that only fail."""

    def fail(status: int) -> str:
        abort(status, SECRET)

    def refuse(which: int) -> str:
        raise REFUSALS[which][0](SECRET)

    def crash() -> str:
        raise RuntimeError(SECRET)

    app.add_url_rule("/fails/<int:status>", view_func=fail)
    app.add_url_rule("/refuses/<int:which>", view_func=refuse)
    app.add_url_rule("/crashes", view_func=crash)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.mark.parametrize("status", STATUSES)
def test_every_fault_has_a_page_that_leads_back(failing: Flask, status: int) -> None:
    page = Browser(failing.test_client()).get(f"/fails/{status}", status=status)

    addresses = [link.get("href") for link in tree_of(page).iter(f"{XHTML}a")]
    assert "/ru/" in addresses
    assert SECRET not in page


@pytest.mark.parametrize("status", STATUSES)
def test_the_page_says_that_nothing_was_filed(failing: Flask, status: int) -> None:
    answer = failing.test_client().get(f"/fails/{status}", headers={"Accept-Language": "en"})

    said = " ".join(html5lib.parse(answer.text).itertext()).lower()
    assert "nothing was filed" in said


@pytest.mark.parametrize(("which", "status"), [(at, item[1]) for at, item in enumerate(REFUSALS)])
def test_a_refusal_of_ours_becomes_its_page(failing: Flask, which: int, status: int) -> None:
    page = Browser(failing.test_client()).get(f"/refuses/{which}", status=status)

    assert SECRET not in page


def test_every_refusal_has_a_status() -> None:
    ours = {*PortalError.__subclasses__()} - {Unsigned}  # that has pages of its own, by reason
    assert {kind for kind, _ in REFUSALS} == {*ours, StaleDataError}


def test_a_crash_is_a_calm_page_too(failing: Flask) -> None:
    page = Browser(failing.test_client()).get("/crashes", status=500)

    assert SECRET not in page
    assert "Traceback" not in text_of(page)


def test_a_script_gets_a_code_instead_of_a_page(failing: Flask) -> None:
    answer = failing.test_client().get("/refuses/2", headers={"Accept": "application/json"})

    assert answer.status_code == 409
    assert answer.get_json() == {"error": "conflict"}


def test_a_wrong_method_is_told_the_right_ones(failing: Flask) -> None:
    answer = failing.test_client().post("/ru/")

    assert answer.status_code == 405
    assert {"GET", "HEAD"} <= set(answer.headers["Allow"].split(", "))
