"""Who may read the trail of a case and of a person, and what it tells them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from portal.accounts.models import Link, Role
from portal.cases.audit import SYSTEM, record
from portal.cases.bodies import PORTAL_BOARD
from portal.cases.codes import AuditAct
from portal.cases.models import AuditEntry, Case, Notice
from portal.review.models import ProposalKind
from portal.review.queries import PAGE
from portal.review.service import holding, proposals
from portal.review.service.case_writing import WritingAct
from portal.review.views.blueprint import format_reference
from tests.factories import TODAY, Make, StaffPerson
from tests.page import XHTML, Browser, text_of, tree_of
from tests.review.desk import ReviewDesk, at_desk

SignIn = Callable[[StaffPerson], Browser]


def of_case(desk: ReviewDesk) -> str:
    return f"/en/staff/case/{desk.case.id}/trail"


def of_person(person: StaffPerson) -> str:
    return f"/en/staff/people/{person.account.id}/trail"


def rows(page: str) -> list[list[str]]:
    """Return the cells of each line of a trail."""
    body = next(tree_of(page).iter(f"{XHTML}tbody"))
    return [
        [" ".join("".join(cell.itertext()).split()) for cell in row]
        for row in body.iter(f"{XHTML}tr")
    ]


def told_acts(page: str) -> list[str]:
    return [row[2] for row in rows(page)]


@pytest.fixture
def desk(make: Make) -> ReviewDesk:
    """A member who took a case, wrote a note in it, and asks for a second person."""
    return at_desk(make).take().step("acknowledge", "assess").write(WritingAct.NOTE)


@pytest.fixture
def head(make: Make, desk: ReviewDesk) -> StaffPerson:
    return make.person(body_code=desk.unit.code, role=Role.HEAD)


@pytest.fixture
def board(make: Make, desk: ReviewDesk) -> StaffPerson:
    del desk
    return make.person(body_code=PORTAL_BOARD, role=Role.OVERSIGHT)


def notice(make: Make, desk: ReviewDesk) -> None:
    make.session.add(
        Notice(
            case_id=desk.case.id,
            body_code=PORTAL_BOARD,
            kind="overdue",
            subject="decision",
            sent_on=TODAY,
        )
    )
    make.session.commit()


def link(make: Make, desk: ReviewDesk, who: StaffPerson) -> None:
    """Close the unit that the case is about to somebody."""
    case = make.session.get_one(Case, desk.case.id, populate_existing=True)
    make.session.execute(
        text("UPDATE cases SET unit_code = :code WHERE id = :id"),
        {"code": bytes(16), "id": case.id},
    )
    make.session.add(Link(account_id=who.account.id, unit_code=bytes(16), declared_on=TODAY))
    make.session.commit()


def recuse(make: Make, desk: ReviewDesk, who: StaffPerson) -> None:
    holding.recuse(make.session, desk.case.id, who=who.account, today=TODAY)
    make.session.commit()


def test_a_head_reads_who_did_what_in_a_case(
    desk: ReviewDesk, head: StaffPerson, sign_in: SignIn
) -> None:
    page = sign_in(head).get(of_case(desk))

    cells = rows(page)
    assert [row[2] for row in cells] == [
        "read the trail",
        "wrote a note",
        "new state: Assessment",
        "new state: Read and registered",
        "took the case",
        "filed the report",
    ]
    assert [row[4] for row in cells] == ["no", "yes", "yes", "yes", "yes", "no"]
    assert {row[1] for row in cells[1:-1]} == {desk.account.login}
    assert cells[-1][1] == "The reporter"
    assert cells[0][0] != cells[1][0], "a day of today, and days of then"


def test_it_holds_no_statement_and_nothing_that_was_written(
    desk: ReviewDesk, head: StaffPerson, sign_in: SignIn
) -> None:
    page = sign_in(head).get(of_case(desk))

    assert "pmp/v1/act" not in page
    assert "words for the reporter" not in page
    assert desk.case.category not in page


@pytest.mark.parametrize("address", [of_case, lambda desk: of_person(desk.who)])
def test_members_who_do_not_lead_and_administrators_read_none(
    make: Make, desk: ReviewDesk, sign_in: SignIn, address: Callable[[ReviewDesk], str]
) -> None:
    for person in (desk.who, make.person(body_code=None, role=Role.ADMINISTRATOR)):
        sign_in(person).get(address(desk), status=403)
    stranger = make.person(body_code="MIL_INV", role=Role.HEAD)
    sign_in(stranger).get(address(desk), status=404)
    waiting = make.person(body_code=desk.unit.code, role=Role.HEAD, rostered=False)
    answer = sign_in(waiting).client.get(address(desk))
    assert answer.location.endswith("/staff/waiting")


def test_there_is_no_trail_of_what_does_not_exist(head: StaffPerson, sign_in: SignIn) -> None:
    sign_in(head).get(f"/en/staff/case/{'0' * 32}/trail", status=404)
    sign_in(head).get(f"/en/staff/people/{'0' * 32}/trail", status=404)


def test_the_board_reads_it_once_it_was_told_of_the_case(
    make: Make, desk: ReviewDesk, board: StaffPerson, sign_in: SignIn
) -> None:
    sign_in(board).get(of_case(desk), status=404)

    notice(make, desk)

    page = sign_in(board).get(of_case(desk))
    assert desk.account.login in page
    assert "wrote a note" in told_acts(page)
    assert f'/en/staff/case/{desk.case.id}"' not in page, "the board cannot open the case"


def test_the_board_reads_it_where_it_is_the_second_person(
    make: Make, desk: ReviewDesk, board: StaffPerson, sign_in: SignIn
) -> None:
    proposals.propose(
        make.session,
        desk.case.id,
        ProposalKind.NO_SUBSTANCE,
        who=desk.account,
        version=make.session.get_one(Case, desk.case.id, populate_existing=True).version,
        today=TODAY,
    )
    make.session.commit()
    browser = sign_in(board)

    assert of_case(desk) in browser.get("/en/staff/proposals")
    assert told_acts(browser.get(of_case(desk)))[1] == (
        "asked a second person to close it as without substance"
    )


def test_the_special_prosecutors_read_the_boards_case_they_are_asked_about(
    make: Make, sign_in: SignIn
) -> None:
    desk = at_desk(make).take().step("acknowledge", "assess")
    make.session.execute(
        text("UPDATE cases SET body_code = 'PORTAL_BOARD', holder_id = NULL WHERE id = :id"),
        {"id": desk.case.id},
    )
    make.session.commit()
    make.session.refresh(desk.case)
    member = make.person(body_code=PORTAL_BOARD, role=Role.OVERSIGHT)
    prosecutor = make.person(body_code="PROS_SPEC", role=Role.HEAD)
    other = make.person(body_code="KNB_AC", role=Role.HEAD)
    holding.claim(make.session, desk.case.id, who=member.account, today=TODAY)
    make.session.commit()
    sign_in(prosecutor).get(of_case(desk), status=404)

    proposals.propose(
        make.session,
        desk.case.id,
        ProposalKind.NO_SUBSTANCE,
        who=member.account,
        version=desk.case.version,
        today=TODAY,
    )
    make.session.commit()

    page = sign_in(prosecutor).get(of_case(desk))
    assert member.account.login not in page, "a head knows other bodies by their names"
    assert "board" in text_of(page).lower()
    sign_in(other).get(of_case(desk), status=404)


@pytest.mark.parametrize("closes", [link, recuse])
def test_a_case_that_is_closed_to_somebody_has_no_trail_for_them(
    make: Make,
    desk: ReviewDesk,
    head: StaffPerson,
    sign_in: SignIn,
    closes: Callable[[Make, ReviewDesk, StaffPerson], None],
) -> None:
    closes(make, desk, head)
    browser = sign_in(head)

    browser.get(of_case(desk), status=404)
    page = browser.get(of_person(desk.who))
    assert format_reference(desk.case.id) not in page
    assert rows(page) == [["Nothing yet."]], "not even that there is a case"
    assert sign_in(desk.who).get(f"/en/staff/case/{desk.case.id}")


@pytest.mark.parametrize("closes", [link, recuse])
def test_a_case_that_is_closed_to_a_member_of_the_board_has_no_trail_for_them(
    make: Make,
    desk: ReviewDesk,
    board: StaffPerson,
    sign_in: SignIn,
    closes: Callable[[Make, ReviewDesk, StaffPerson], None],
) -> None:
    notice(make, desk)
    if closes is recuse:
        make.session.execute(
            text(
                "INSERT INTO recusals (case_id, account_id, recused_on)"
                " VALUES (:case, :account, '2026-03-02')"
            ),
            {"case": desk.case.id, "account": board.account.id},
        )
        make.session.commit()
    else:
        link(make, desk, board)
    browser = sign_in(board)

    browser.get(of_case(desk), status=404)
    page = browser.get(of_person(desk.who))
    assert format_reference(desk.case.id) not in page
    assert "may not read" not in page


def test_of_a_case_of_another_body_the_board_learns_that_something_was_done(
    make: Make, desk: ReviewDesk, board: StaffPerson, sign_in: SignIn
) -> None:
    page = sign_in(board).get(of_person(desk.who))

    assert set(told_acts(page)) == {"did something in a case that you may not read"}
    assert format_reference(desk.case.id) not in page
    assert desk.case.id not in page
    assert {row[3] for row in rows(page)} == {"–"}

    notice(make, desk)
    page = sign_in(board).get(of_person(desk.who))
    assert "took the case" in told_acts(page)
    assert f'href="{of_case(desk)}"' in page


def test_a_head_reads_what_their_people_did_and_what_was_done_to_them(
    make: Make, desk: ReviewDesk, head: StaffPerson, sign_in: SignIn
) -> None:
    admin = make.person(body_code=None, role=Role.ADMINISTRATOR, login="the.admin")
    record(
        make.session,
        AuditAct.ACCOUNT_INVITED,
        actor=admin.account.id,
        detail=desk.account.id,
        today=TODAY,
    )
    make.session.commit()
    browser = sign_in(head)

    page = browser.get(of_person(desk.who))

    assert rows(page)[0][1:4] == ["the.admin", "reset the sign-in", desk.account.login]
    assert f'href="{of_case(desk)}"' in page
    browser.get(f"/en/staff/people/{admin.account.id}/trail", status=404)


def test_after_a_transfer_names_and_notes_stay_with_the_body_before(
    make: Make, desk: ReviewDesk, head: StaffPerson, sign_in: SignIn
) -> None:
    other = make.unit("MIL_INV" if desk.unit.code != "MIL_INV" else "KUIS")
    make.session.execute(
        text("UPDATE cases SET body_code = :body, holder_id = NULL WHERE id = :id"),
        {"body": other.code, "id": desk.case.id},
    )
    make.session.commit()
    next_head = make.person(body_code=other.code, role=Role.HEAD)

    page = sign_in(next_head).get(of_case(desk))

    assert desk.account.login not in page
    assert "took the case" in told_acts(page)
    assert "wrote a note" not in told_acts(page)
    sign_in(head).get(of_case(desk), status=404)
    told = sign_in(head).get(of_person(desk.who))
    assert set(told_acts(told)) == {"did something in a case that you may not read"}


def test_reading_a_trail_is_on_record_once_a_day(
    make: Make, desk: ReviewDesk, head: StaffPerson, sign_in: SignIn
) -> None:
    browser = sign_in(head)
    for _ in range(2):
        browser.get(of_case(desk))
        browser.get(of_person(desk.who))

    acts = make.session.execute(
        select(AuditEntry.actor, AuditEntry.case_id, AuditEntry.detail).where(
            AuditEntry.act == "trail_read"
        )
    ).all()
    assert sorted(acts, key=str) == sorted(
        [(head.account.id, desk.case.id, ""), (head.account.id, None, desk.account.id)], key=str
    )


def test_a_refused_reader_leaves_no_record(make: Make, desk: ReviewDesk, sign_in: SignIn) -> None:
    stranger = make.person(body_code="MIL_INV", role=Role.HEAD)

    sign_in(stranger).get(of_case(desk), status=404)

    entries = select(AuditEntry).where(AuditEntry.act == "trail_read")
    assert make.session.scalars(entries).all() == []


def test_long_trails_have_pages_that_hold_every_line_once(
    make: Make, desk: ReviewDesk, head: StaffPerson, sign_in: SignIn
) -> None:
    for number in range(2 * PAGE):
        day = TODAY + timedelta(days=number)
        actor = desk.account.id if number % 2 else SYSTEM
        act = AuditAct.OPENED if actor != SYSTEM else AuditAct.OVERDUE
        record(make.session, act, actor=actor, case_id=desk.case.id, today=day)
    make.session.commit()
    browser = sign_in(head)

    for address, whole in ((of_case(desk), 2 * PAGE + 6), (of_person(desk.who), PAGE + 4)):
        pages, here = [], address
        while here:
            page = browser.get(here)
            pages.append(rows(page))
            rest = page.split('rel="next" href="')
            here = rest[1].split('"')[0].replace("&amp;", "&") if len(rest) > 1 else ""
        assert [len(page) for page in pages[:-1]] == [PAGE] * (len(pages) - 1)
        assert sum(map(len, pages)) == whole


def test_the_pages_that_lead_there(
    make: Make, desk: ReviewDesk, head: StaffPerson, board: StaffPerson, sign_in: SignIn
) -> None:
    notice(make, desk)
    record(make.session, AuditAct.PERSONAL_KEY, actor=SYSTEM, detail=desk.account.id, today=TODAY)
    make.session.commit()
    by_head, by_board = sign_in(head), sign_in(board)

    assert of_case(desk) in by_head.get(f"/en/staff/case/{desk.case.id}")
    assert of_case(desk) in by_board.get("/en/staff/notices")
    for page in ("members", "changes"):
        assert of_person(desk.who) in by_head.get(f"/en/staff/{page}")
        assert of_person(desk.who) in by_board.get(f"/en/staff/{page}")
    assert "/trail" not in sign_in(desk.who).get(f"/en/staff/case/{desk.case.id}")
    assert "/trail" not in sign_in(desk.who).get("/en/staff/changes")


def test_the_trail_of_a_person_is_found_by_indexes_of_few_rows(make: Make) -> None:
    for condition, index in (
        ("actor NOT IN ('reporter', 'system') AND actor = 'x'", "ix_audit_people"),
        ("case_id = 'x'", "ix_audit_case_id"),
    ):
        plan = make.session.execute(
            text(f"EXPLAIN QUERY PLAN SELECT act FROM audit WHERE {condition}")  # noqa: S608
        )
        assert index in str(plan.all())
