"""Which places a body speaks about, and who decides about it."""

import pytest

from portal.accounts.models import Account, Role
from portal.cases.bodies import DP_USB, PORTAL_BOARD, PROS_SPEC
from portal.core.errors import NotAllowed
from portal.core.taxonomy import load
from portal.statistics.catalogue.codelists import NATION
from portal.statistics.models import Reply
from portal.statistics.policy import check_may_decide, check_may_reply, list_places

CITY = f"{DP_USB}.KZ-75"


def somebody(name: str, body: str | None, role: Role = Role.HEAD) -> Account:
    return Account(id=name, role=role, body_code=body)


def test_a_body_of_a_region_speaks_about_that_region_only() -> None:
    assert list_places(CITY) == ("KZ-75",)
    check_may_reply(somebody("a", CITY), "KZ-75")
    for other in ("KZ-71", NATION):
        with pytest.raises(NotAllowed):
            check_may_reply(somebody("a", CITY), other)


def test_a_national_body_speaks_about_any_place() -> None:
    assert set(list_places(PROS_SPEC)) == {NATION, *load().regions}


def test_who_belongs_to_no_body_speaks_for_none() -> None:
    with pytest.raises(NotAllowed):
        check_may_reply(somebody("a", None, Role.ADMINISTRATOR), NATION)


@pytest.mark.parametrize(("who", "body"), [("b", CITY), ("a", PORTAL_BOARD)])
def test_nobody_decides_about_a_text_of_their_own_or_of_their_body(who: str, body: str) -> None:
    reply = Reply(author_id="a", body_code=CITY)

    with pytest.raises(NotAllowed):
        check_may_decide(somebody(who, body, Role.OVERSIGHT), reply)
    check_may_decide(somebody("b", PORTAL_BOARD, Role.OVERSIGHT), reply)
