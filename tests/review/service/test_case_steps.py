"""Steps of a case, stages of the criminal track, allegations."""

import pytest
from hypothesis import given
from hypothesis.strategies import sampled_from
from sqlalchemy import select

from portal.cases.models import AuditEntry, Case
from portal.cases.signed_acts import STEPS
from portal.cases.states import MOVES, Status
from portal.core.errors import Conflict, Invalid, NotAllowed
from portal.review.inputs import Ruling
from portal.review.service.case_steps import (
    ANSWERED,
    add_allegation,
    list_steps_from,
    reach_stage,
    take_step,
)
from portal.review.service.decisions import decide
from tests.factories import TODAY, Make
from tests.review.desk import ReviewDesk, at_desk, colleague

MORE = "conduct.rude"


def running(desk: ReviewDesk) -> set[str]:
    return {clock.deadline for clock in desk.case.clocks if clock.met_on is None}


@given(sampled_from(sorted(Status)))
def test_a_page_offers_only_steps_of_the_table(status: Status) -> None:
    for name in STEPS:
        case = Case(status=status, second_half=b"a key")
        assert (name in list_steps_from(case)) == (STEPS[name] in MOVES[status])


def test_a_case_that_was_erased_can_only_be_closed() -> None:
    offered = {name for status in Status for name in list_steps_from(Case(status=status))}

    assert offered == {"close"}


class TestRecommendation:
    @pytest.fixture
    def recommended(self, make: Make) -> ReviewDesk:
        desk = at_desk(make).take().step("acknowledge", "assess", "review")
        fields: dict[str, object] = {"facts": "a", "law": "b", "finding": "c", "review": "d"}
        decide(
            desk.session,
            desk.case.id,
            Ruling({0: "system_failure"}, {0: ("recommendation",)}, ""),
            desk.letter("decision", fields=fields),
            who=desk.account,
            version=desk.case.version,
            today=TODAY,
        )
        desk.session.commit()
        return desk

    def test_its_answer_is_waited_for_and_written_down_once(self, recommended: ReviewDesk) -> None:
        assert "recommendation_reply" in running(recommended)
        assert ANSWERED in list_steps_from(recommended.case)

        recommended.step(ANSWERED)

        assert recommended.case.status is Status.DECIDED
        assert "recommendation_reply" not in running(recommended)
        assert ANSWERED not in list_steps_from(recommended.case)
        with pytest.raises(Conflict):
            recommended.step(ANSWERED)

    def test_both_acts_are_in_the_trail(self, recommended: ReviewDesk) -> None:
        recommended.step(ANSWERED)

        acts = recommended.session.scalars(select(AuditEntry.act)).all()
        assert acts.count("recommended") == acts.count("recommendation answered") == 1


def test_to_acknowledge_meets_its_clock_and_begins_the_next_ones(make: Make) -> None:
    desk = at_desk(make).take()
    assert "acknowledgement" in running(desk)

    desk.step("acknowledge")

    assert desk.case.status is Status.ACKNOWLEDGED
    assert not {"acknowledgement", "registration"} & running(desk)
    assert {"first_question", "progress_update", "feedback"} <= running(desk)


def test_a_step_that_the_table_forbids_is_refused(make: Make) -> None:
    desk = at_desk(make).take()

    for name in ("assess", "review", "close", "reopen"):
        with pytest.raises(Conflict):
            desk.step(name)


def test_a_page_that_is_old_changes_nothing(make: Make) -> None:
    desk = at_desk(make).take()
    seen = desk.case.version
    desk.step("acknowledge")

    with pytest.raises(Conflict):
        take_step(desk.session, desk.case.id, "assess", who=desk.account, version=seen, today=TODAY)


def test_who_does_not_hold_a_case_does_not_move_it(make: Make) -> None:
    desk = at_desk(make).take()

    with pytest.raises(NotAllowed):
        colleague(make, desk).step("acknowledge")


def test_a_review_is_an_inquiry_with_its_own_clock(make: Make) -> None:
    desk = at_desk(make).take().step("acknowledge", "assess", "review")

    assert desk.case.status is Status.IN_REVIEW
    assert "service_investigation" in running(desk)


def test_the_registration_of_a_crime_moves_the_case_to_the_criminal_track(make: Make) -> None:
    desk = at_desk(make).take().step("acknowledge", "assess")

    reach_stage(
        desk.session,
        desk.case.id,
        "erdr_registered",
        who=desk.account,
        version=desk.case.version,
        today=TODAY,
    )

    assert desk.case.status is Status.CRIMINAL_TRACK
    assert "pretrial_inquiry" in running(desk)
    with pytest.raises(Conflict):
        reach_stage(
            desk.session,
            desk.case.id,
            "erdr_registered",
            who=desk.account,
            version=desk.case.version,
            today=TODAY,
        )


def test_an_allegation_is_added_once(make: Make) -> None:
    desk = at_desk(make).take()

    def add(subcategory: str) -> None:
        add_allegation(
            desk.session,
            desk.case.id,
            subcategory,
            who=desk.account,
            version=desk.case.version,
            today=TODAY,
        )
        desk.session.commit()

    add(MORE)

    assert len(desk.case.allegations) == 2
    for wrong in (MORE, "no.such"):
        with pytest.raises(Invalid):
            add(wrong)
