"""Adding the cells of a release up."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from portal.statistics.attacks.synthetic_release import SyntheticRelease
from portal.statistics.catalogue.tables import LEVELS
from portal.statistics.gate import consistency


@pytest.mark.parametrize("level", LEVELS)
def test_a_published_total_that_cannot_be_is_noticed(
    level: str, releases: dict[str, Sequence[SyntheticRelease]]
) -> None:
    release = releases[level][3]
    documents = release.build_documents()
    assert consistency.examine(documents, release.quarter).passed

    for name in release.tables:
        *rows, total = documents[name].rows  # the last is the total of everything
        place = documents[name].columns.index("obs_value")
        altered = (*total[:place], 10**6, *total[place + 1 :])
        spoilt = documents | {name: replace(documents[name], rows=(*rows, altered))}
        assert not consistency.examine(spoilt, release.quarter).passed, name
