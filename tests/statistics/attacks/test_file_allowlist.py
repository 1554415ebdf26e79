"""A file that is slipped in is noticed."""

from collections.abc import Sequence

from portal.statistics.attacks import file_allowlist
from portal.statistics.attacks.synthetic_release import SyntheticRelease


def test_whatever_is_slipped_in_is_noticed(releases: dict[str, Sequence[SyntheticRelease]]) -> None:
    for some in releases.values():
        result = file_allowlist.attack(some[0])
        assert result.passed, result
        assert set(result.controls.values()) == {1.0}
