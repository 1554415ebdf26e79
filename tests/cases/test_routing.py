"""A report reaches a competent body, and never one it was kept from."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.cases.bodies import POLICE, REGIONAL, get_body_kind, is_body, list_bodies
from portal.cases.conflicts import EXCLUSIONS, RoutingFacts, compute_excluded_bodies, may_receive
from portal.cases.routing import RouteReason, derive_facts, explain_route, route
from portal.core.errors import NotFound
from portal.core.taxonomy import load
from portal.core.terms import Exclusion

TAXONOMY = load()
SUBCATEGORIES = {
    category: [None, *(subcategory.id for subcategory in TAXONOMY.list_subcategories(category))]
    for category in TAXONOMY.categories
}


@st.composite
def some_facts(draw: st.DrawFn) -> RoutingFacts:
    category = draw(st.sampled_from(sorted(SUBCATEGORIES)))
    return RoutingFacts(
        category=category,
        subcategory=draw(st.sampled_from(SUBCATEGORIES[category])),
        region=draw(st.sampled_from([None, *TAXONOMY.regions])),
        agency=draw(st.sampled_from([None, *TAXONOMY.agencies])),
        leadership=draw(st.booleans()),
        outside_police=draw(st.booleans()),
        urgency=draw(st.sampled_from([None, 1, 2, 3, 4])),
    )


def a_report(category: str = "bribery", **known: object) -> RoutingFacts:
    """Return the facts of a report from Almaty about a police station, unless told otherwise."""
    usual = RoutingFacts(
        category=category,
        subcategory=None,
        region="KZ-75",
        agency="police_unit",
        leadership=False,
        outside_police=False,
        urgency=None,
    )
    return replace(usual, **known)  # type: ignore[arg-type]  # a test names what it changes


def everybody(_: str) -> bool:
    return True


def nobody(_: str) -> bool:
    return False


def all_but(*kinds: str) -> Callable[[str], bool]:
    return lambda code: get_body_kind(code) not in kinds


@settings(max_examples=100)
@given(some_facts(), st.sets(st.sampled_from(list_bodies())))
def test_a_report_goes_to_a_body_that_may_and_can_have_it(
    facts: RoutingFacts, able: set[str]
) -> None:
    chosen = route(facts, eligible=able.__contains__)

    assert is_body(chosen.primary)
    assert may_receive(chosen.primary, facts)
    assert chosen.primary in able or chosen.primary == "PORTAL_BOARD"


@settings(max_examples=100)
@given(some_facts())
def test_copies_go_only_to_other_bodies_that_may_have_them(facts: RoutingFacts) -> None:
    chosen = route(facts, eligible=everybody)

    assert all(may_receive(code, facts) for code in chosen.copies)
    assert chosen.primary not in chosen.copies
    assert len(set(chosen.copies)) == len(chosen.copies)


@settings(max_examples=100)
@given(some_facts(), st.sets(st.sampled_from(list_bodies())))
def test_torture_sexual_violence_and_outside_police_never_reach_the_police(
    facts: RoutingFacts, able: set[str]
) -> None:
    if not (facts.category in ("ill_treatment", "sexual") or facts.outside_police):
        facts = replace(facts, outside_police=True)

    chosen = route(facts, eligible=able.__contains__)

    assert not {get_body_kind(code) for code in (chosen.primary, *chosen.copies)} & POLICE
    assert not any(
        may_receive(code, facts) for code in list_bodies() if get_body_kind(code) in POLICE
    )


@pytest.mark.parametrize("category", sorted(TAXONOMY.categories))
def test_who_may_not_have_a_report_is_told_from_every_combination_of_facts(category: str) -> None:
    for region, agency, leadership, outside in product(
        (None, "KZ-75"), (None, *TAXONOMY.agencies), (False, True), (False, True)
    ):
        facts = a_report(
            category, region=region, agency=agency, leadership=leadership, outside_police=outside
        )
        allowed = {get_body_kind(code) for code in list_bodies() if may_receive(code, facts)}

        assert "PORTAL_BOARD" in allowed
        if outside or category in ("ill_treatment", "sexual"):
            assert not allowed & (POLICE | {"MIL_INV"})
        if category == "retaliation" or agency in ("ministry", "internal_security"):
            assert not allowed & POLICE
        if agency == "anticorruption":
            assert "KNB_AC" not in allowed


@settings(max_examples=100)
@given(some_facts())
def test_nobody_of_the_ministry_sees_a_complaint_about_its_centre_or_internal_security(
    facts: RoutingFacts,
) -> None:
    for agency in ("ministry", "internal_security"):
        chosen = route(replace(facts, agency=agency), eligible=everybody)

        assert not {get_body_kind(code) for code in (chosen.primary, *chosen.copies)} & POLICE


@settings(max_examples=100)
@given(some_facts())
def test_the_oversight_board_takes_what_nobody_else_may(facts: RoutingFacts) -> None:
    chosen = route(facts, eligible=nobody)

    assert chosen.primary == "PORTAL_BOARD"
    assert "oversight_last_resort" in explain_route(facts, chosen)


@settings(max_examples=100)
@given(some_facts())
def test_an_answer_can_only_make_a_report_more_urgent(facts: RoutingFacts) -> None:
    with_answer = route(facts, eligible=everybody).priority
    without = route(replace(facts, urgency=None), eligible=everybody).priority

    assert 1 <= with_answer <= without <= 4
    assert facts.urgency is None or with_answer <= facts.urgency


@settings(max_examples=100)
@given(some_facts(), st.sets(st.sampled_from(list_bodies())))
def test_a_route_always_has_a_reason_and_a_clock(facts: RoutingFacts, able: set[str]) -> None:
    chosen = route(facts, eligible=able.__contains__)
    why = explain_route(facts, chosen)

    assert why
    assert set(why) <= set(RouteReason)
    assert chosen.first_clock in TAXONOMY.deadlines


@settings(max_examples=100)
@given(some_facts())
def test_to_wish_for_less_police_never_lets_more_bodies_in(facts: RoutingFacts) -> None:
    usual = replace(facts, outside_police=False)
    outside = replace(facts, outside_police=True)

    assert compute_excluded_bodies(usual) <= compute_excluded_bodies(outside)


def test_every_exclusion_of_the_taxonomy_means_something_in_keys() -> None:
    used = {exclusion for rule in TAXONOMY.routes.values() for exclusion in rule.exclude}

    assert EXCLUSIONS.keys() == set(Exclusion) == used
    for category in TAXONOMY.categories:
        for agency in (None, *TAXONOMY.agencies):
            compute_excluded_bodies(a_report(category, agency=agency))


@pytest.mark.parametrize(
    ("category", "primary", "copies"),
    [
        ("bribery", "KNB_AC", ("PROS_REG.KZ-75",)),
        ("abuse_of_office", "KNB_AC", ("MVD_DSB",)),
        ("excess_of_power", "PROS_REG.KZ-75", ("MVD_DSB",)),
        ("excessive_force", "PROS_SPEC", ("MVD_DSB", "OMB")),
        ("ill_treatment", "PROS_SPEC", ("OMB",)),
        ("sexual", "PROS_SPEC", ("OMB",)),
        ("unlawful_detention", "PROS_REG.KZ-75", ("OMB", "MVD_DSB")),
        ("refusal_inaction", "PROS_REG.KZ-75", ("MVD_DSB",)),
        ("evidence", "PROS_SPEC", ("KNB_AC",)),
        ("data_breach", "PROS_REG.KZ-75", ("PDP", "MVD_DSB")),
        ("discrimination", "MVD_DSB", ("OMB",)),
        ("conduct", "DP_USB.KZ-75", ()),
        ("retaliation", "PROS_REG.KZ-75", ("PORTAL_BOARD", "KNB_AC")),
        ("staff_report", "MVD_DSB", ("KNB_AC",)),
        ("other", "MVD_DSB", ()),
    ],
)
def test_a_report_about_a_station_goes_where_the_table_says(
    category: str, primary: str, copies: tuple[str, ...]
) -> None:
    chosen = route(a_report(category), eligible=everybody)

    assert (chosen.primary, chosen.copies) == (primary, copies)


@pytest.mark.parametrize("category", sorted(TAXONOMY.categories))
def test_a_complaint_about_the_head_of_a_department_leaves_the_region(category: str) -> None:
    facts = a_report(category, agency="police_region", leadership=True)
    chosen = route(facts, eligible=everybody)

    assert not any(get_body_kind(code) in REGIONAL for code in (chosen.primary, *chosen.copies))
    assert not may_receive("PROS_REG.KZ-75", facts)
    assert "left_region" in explain_route(facts, chosen)


def test_rudeness_of_a_head_of_department_goes_to_the_ministry_with_word_to_the_prosecutor() -> (
    None
):
    chosen = route(a_report("conduct", agency="police_region", leadership=True), eligible=everybody)

    assert (chosen.primary, chosen.copies) == ("MVD_DSB", ("PROS_SPEC",))


@pytest.mark.parametrize(
    ("agency", "leaves"),
    [
        (None, True),
        ("police_region", True),
        ("transport_police", True),
        ("other", True),
        ("police_unit", False),
    ],
)
def test_a_leader_of_who_knows_what_is_taken_for_the_head_of_a_department(
    agency: str | None, *, leaves: bool
) -> None:
    facts = a_report("conduct", agency=agency, leadership=True)

    assert may_receive("DP_USB.KZ-75", facts) is not leaves


def test_prisons_and_the_military_do_not_judge_themselves() -> None:
    assert not may_receive("KUIS", a_report(agency="penitentiary"))
    assert not may_receive("MIL_INV", a_report(agency="national_guard"))
    assert may_receive("KUIS", a_report())
    assert may_receive("MIL_INV", a_report())


def test_a_department_does_not_judge_itself() -> None:
    facts = a_report("conduct", agency="police_region")

    assert route(facts, eligible=everybody).primary == "MVD_DSB"
    assert not may_receive("DP_USB.KZ-75", facts)
    assert may_receive("DP_USB.KZ-71", facts)


def test_without_a_region_no_department_may_have_a_complaint_about_one() -> None:
    facts = a_report("conduct", agency="police_region", region=None)

    assert route(facts, eligible=everybody).primary == "MVD_DSB"
    assert not may_receive("DP_USB.KZ-75", facts)
    assert "region_unknown" in explain_route(facts, route(facts, eligible=everybody))


def test_a_bribe_taken_by_the_head_of_a_station_is_not_shown_to_the_region_police() -> None:
    assert not may_receive("DP_USB.KZ-75", a_report(leadership=True))
    assert may_receive("DP_USB.KZ-75", a_report())


def test_force_is_kept_from_the_police_of_the_region_but_not_from_the_ministry() -> None:
    facts = a_report("excessive_force")

    assert not may_receive("DP_USB.KZ-75", facts)
    assert may_receive("MVD_DSB", facts)


def test_a_report_by_staff_is_kept_from_their_chain_of_command() -> None:
    facts = a_report("staff_report")

    assert [may_receive(code, facts) for code in ("DP_USB.KZ-75", "MVD_LEAD", "MVD_DSB")] == [
        False,
        False,
        True,
    ]


def test_a_complaint_about_the_ministry_goes_to_special_prosecutors_or_anticorruption() -> None:
    about = {"agency": "ministry"}

    assert route(a_report("excess_of_power", **about), eligible=everybody).primary == "PROS_SPEC"
    assert route(a_report("bribery", **about), eligible=everybody).primary == "KNB_AC"


def test_a_complaint_about_anticorruption_goes_to_special_prosecutors() -> None:
    facts = a_report(agency="anticorruption")
    chosen = route(facts, eligible=everybody)

    assert chosen.primary == "PROS_SPEC"
    assert not may_receive("KNB_AC", facts)
    assert explain_route(facts, chosen) == ("anticorruption_complained_of",)


def test_a_complaint_about_a_prosecutor_goes_to_a_higher_one_or_else_to_anticorruption() -> None:
    facts = a_report("excess_of_power", agency="prosecutor")

    assert route(facts, eligible=everybody).primary == "PROS_SPEC"
    assert route(facts, eligible=all_but("PROS_SPEC")).primary == "KNB_AC"
    assert route(replace(facts, leadership=True), eligible=everybody).primary == "KNB_AC"


def test_torture_goes_to_a_prosecutor_or_to_the_board_and_says_so() -> None:
    facts = a_report("ill_treatment")
    usual = route(facts, eligible=everybody)
    regional = route(facts, eligible=all_but("PROS_SPEC"))
    last = route(facts, eligible=all_but("PROS_SPEC", "PROS_REG"))

    assert (usual.primary, regional.primary) == ("PROS_SPEC", "PROS_REG.KZ-75")
    assert explain_route(facts, regional) == ("torture_prosecutor_only", "next_in_line")
    assert last.primary == "PORTAL_BOARD"
    assert "torture_prosecutor_only" not in explain_route(facts, last)


def test_what_harms_a_child_is_told_to_the_commissioner_for_children() -> None:
    facts = a_report("ill_treatment", subcategory="ill_treatment.child_victim")

    assert "OMB_CHILD" in route(facts, eligible=everybody).copies


def test_an_immediate_report_is_forwarded_at_once() -> None:
    usual = route(a_report("excess_of_power"), eligible=everybody)
    immediate = route(a_report("excess_of_power", urgency=1), eligible=everybody)

    assert (usual.priority, usual.first_clock) == (3, "redirect")
    assert (immediate.priority, immediate.first_clock) == (1, "danger_forward")


def test_a_subcategory_has_its_own_priority_and_one_of_another_category_has_none() -> None:
    harassment = a_report("sexual", subcategory="sexual.harassment")
    foreign = a_report("sexual", subcategory="excess_of_power.fine_abuse")

    assert route(harassment, eligible=everybody).priority == 2
    assert route(foreign, eligible=everybody).priority == 1


def test_a_plain_report_goes_its_plain_way() -> None:
    facts = a_report()

    assert explain_route(facts, route(facts, eligible=everybody)) == ("default",)


def test_nothing_is_transferred_to_a_body_that_does_not_exist() -> None:
    assert not may_receive("DP_USB.KZ-99", a_report())
    assert not may_receive("MVD_DSB.KZ-75", a_report())


def test_answers_become_facts() -> None:
    answers = {
        "region": "KZ-71",
        "unit": "police_region",
        "service": "leadership",
        "consent_forward": "outside_police",
    }

    assert derive_facts("conduct", "conduct.rude", answers, urgency=2) == RoutingFacts(
        category="conduct",
        subcategory="conduct.rude",
        region="KZ-71",
        agency="police_region",
        leadership=True,
        outside_police=True,
        urgency=2,
    )


def test_answers_that_mean_nothing_become_no_facts() -> None:
    answers = {"region": "unknown", "unit": "", "service": "unknown", "consent_forward": ""}

    assert derive_facts("conduct", "bribery.roadside", answers, urgency=9) == RoutingFacts(
        category="conduct",
        subcategory=None,
        region=None,
        agency=None,
        leadership=False,
        outside_police=False,
        urgency=None,
    )


def test_facts_of_a_category_that_does_not_exist_are_refused() -> None:
    with pytest.raises(NotFound):
        derive_facts("weather", None, {})


@pytest.mark.parametrize(
    ("unit", "service", "agency"),
    [
        ("", "internal_security", "internal_security"),
        ("police_region", "internal_security", "internal_security"),
        ("prosecutor", "internal_security", "prosecutor"),
        ("", "transport", "transport_police"),
        ("police_unit", "transport", "police_unit"),
        ("", "patrol", None),
    ],
)
def test_the_service_says_who_is_meant_where_the_unit_does_not(
    unit: str, service: str, agency: str | None
) -> None:
    assert derive_facts("conduct", None, {"unit": unit, "service": service}).agency == agency
