"""How releases are called."""

import pytest

from portal.core.calendar import Quarter
from portal.statistics.catalogue.release_facts import ReleaseName


def test_a_name_is_read_as_it_is_written() -> None:
    name = ReleaseName(Quarter("2026-q3"), 12)

    assert str(name) == "2026-q3/v12"
    assert ReleaseName.parse(str(name)) == name


def test_versions_follow_by_number_and_quarters_come_first() -> None:
    names = ["2026-q3/v2", "2026-q3/v10", "2026-q4/v1"]

    assert [str(name) for name in sorted(map(ReleaseName.parse, reversed(names)))] == names


@pytest.mark.parametrize(
    "text",
    ["", "2026-q3", "2026-q3/v", "2026-q3/v0", "2026-q3/v01", "2026-q3/1", "2026-q5/v1", "../v1"],
)
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="name of a release"):
        ReleaseName.parse(text)
