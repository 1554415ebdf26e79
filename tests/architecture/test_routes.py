"""Rules that hold for every route, including those not written yet."""

import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from portal.core.config import Settings
from tests.factories import Make
from tests.installation import installed

OF_THE_FRAMEWORK = {"static"}
# A person who is not signed in must be able to reach these.
OPEN_TO_STAFF_NOT_SIGNED_IN = {
    "accounts.sign_in",
    "accounts.check_password",
    "accounts.welcome",
    "accounts.accept",
}


def portal(folder: Path) -> Flask:
    return installed(Settings(instance=folder, public_url="http://localhost"))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return portal(tmp_path_factory.mktemp("routes"))


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in OF_THE_FRAMEWORK]


def address(rule: Rule) -> str:
    """Return an address that the rule matches, with parts that name nothing."""
    parts = {"lang": "ru", "hex": "0" * 32, "quarter": "2026-q1", "int": "1", "code": "X"}

    def filled(match: re.Match[str]) -> str:
        return parts.get(match.group(1) or "", "x")

    return re.sub(r"<(?:([a-z]+)(?:\([^)]*\))?:)?[a-z_]+>", filled, rule.rule)


def test_a_path_is_lower_kebab_case_with_typed_parts(app: Flask) -> None:
    part = r"([a-z0-9.-]+|<[a-z]+(\([^)]*\))?:[a-z_]+>|<[a-z]+:[a-z_]+>\.[a-z]+|v<int:[a-z_]+>)"
    for rule in rules(app):
        assert re.fullmatch(rf"(/|(/{part})+/?)", rule.rule), rule


def test_every_view_says_what_it_does(app: Flask) -> None:
    for rule in rules(app):
        assert (app.view_functions[rule.endpoint].__doc__ or "").strip().endswith("."), rule


def test_reading_and_writing_are_two_endpoints(app: Flask) -> None:
    for rule in rules(app):
        assert not {"GET", "POST"} <= (rule.methods or set()), rule


def test_every_staff_page_turns_away_who_is_not_signed_in(app: Flask) -> None:
    client = app.test_client()
    result = 0
    for rule in rules(app):
        if "/staff" not in rule.rule or rule.endpoint in OPEN_TO_STAFF_NOT_SIGNED_IN:
            continue
        result += 1
        method = "POST" if "POST" in (rule.methods or set()) else "GET"
        answer = client.open(address(rule), method=method)
        turned_away = answer.status_code in {401, 403, 404} or (
            answer.status_code == 303 and "/staff/sign-in" in (answer.location or "")
        )
        assert turned_away, (rule.rule, answer.status_code)
    assert result > 20


def test_no_post_is_accepted_without_its_token(app: Flask, make: Make) -> None:
    make.portal()
    client = app.test_client()
    for rule in rules(app):
        if "POST" in (rule.methods or set()):
            answer = client.post(address(rule), data={})
            leads_away = answer.status_code == 303 and "sign-in" in (answer.location or "")
            assert answer.status_code in {400, 401, 403, 404, 413, 422} or leads_away, (
                rule.rule,
                answer.status_code,
            )


def test_every_answer_carries_the_headers(app: Flask) -> None:
    client = app.test_client()
    for rule in rules(app):
        method = "POST" if "POST" in (rule.methods or set()) else "GET"
        headers = client.open(address(rule), method=method).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"], rule
        assert "unsafe" not in headers["Content-Security-Policy"], rule
        assert headers["Referrer-Policy"] == "no-referrer", rule
        assert headers["X-Content-Type-Options"] == "nosniff", rule
