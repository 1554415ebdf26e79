"""No address of an answer is made from what a request says of the portal's name."""

from dataclasses import replace

import pytest
from flask import Flask

from portal.core.config import Settings
from tests.architecture.test_routes import address, rules
from tests.factories import Make
from tests.installation import installed

EVIL = "evil.example"
FORGED = {
    "Host": EVIL,
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Proto": "gopher",
    "X-Forwarded-Server": EVIL,
    "X-Forwarded-Prefix": f"/{EVIL}",
    "X-Original-Url": f"https://{EVIL}/",
    "X-Rewrite-Url": f"https://{EVIL}/",
    "Forwarded": f"for=192.0.2.1;host={EVIL};proto=https",
    "X-Forwarded-For": "192.0.2.1",
}
ODD = ("/en", "/en//", "//en/report", "/en/report/", "/../en", "/figures", "/log", "/en/figures")


@pytest.fixture(params=[0, 1])
def forged(settings: Settings, make: Make, request: pytest.FixtureRequest) -> Flask:
    """A portal with a body, behind no proxy and behind one."""
    make.portal("KNB_AC")
    return installed(replace(settings, addresses_behind_proxy=request.param))


def test_no_answer_repeats_the_host_that_a_request_claims(forged: Flask) -> None:
    client = forged.test_client()
    asked = [
        (method, address(rule))
        for rule in rules(forged)
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]
    assert len(asked) > 60
    for method, path in [*asked, *(("GET", path) for path in ODD)]:
        answer = client.open(path, method=method, headers=FORGED)

        told = f"{answer.headers}\n{answer.get_data(as_text=True)}"
        assert EVIL not in told, (method, path)
        assert "gopher" not in told, (method, path)
        where = answer.headers.get("Location", "/")
        assert where.startswith("/"), (method, path, where)
        assert not where.startswith("//"), (method, path, where)


def test_a_missing_slash_leads_to_an_address_without_a_host(forged: Flask) -> None:
    answer = forged.test_client().get("/en?a=b", headers=FORGED)

    assert answer.status_code == 308
    assert answer.headers["Location"] == "/en/?a=b"
