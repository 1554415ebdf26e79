"""Bodies have codes that say what they are and where."""

import pytest

from portal.cases.bodies import (
    HIGHER,
    POLICE,
    REGIONAL,
    get_body_in,
    get_body_kind,
    get_body_label,
    get_body_region,
    is_body,
    list_bodies,
)
from portal.core.taxonomy import load


def test_there_is_one_body_of_a_regional_kind_in_every_region() -> None:
    codes = list_bodies()

    assert len(codes) == len(set(codes)) == 10 + 2 * 20
    assert {get_body_kind(code) for code in codes} == set(load().bodies)
    assert {get_body_region(code) for code in codes} == {None, *load().regions}


def test_every_kind_named_in_code_is_in_the_taxonomy() -> None:
    assert {*HIGHER, *HIGHER.values()} | POLICE | REGIONAL <= set(load().bodies)


def test_without_a_region_the_higher_body_is_competent() -> None:
    assert get_body_in("PROS_REG", "KZ-75") == "PROS_REG.KZ-75"
    assert get_body_in("PROS_REG", None) == "PROS_SPEC"
    assert get_body_in("DP_USB", None) == "MVD_DSB"
    assert get_body_in("OMB", "KZ-75") == "OMB"


@pytest.mark.parametrize("code", ["", "PROS_REG", "PROS_REG.", "PROS_REG.KZ-99", "OMB.KZ-75", "X"])
def test_a_code_that_names_no_body_is_known_as_such(code: str) -> None:
    assert not is_body(code)


def test_the_name_of_a_regional_body_says_where() -> None:
    assert get_body_label("PROS_REG.KZ-75").get("en") == "Regional prosecutor: Almaty"
    assert get_body_label("OMB") == load().bodies["OMB"].label
