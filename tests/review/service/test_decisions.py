"""Decisions: every allegation has its outcome, the reporter can read why, clocks stop."""

import json

import pytest
from sqlalchemy import select

from portal.cases import reviews
from portal.cases.models import CriminalStep, LogStep, Sanction
from portal.cases.reviews import Review
from portal.cases.service import change_status
from portal.cases.states import Status
from portal.core.calendar import add_months
from portal.core.errors import Conflict, Invalid, NotAllowed
from portal.review.inputs import Ruling
from portal.review.service.case_steps import add_allegation
from portal.review.service.decisions import decide
from portal.review.service.holding import claim, hand_over, release
from tests.factories import TODAY, Make
from tests.review.desk import ReviewDesk, at_desk, colleague

REASONED: dict[str, object] = {"facts": "a", "law": "b", "finding": "c", "review": "d"}


@pytest.fixture
def desk(make: Make) -> ReviewDesk:
    return at_desk(make).take().step("acknowledge", "assess", "review")


def decided(
    desk: ReviewDesk,
    outcome: str = "substantiated",
    *sanctions: str,
    stage: str = "",
    **more: str,
) -> ReviewDesk:
    outcomes = {0: outcome} | {int(name[1:]): value for name, value in more.items()}
    decide(
        desk.session,
        desk.case.id,
        Ruling(outcomes, {0: sanctions}, stage),
        desk.letter("decision", fields=REASONED),
        who=desk.account,
        version=desk.case.version,
        today=TODAY,
    )
    desk.session.commit()
    return desk


def running(desk: ReviewDesk) -> set[str]:
    return {clock.deadline for clock in desk.case.clocks if clock.met_on is None}


def test_a_decision_stops_the_clocks_and_begins_the_window_of_review(desk: ReviewDesk) -> None:
    decided(desk, "substantiated", "reprimand")

    assert desk.case.status is Status.DECIDED
    assert desk.case.concluded_on == TODAY
    assert running(desk) == {"review_window"}
    assert desk.case.next_due_on == add_months(TODAY, 3)
    allegation = desk.case.allegations[0]
    assert (allegation.outcome, allegation.decided_on) == ("substantiated", TODAY)
    assert [sanction.code for sanction in allegation.sanctions] == ["reprimand"]
    last = desk.last("case")
    assert last is not None
    assert last.kind == "decision"


def test_a_decision_without_a_sanction_leaves_nobody_waiting_for_one(desk: ReviewDesk) -> None:
    decided(desk, "unfounded")

    assert running(desk) == {"review_window"}


def test_nothing_is_decided_while_an_allegation_is_open(desk: ReviewDesk) -> None:
    add_allegation(
        desk.session,
        desk.case.id,
        "conduct.rude",
        who=desk.account,
        version=desk.case.version,
        today=TODAY,
    )
    desk.session.commit()

    with pytest.raises(Invalid) as refused:
        decided(desk, "unfounded")
    assert refused.value.field == "outcome_1"
    desk.session.rollback()

    assert decided(desk, "unfounded", a1="lawful").case.status is Status.DECIDED


def test_one_person_alone_does_not_say_that_a_report_has_no_substance(desk: ReviewDesk) -> None:
    with pytest.raises(Invalid) as refused:
        decided(desk, "no_substance")

    assert refused.value.code == "second"


def test_who_was_right_learns_what_followed(desk: ReviewDesk) -> None:
    with pytest.raises(Invalid) as refused:
        decided(desk, "partly_substantiated")
    desk.session.rollback()

    assert refused.value.field == "sanctions_0"
    assert decided(desk, "partly_substantiated", "no_sanction").case.allegations[0].sanctions


def test_a_decision_may_tell_a_stage_of_the_criminal_track(desk: ReviewDesk) -> None:
    decided(desk, "referred", stage="sent_to_prosecutor")

    assert desk.session.scalars(select(CriminalStep.stage)).all() == ["sent_to_prosecutor"]


def test_a_case_is_not_decided_before_it_was_assessed(make: Make) -> None:
    with pytest.raises(Conflict):
        decided(at_desk(make).take().step("acknowledge"), "unfounded")


def test_a_later_decision_tells_only_what_still_follows(desk: ReviewDesk) -> None:
    decided(desk, "substantiated", "reprimand", "training").step("reopen", "assess")

    decided(desk, "unfounded", "training")

    told = desk.session.scalars(select(LogStep.record).where(LogStep.record != "")).all()
    assert [json.loads(record)["findings"][0]["sanctions"] for record in told] == [
        ["reprimand", "training"],
        ["training"],
    ]
    assert [sanction.code for sanction in desk.session.scalars(select(Sanction))] == ["training"]


class TestReview:
    @pytest.fixture
    def asked(self, desk: ReviewDesk) -> ReviewDesk:
        decided(desk, "unfounded")
        change_status(
            desk.session, desk.case, Status.REVIEW_REQUESTED, actor="reporter", today=TODAY
        )
        reviews.ask(desk.session, desk.case, today=TODAY)
        desk.session.commit()
        return desk

    def test_nobody_reviews_their_own_decision(self, asked: ReviewDesk) -> None:
        with pytest.raises(NotAllowed):
            decided(asked, "unfounded")

        release(asked.session, asked.case.id, who=asked.account, today=TODAY)
        with pytest.raises(NotAllowed):
            claim(asked.session, asked.case.id, who=asked.account, today=TODAY)

    def test_a_colleague_gets_it_and_decides(self, asked: ReviewDesk, make: Make) -> None:
        other = colleague(make, asked)
        hand_over(asked.session, asked.case.id, other.account.id, who=asked.account, today=TODAY)
        asked.session.commit()

        decided(other, "substantiated", "dismissal")

        assert other.case.allegations[0].outcome == "substantiated"
        assert other.case.concluded_on == TODAY
        assert "review_decision" not in running(other)

    @pytest.mark.parametrize(
        ("outcome", "sanctions", "changed"),
        [("unfounded", (), False), ("lawful", (), True), ("unfounded", ("training",), True)],
    )
    def test_it_is_kept_whether_it_changed_the_decision(
        self,
        asked: ReviewDesk,
        make: Make,
        outcome: str,
        sanctions: tuple[str, ...],
        *,
        changed: bool,
    ) -> None:
        other = colleague(make, asked)
        hand_over(asked.session, asked.case.id, other.account.id, who=asked.account, today=TODAY)
        asked.session.commit()

        decided(other, outcome, *sanctions)

        review = other.session.get_one(Review, other.case.id)
        assert (review.asked_on, review.decided_on, review.changed) == (TODAY, TODAY, changed)

    def test_a_second_one_does_not_overwrite_the_first(self, asked: ReviewDesk, make: Make) -> None:
        other = colleague(make, asked)
        hand_over(asked.session, asked.case.id, other.account.id, who=asked.account, today=TODAY)
        asked.session.commit()
        decided(other, "lawful")

        reviews.ask(other.session, other.case, today=add_months(TODAY, 1))
        reviews.decide(other.session, other.case, changed=False, today=add_months(TODAY, 1))

        review = other.session.get_one(Review, other.case.id)
        assert (review.asked_on, review.changed) == (TODAY, True)

    def test_it_does_not_come_back_to_the_decider(self, asked: ReviewDesk, make: Make) -> None:
        other = colleague(make, asked)
        hand_over(asked.session, asked.case.id, other.account.id, who=asked.account, today=TODAY)

        with pytest.raises(NotAllowed):
            hand_over(
                asked.session, asked.case.id, asked.account.id, who=other.account, today=TODAY
            )
