"""A unit's code is the same for equal units, and says nothing without the key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.cases.units import CODE_BYTES, compute_unit_code, find_agency
from portal.core.taxonomy import load

AGENCIES = load().agencies
REGIONS = st.sampled_from([None, *load().regions])
KEY = bytes(range(32))


@given(st.sampled_from(sorted(AGENCIES)), REGIONS)
def test_a_code_leads_back_to_its_unit_with_the_key(agency: str, region: str | None) -> None:
    place = region if AGENCIES[agency].regional else None

    assert find_agency(KEY, compute_unit_code(KEY, agency, region)) == (agency, place)


def test_no_two_units_share_a_code() -> None:
    codes = {
        compute_unit_code(KEY, agency.id, region)
        for agency in AGENCIES.values()
        for region in (None, *load().regions)
    }

    regional = sum(agency.regional for agency in AGENCIES.values())
    assert len(codes) == regional * 21 + len(AGENCIES) - regional
    assert {len(code) for code in codes} == {CODE_BYTES}


def test_another_key_finds_nothing() -> None:
    code = compute_unit_code(KEY, "police_unit", "KZ-75")

    assert find_agency(bytes(32), code) is None
    assert compute_unit_code(bytes(32), "police_unit", "KZ-75") != code


def test_an_agency_that_does_not_exist_has_no_code() -> None:
    with pytest.raises(KeyError):
        compute_unit_code(KEY, "nobody", None)
