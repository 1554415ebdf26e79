"""The page of changes says to whom each was done, whatever it was done to."""

from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.models import Role
from portal.accounts.queries import MOST_CHANGES
from portal.cases import audit
from portal.cases.audit import SYSTEM
from portal.cases.bodies import PORTAL_BOARD
from portal.cases.codes import AuditAct
from tests.factories import TODAY, Make
from tests.page import XHTML, text_of, tree_of
from tests.staff import signed_in

ADDRESS = "/kk/staff/changes"


def heads_of_rows(page: str) -> list[str]:
    """Return to whom each change was done, as the page says it."""
    return ["".join(cell.itertext()).strip() for cell in tree_of(page).iter(f"{XHTML}th")][4:]


def test_each_change_names_a_person_or_a_body(app: Flask, session: Session, make: Make) -> None:
    make.portal("KNB_AC")
    board = make.person(body_code=PORTAL_BOARD, role=Role.OVERSIGHT, login="b.oversight").account
    audit.record(session, AuditAct.ACCOUNT_OPENED, actor=board.id, today=TODAY)
    audit.record(session, AuditAct.UNIT_KEY, actor=SYSTEM, detail="KNB_AC 1", today=TODAY)
    audit.record(session, AuditAct.RECOVERY_KEY, actor=SYSTEM, detail="1", today=TODAY)
    session.commit()

    told = heads_of_rows(signed_in(app, board).get(ADDRESS))

    assert told[:3] == [
        "Барлық орган",
        "ҰҚК Сыбайлас жемқорлыққа қарсы іс-қимыл қызметі",
        "b.oversight",
    ]


def test_many_changes_elsewhere_hide_none_of_ones_own(
    app: Flask, session: Session, make: Make
) -> None:
    make.portal("KNB_AC")
    head = make.person(body_code="KNB_AC", role=Role.HEAD, login="a.head").account
    audit.record(session, AuditAct.ACCOUNT_INVITED, actor=SYSTEM, detail=head.id, today=TODAY)
    for _ in range(MOST_CHANGES):
        audit.record(session, AuditAct.UNIT_KEY, actor=SYSTEM, detail="KUIS 1", today=TODAY)
    session.commit()

    page = signed_in(app, head).get(ADDRESS)

    assert "a.head" in heads_of_rows(page)
    assert "KUIS" not in text_of(page)
