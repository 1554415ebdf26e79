"""Invented lives: the same for the same seed, in order, and made of what the taxonomy knows."""

from datetime import date, timedelta

import pytest

from portal.cases.bodies import get_body_kind, list_bodies
from portal.core.taxonomy import load
from portal.demonstration.plans import make_plans
from portal.invented import frequencies
from portal.invented.case_subjects import draw_subject
from portal.invented.country import Country, InventedCase

FIRST, TODAY = date(2024, 1, 1), date(2026, 11, 25)
SOME = 800


@pytest.fixture(scope="module")
def cases() -> list[InventedCase]:
    return list(Country(FIRST, TODAY).draw_cases(SOME))


def test_a_seed_always_gives_the_same_country(cases: list[InventedCase]) -> None:
    assert list(Country(FIRST, TODAY).draw_cases(SOME)) == cases
    assert list(Country(FIRST, TODAY, "another").draw_cases(SOME)) != cases


def test_what_happens_in_a_case_follows_its_receipt_and_its_end(
    cases: list[InventedCase],
) -> None:
    assert len({case.id for case in cases}) == SOME
    for case in cases:
        course = case.course
        begun, end = course.received_on, course.concluded_on
        assert FIRST <= begun <= TODAY
        assert course.read_on >= begun
        assert (end is None) == (not course.findings)
        later = [finding.imposed_on for finding in course.findings if finding.imposed_on]
        later += [course.review.asked_on, course.review.decided_on] if course.review else []
        later += [course.opinion.given_on] if course.opinion else []
        assert end is None or begun < end <= min(later, default=end)


def test_shares_are_of_codes_that_there_are() -> None:
    known = load()

    assert frequencies.CATEGORIES.keys() <= known.categories.keys()
    assert frequencies.OUTCOMES.keys() <= known.outcomes.keys()
    assert frequencies.SANCTIONS.keys() <= known.sanctions.keys()
    assert frequencies.BODIES.keys() <= {get_body_kind(code) for code in list_bodies()}
    assert frequencies.CITY in known.regions


def test_a_report_of_the_demonstration_is_about_what_was_invented_for_its_number() -> None:
    for plan in make_plans(300, TODAY)[100:]:
        told, choice = draw_subject(plan.number), plan.choice
        assert (choice.category, choice.region) == (told.category, told.region)
        assert plan.received_on >= TODAY - timedelta(days=3 * 366)
