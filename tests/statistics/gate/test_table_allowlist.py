"""What the catalogue does not have cannot be released."""

from collections.abc import Sequence

from portal.core.calendar import Quarter
from portal.statistics.attacks.synthetic_release import SyntheticRelease
from portal.statistics.gate import table_allowlist


def test_tables_of_another_level_or_quarter_are_aliens(
    releases: dict[str, Sequence[SyntheticRelease]],
) -> None:
    documents = releases["L2"][3].build_documents()

    assert table_allowlist.find_unexpected(documents, Quarter("2027-q4"), "L2") == []
    assert table_allowlist.find_unexpected(documents, Quarter("2027-q4"), "L1")
    assert table_allowlist.find_unexpected(documents, Quarter("2027-q3"), "L2")


def test_a_table_that_is_missing_is_noticed(
    releases: dict[str, Sequence[SyntheticRelease]],
) -> None:
    documents = releases["L0"][0].build_documents()
    del documents["received-category"]

    assert table_allowlist.find_unexpected(documents, Quarter("2027-q1"), "L0") == [
        "no table received-category"
    ]
