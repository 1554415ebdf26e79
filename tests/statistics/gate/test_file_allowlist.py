"""Files that nobody has entered cannot be released."""

from collections.abc import Sequence

import pytest

from portal.statistics.attacks.synthetic_release import SyntheticRelease
from portal.statistics.dataset.encoding import as_csv, as_json
from portal.statistics.gate import file_allowlist
from portal.statistics.site.figures import places
from portal.statistics.site.pages.plan import SUBJECTS
from tests.statistics import invented


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("kk/index.html", True),
        ("ru/region-KZ-75.html", True),
        ("ru/region-KZ-99.html", False),
        ("en/category-force.html", True),
        ("en/category-sexual.html", False),
        ("charts/en/flow.svg", True),
        ("charts/en/card-KZ-75.png", True),
        ("charts/en/signal-KZ-35-no_help.svg", True),
        ("charts/en/signal-_U-all.svg", True),
        ("charts/en/signal-KZ-35-officer.svg", False),
        ("charts/en/officers-KZ-3.svg", False),
        ("charts/de/flow.svg", False),
        ("charts/en/flow.csv", False),
        ("embed/kk/curve-KZ-75.html", True),
        ("assets/portal.css", True),
        ("assets/cases.json", False),
        ("figures-ru.xlsx", True),
        ("../secret.json", False),
    ],
)
def test_a_path_is_known_or_not(path: str, *, known: bool) -> None:
    assert (file_allowlist.find_unexpected({path: b""}, {}) == []) is known


@pytest.mark.parametrize("level", ["L0", "L1", "L2"])
@pytest.mark.parametrize("draw", [invented.alarming, invented.usual])
def test_every_figure_that_is_made_is_known(level: str, draw: invented.Draw) -> None:
    history = invented.history(level, draw=draw)
    made = [figure for _, _, drawn in SUBJECTS.values() for figure in drawn(history, "en")]
    made += places.draw_region(history, "KZ-75", "en")
    made += places.draw_category(history, "force", "en")
    named = [f"charts/en/{figure.name}.svg" for figure in made]

    assert file_allowlist.find_unexpected(dict.fromkeys(named, b""), {}) == []
    assert draw is invented.usual or "charts/en/signal-KZ-force.svg" in named


def test_a_data_file_says_what_its_document_says(
    releases: dict[str, Sequence[SyntheticRelease]],
) -> None:
    documents = releases["L0"][0].build_documents()
    data = {f"{name}.csv": as_csv(document) for name, document in documents.items()}
    data |= {f"{name}.json": as_json(document) for name, document in documents.items()}

    assert file_allowlist.find_unexpected(data, documents) == []
    data["totals.csv"] = data["totals.csv"].replace(b"received", b"concluded")
    assert file_allowlist.find_unexpected(data, documents) == ["totals.csv is not its table"]
