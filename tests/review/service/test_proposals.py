"""What discredits or destroys needs two people of different bodies."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.accounts.models import Account, Recusal, Role, RosterEntry
from portal.accounts.service import roster
from portal.cases.bodies import PORTAL_BOARD
from portal.cases.models import AuditEntry, Case, Envelope
from portal.cases.states import Status
from portal.core.errors import Conflict, NotAllowed, NotFound, Unsigned
from portal.review.models import Proposal, ProposalKind
from portal.review.service.case_writing import WritingAct
from portal.review.service.proposals import answer, list_answerable, propose
from tests.factories import TODAY, Make, StaffPerson
from tests.review.desk import ReviewDesk, at_desk, colleague, given


@pytest.fixture
def desk(make: Make) -> ReviewDesk:
    return at_desk(make).take().step("acknowledge", "assess")


@pytest.fixture
def board(desk: ReviewDesk, make: Make) -> StaffPerson:
    assert desk.case.body_code != PORTAL_BOARD
    return make.person(body_code=PORTAL_BOARD, role=Role.OVERSIGHT)


def proposed(desk: ReviewDesk, kind: ProposalKind = ProposalKind.NO_SUBSTANCE) -> Proposal:
    proposal = propose(
        desk.session,
        desk.case.id,
        kind,
        who=desk.account,
        version=desk.case.version,
        today=TODAY,
    )
    desk.session.commit()
    return proposal


def answered(
    desk: ReviewDesk, proposal: Proposal, who: StaffPerson, *, grant: bool
) -> tuple[str, ...]:
    files = answer(
        desk.session, proposal.id, proposal.kind, grant=grant, who=who.account, today=TODAY
    )
    desk.session.commit()
    return files


def acts(session: Session, case: Case) -> list[tuple[str, str]]:
    rows = select(AuditEntry.act, AuditEntry.actor).where(AuditEntry.case_id == case.id)
    return [(act, actor) for act, actor in session.execute(rows)]


def test_asking_alone_changes_nothing(desk: ReviewDesk) -> None:
    proposed(desk)

    assert desk.case.status is Status.ASSESSMENT
    assert desk.case.allegations[0].outcome is None


def test_the_board_confirms_that_a_report_has_no_substance(
    desk: ReviewDesk, board: StaffPerson
) -> None:
    answered(desk, proposed(desk), board, grant=True)

    assert desk.case.status is Status.DECIDED
    assert desk.case.allegations[0].outcome == "no_substance"
    assert desk.case.concluded_on == TODAY
    kept = acts(desk.session, desk.case)
    assert ("proposed", desk.account.id) in kept
    assert ("granted", board.account.id) in kept
    running = {clock.deadline for clock in desk.case.clocks if clock.met_on is None}
    assert "outcome_notice" in running, "the reporter still has to be told"

    desk.write(WritingAct.REPLY)

    running = {clock.deadline for clock in desk.case.clocks if clock.met_on is None}
    assert running == {"review_window"}


def test_a_refusal_leaves_the_case_as_it_is(desk: ReviewDesk, board: StaffPerson) -> None:
    proposal = proposed(desk)

    answered(desk, proposal, board, grant=False)

    assert desk.case.status is Status.ASSESSMENT
    with pytest.raises(Conflict):
        answered(desk, proposal, board, grant=True)


def test_nobody_of_the_same_body_is_the_second_person(desk: ReviewDesk, make: Make) -> None:
    proposal = proposed(desk)
    head = make.person(body_code=desk.unit.code, role=Role.HEAD)

    for who in (desk.who, colleague(make, desk).who, head):
        with pytest.raises(NotFound):
            answered(desk, proposal, who, grant=True)


def test_the_board_does_not_confirm_its_own_proposals(make: Make) -> None:
    make.portal(PORTAL_BOARD, "PROS_SPEC")
    filed = make.filed(category="ill_treatment", agency="prosecutor", leadership=True)
    assert filed.case.body_code == PORTAL_BOARD
    member = make.person(body_code=PORTAL_BOARD, role=Role.OVERSIGHT)
    desk = ReviewDesk(make.session, filed, make.units[PORTAL_BOARD], member)
    proposal = proposed(desk.take().step("acknowledge", "assess"))
    other = make.person(body_code=PORTAL_BOARD, role=Role.OVERSIGHT)
    prosecutor = make.person(body_code="PROS_SPEC", role=Role.HEAD)

    for who in (member, other):
        with pytest.raises(NotFound):
            answered(desk, proposal, who, grant=True)
    answered(desk, proposal, prosecutor, grant=True)

    assert desk.case.status is Status.DECIDED


def test_what_was_asked_for_lapses_when_the_case_is_given_away(make: Make) -> None:
    make.portal(PORTAL_BOARD, "PROS_SPEC")
    filed = make.filed(category="ill_treatment", agency="internal_security")
    board, unit = make.units[PORTAL_BOARD], make.units[filed.case.body_code]
    assert unit.code == "PROS_SPEC"
    head = make.person(body_code=unit.code, role=Role.HEAD)
    member = make.person(body_code=board.code, role=Role.OVERSIGHT)
    desk = ReviewDesk(make.session, filed, unit, head).take().step("acknowledge", "assess")
    proposal = proposed(desk)
    given(desk, board)

    assert list_answerable(desk.session, head.account) == []
    for who in (head, member):
        with pytest.raises(NotFound):
            answered(desk, proposal, who, grant=True)
    there = ReviewDesk(make.session, filed, board, member).take().step("acknowledge", "assess")
    again = proposed(there)
    assert list_answerable(desk.session, head.account) == [again]


def test_who_stays_away_from_a_case_is_no_second_person(
    desk: ReviewDesk, board: StaffPerson
) -> None:
    proposal = proposed(desk)
    assert list_answerable(desk.session, board.account) == [proposal]
    desk.session.add(Recusal(case_id=desk.case.id, account_id=board.account.id, recused_on=TODAY))
    desk.session.commit()

    assert list_answerable(desk.session, board.account) == []
    with pytest.raises(NotFound):
        answered(desk, proposal, board, grant=True)


def test_it_is_asked_once_and_by_the_holder(desk: ReviewDesk, make: Make) -> None:
    with pytest.raises(NotAllowed):
        proposed(colleague(make, desk))
    proposed(desk)

    with pytest.raises(Conflict):
        proposed(desk)


def test_a_case_under_work_is_not_erased(desk: ReviewDesk) -> None:
    with pytest.raises(Conflict):
        proposed(desk, ProposalKind.ERASURE)


def test_two_people_erase_a_concluded_case_early(desk: ReviewDesk, board: StaffPerson) -> None:
    answered(desk, proposed(desk), board, grant=True)

    answered(desk, proposed(desk, ProposalKind.ERASURE), board, grant=True)

    assert desk.case.second_half is None
    assert desk.session.query(Envelope).filter_by(case_id=desk.case.id).count() == 0
    assert ("erased", board.account.id) in acts(desk.session, desk.case)
    assert desk.case.allegations[0].outcome == "no_substance", "coded facts stay"


def newcomer(make: Make, body: str, role: Role, *, days: int) -> StaffPerson:
    """Somebody whom colleagues admitted to the roster some days ago."""
    who = make.person(body_code=body, role=role, rostered=False)
    roster.enter(make.session, body, who.account, today=TODAY - timedelta(days=days))
    make.session.commit()
    return who


def refusal(desk: ReviewDesk, proposal: Proposal, who: StaffPerson) -> str:
    """Return why an answer is refused; the case stays as it is."""
    before = desk.case.status
    with pytest.raises(Unsigned) as refused:
        answered(desk, proposal, who, grant=True)
    desk.renew()
    assert desk.session.get_one(Proposal, proposal.id).granted is None
    assert desk.case.status is before
    assert desk.case.allegations[0].outcome is None
    return refused.value.code


def test_who_confirms_has_been_on_the_roster_for_seven_days(desk: ReviewDesk, make: Make) -> None:
    proposal = proposed(desk)
    six = newcomer(make, PORTAL_BOARD, Role.OVERSIGHT, days=6)
    seven = newcomer(make, PORTAL_BOARD, Role.OVERSIGHT, days=7)

    assert refusal(desk, proposal, six) == "season"
    answered(desk, proposal, seven, grant=True)

    assert desk.case.status is Status.DECIDED


def test_who_asks_has_been_on_the_roster_for_seven_days(
    desk: ReviewDesk, board: StaffPerson
) -> None:
    entry = desk.session.scalars(
        select(RosterEntry).where(RosterEntry.account_id == desk.account.id)
    ).one()
    entry.founder, entry.since = False, TODAY - timedelta(days=6)
    proposal = proposed(desk)

    assert refusal(desk, proposal, board) == "asked"
    entry.since = TODAY - timedelta(days=7)
    answered(desk, proposal, board, grant=True)

    assert desk.case.status is Status.DECIDED


def test_who_began_a_roster_is_one_of_two_at_once_and_not_after_coming_back(
    desk: ReviewDesk, make: Make
) -> None:
    proposal = proposed(desk)
    founder = make.person(body_code=PORTAL_BOARD, role=Role.OVERSIGHT)
    entry = desk.session.scalars(
        select(RosterEntry).where(RosterEntry.account_id == founder.account.id)
    ).one()
    assert (entry.founder, entry.since) == (True, TODAY)
    entry.until = TODAY
    roster.enter(desk.session, PORTAL_BOARD, founder.account, today=TODAY)
    desk.session.commit()

    assert refusal(desk, proposal, founder) == "season", "admitted anew, like anybody"


def test_one_key_in_two_accounts_is_one(desk: ReviewDesk, board: StaffPerson) -> None:
    proposal = proposed(desk)
    for table, column in ((Account, Account.id), (RosterEntry, RosterEntry.account_id)):
        desk.session.execute(
            update(table).where(column == board.account.id).values(signing=desk.who.signing.public)
        )
    desk.session.commit()
    desk.renew()

    assert refusal(desk, proposal, board) == "two"


def test_one_person_whose_account_was_moved_is_one(desk: ReviewDesk) -> None:
    proposal = proposed(desk)
    desk.session.execute(
        update(Account)
        .where(Account.id == desk.account.id)
        .values(body_code=PORTAL_BOARD, role=Role.OVERSIGHT)
    )
    desk.session.execute(
        update(RosterEntry)
        .where(RosterEntry.account_id == desk.account.id)
        .values(body_code=PORTAL_BOARD)
    )
    desk.session.commit()
    desk.renew()

    with pytest.raises(NotFound):
        answered(desk, proposal, desk.who, grant=True)
    assert desk.case.status is Status.ASSESSMENT


def test_who_asked_and_was_removed_since_is_not_one_of_two(
    desk: ReviewDesk, board: StaffPerson
) -> None:
    proposal = proposed(desk)
    roster.leave(desk.session, desk.account, today=TODAY)
    desk.session.commit()

    assert refusal(desk, proposal, board) == "asked"
