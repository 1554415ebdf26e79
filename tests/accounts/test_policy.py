"""Tests of who may admit whom, and which roles exist where."""

import pytest

from portal.accounts.models import Account, Role
from portal.accounts.policy import check_may_admit, check_role_fits
from portal.core.errors import Invalid, NotAllowed, NotFound
from tests.factories import TODAY


def account(
    number: int = 1, *, body: str | None = "PROS_SPEC", role: Role = Role.INVESTIGATOR
) -> Account:
    return Account(
        id=f"{number:032x}",
        login=f"member-{number}",
        role=role,
        body_code=body,
        active=True,
        made_on=TODAY,
        recipient="age1pq1…",
    )


@pytest.mark.parametrize("role", [Role.HEAD, Role.OVERSIGHT])
def test_who_leads_admits_a_colleague(role: Role) -> None:
    check_may_admit(account(1, role=role), account(2))


@pytest.mark.parametrize("role", [Role.INVESTIGATOR, Role.ADMINISTRATOR])
def test_nobody_else_admits(role: Role) -> None:
    with pytest.raises(NotAllowed):
        check_may_admit(account(1, role=role), account(2))


def test_nobody_admits_themselves() -> None:
    with pytest.raises(NotAllowed):
        check_may_admit(account(1, role=Role.HEAD), account(1, role=Role.HEAD))


@pytest.mark.parametrize("body", ["KNB_AC", None])
def test_somebody_of_another_body_does_not_exist_for_the_head(body: str | None) -> None:
    with pytest.raises(NotFound):
        check_may_admit(account(1, role=Role.HEAD), account(2, body=body))


def test_an_administrator_admits_no_administrator() -> None:
    with pytest.raises(NotFound):
        check_may_admit(
            account(1, body=None, role=Role.ADMINISTRATOR),
            account(2, body=None, role=Role.ADMINISTRATOR),
        )


def test_a_closed_account_is_not_admitted() -> None:
    left = account(2)
    left.active = False

    with pytest.raises(NotFound):
        check_may_admit(account(1, role=Role.HEAD), left)


def test_a_colleague_without_a_key_is_not_admitted() -> None:
    new = account(2)
    new.recipient = None

    with pytest.raises(Invalid):
        check_may_admit(account(1, role=Role.HEAD), new)


@pytest.mark.parametrize(
    ("role", "body"),
    [
        (Role.ADMINISTRATOR, None),
        (Role.OVERSIGHT, "PORTAL_BOARD"),
        (Role.HEAD, "KNB_AC"),
        (Role.INVESTIGATOR, "DP_USB.KZ-75"),
    ],
)
def test_a_role_in_its_body(role: Role, body: str | None) -> None:
    check_role_fits(role, body)


@pytest.mark.parametrize(
    ("role", "body"),
    [
        (Role.ADMINISTRATOR, "KNB_AC"),
        (Role.OVERSIGHT, "KNB_AC"),
        (Role.OVERSIGHT, None),
        (Role.HEAD, "PORTAL_BOARD"),
        (Role.INVESTIGATOR, None),
        (Role.INVESTIGATOR, "PORTAL_BOARD"),
    ],
)
def test_a_role_outside_its_body(role: Role, body: str | None) -> None:
    with pytest.raises(Invalid):
        check_role_fits(role, body)
