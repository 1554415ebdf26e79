"""What the catalogue does not have cannot be released."""

from collections.abc import Sequence

import pytest

from portal.statistics.catalogue.tables import LEVELS
from portal.statistics.gate import guard
from portal.statistics.gate.publishing import Made


@pytest.mark.parametrize("level", LEVELS)
def test_whatever_is_slipped_in_is_noticed(level: str, releases: dict[str, Sequence[Made]]) -> None:
    for release in releases[level]:
        result = guard.attack(release)
        assert result.passed, result
        assert set(result.before.values()) == {1.0}


def test_tables_of_another_level_or_quarter_are_aliens(
    releases: dict[str, Sequence[Made]],
) -> None:
    documents = releases["L2"][3].documents()

    assert guard.aliens(documents, "2027-q4", "L2") == []
    assert guard.aliens(documents, "2027-q4", "L1")
    assert guard.aliens(documents, "2027-q3", "L2")


def test_a_table_that_is_missing_is_noticed(releases: dict[str, Sequence[Made]]) -> None:
    documents = releases["L0"][0].documents()
    del documents["received-category"]

    assert guard.aliens(documents, "2027-q1", "L0") == ["no table received-category"]
