"""The taxonomy is complete, in three languages, and refuses what it does not understand."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.records import read_data
from portal.core.taxonomy import check_references, load, read
from portal.core.terms import LANGUAGES, Label

TAXONOMY = load()
CATEGORIES = sorted(TAXONOMY.categories)


def test_the_taxonomy_is_as_large_as_the_research_says() -> None:
    assert len(TAXONOMY.groups) == 10
    assert len(TAXONOMY.categories) == 15
    assert len(TAXONOMY.subcategories) == 100
    assert len(TAXONOMY.questions) == 78  # decision 0011 left one out
    assert len(TAXONOMY.deadlines) == 26
    assert len(TAXONOMY.regions) == 20


def test_the_regions_add_up_to_the_country() -> None:
    assert abs(sum(region.population for region in TAXONOMY.regions.values()) - 20_391_610) <= 20


def test_every_category_stands_behind_one_button_and_has_finer_kinds() -> None:
    shown = [
        category.id for group in TAXONOMY.groups for category in TAXONOMY.list_categories(group)
    ]

    assert sorted(shown) == CATEGORIES
    assert all(TAXONOMY.list_subcategories(category) for category in CATEGORIES)


def test_a_priority_is_the_same_in_the_category_and_in_its_route() -> None:
    for category in TAXONOMY.categories.values():
        assert TAXONOMY.routes[category.id].priority == category.priority


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_form_asks_the_core_questions_first_and_in_order(category: str) -> None:
    asked = TAXONOMY.list_questions(category)
    scopes = [question.scope for question in asked]

    assert asked[0].id == "danger_now"
    assert scopes == sorted(scopes, key=lambda scope: scope != "core")
    for scope in ("core", category):
        orders = [question.order for question in asked if question.scope == scope]
        assert orders == list(range(1, len(orders) + 1))


@pytest.mark.parametrize("category", CATEGORIES)
def test_five_core_answers_are_required_and_at_most_three_more(category: str) -> None:
    required = [question for question in TAXONOMY.list_questions(category) if question.must_answer]

    assert {question.id for question in required if question.scope == "core"} == {
        "danger_now",
        "region",
        "when_precision",
        "what_happened",
        "consent_forward",
    }
    assert sum(question.scope == category for question in required) <= 3


def test_a_form_without_a_category_is_refused() -> None:
    with pytest.raises(KeyError):
        TAXONOMY.list_questions("core")


def test_nobody_is_offered_a_report_that_is_only_counted() -> None:
    offered = {option.id for option in TAXONOMY.questions["consent_forward"].options}

    assert offered == {"any_competent", "outside_police"}


def test_a_question_is_hidden_only_by_a_question_before_it() -> None:
    for category in CATEGORIES:
        seen: set[str] = set()
        for question in TAXONOMY.list_questions(category):
            assert question.show_if is None or question.show_if.question in seen
            seen.add(question.id)


def test_helplines_begin_with_the_safest_doors_and_end_with_the_police() -> None:
    shown = [line.id for line in TAXONOMY.helplines]

    assert shown[:3] == ["112", "111", "115"]
    assert shown[-1] == "102"


def test_a_number_that_nobody_confirmed_is_not_shown() -> None:
    assert "150" not in {line.id for line in TAXONOMY.helplines}


def test_agencies_are_offered_in_order() -> None:
    assert list(TAXONOMY.agencies)[:2] == ["police_unit", "police_region"]
    assert list(TAXONOMY.agencies)[-1] == "other"


def test_danger_now_is_immediate_and_an_answer_without_a_rule_changes_nothing() -> None:
    assert TAXONOMY.find_urgency("danger_now", "yes") == 1
    assert TAXONOMY.find_urgency("danger_now", "no") is None
    assert TAXONOMY.find_urgency("what_happened", "yes") is None


def test_the_most_urgent_answer_wins() -> None:
    answers = {"bribe_stage": "asked_undecided", "vulnerable": ["woman", "child"]}

    assert TAXONOMY.find_most_urgent(answers) == 1
    assert TAXONOMY.find_most_urgent({"bribe_stage": "asked_undecided"}) == 2
    assert TAXONOMY.find_most_urgent({}) is None


CHOICES = [
    (question.id, option.id)
    for question in TAXONOMY.questions.values()
    if question.type in ("single", "multi")
    for option in question.options
]


@given(st.lists(st.sampled_from(CHOICES)), st.sampled_from(CHOICES))
def test_one_more_answer_never_makes_a_report_less_urgent(
    given_answers: list[tuple[str, str]], more: tuple[str, str]
) -> None:
    answers = {question: option for question, option in given_answers if question != more[0]}
    before = TAXONOMY.find_most_urgent(answers)
    after = TAXONOMY.find_most_urgent(answers | {more[0]: more[1]})

    assert before is None or (after is not None and after <= before)


def test_a_label_speaks_every_language_of_the_portal() -> None:
    label = Label(kk="Иә", ru="Да", en="Yes")

    assert [label.get(language) for language in LANGUAGES] == ["Иә", "Да", "Yes"]
    with pytest.raises(KeyError):
        label.get("de")


def test_a_label_without_one_language_is_refused() -> None:
    with pytest.raises(ValueError, match="lacks a language"):
        Label(kk=" ", ru="Да", en="Yes")


def test_a_file_with_a_table_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown tables \\['weather'\\]"):
        read(read_data("taxonomy.toml") + '\n[[weather]]\nid = "rain"\n')


def test_a_file_that_refers_to_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="bribery refers to 'wealth'"):
        read(read_data("taxonomy.toml").replace('group = "money"', 'group = "wealth"'))


def test_a_reference_to_nothing_is_refused() -> None:
    route = replace(TAXONOMY.routes["bribery"], primary="NOBODY")
    broken = replace(TAXONOMY, routes=dict(TAXONOMY.routes) | {"bribery": route})

    with pytest.raises(ValueError, match="bribery refers to 'NOBODY'"):
        check_references(broken)


def test_an_urgent_answer_that_cannot_be_given_is_refused() -> None:
    broken = replace(TAXONOMY, urgencies={"danger_now": {"perhaps": 1}})

    with pytest.raises(ValueError, match="perhaps"):
        check_references(broken)


def test_a_category_without_a_route_is_refused() -> None:
    routes = {name: rule for name, rule in TAXONOMY.routes.items() if name != "other"}

    with pytest.raises(ValueError, match="categories and routes"):
        check_references(replace(TAXONOMY, routes=routes))
