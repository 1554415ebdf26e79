"""What is slipped into a release is noticed."""

from collections.abc import Sequence

import pytest

from portal.statistics.attacks import table_allowlist
from portal.statistics.attacks.synthetic_release import SyntheticRelease
from portal.statistics.catalogue.tables import LEVELS


@pytest.mark.parametrize("level", LEVELS)
def test_whatever_is_slipped_in_is_noticed(
    level: str, releases: dict[str, Sequence[SyntheticRelease]]
) -> None:
    for release in releases[level]:
        result = table_allowlist.attack(release)
        assert result.passed, result
        assert set(result.controls.values()) == {1.0}
