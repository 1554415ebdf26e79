"""Files that nobody has entered cannot be released."""

from collections.abc import Sequence

import pytest

from portal.statistics.attacks.synthetic_release import Made
from portal.statistics.dataset.encoding import as_csv, as_json
from portal.statistics.gate import files
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
    assert (files.aliens({path: b""}, {}) == []) is known


@pytest.mark.parametrize("level", ["L0", "L1", "L2"])
@pytest.mark.parametrize("draw", [invented.alarming, invented.usual])
def test_every_figure_that_is_made_is_known(level: str, draw: invented.Draw) -> None:
    history = invented.history(level, draw=draw)
    made = [one for _, _, drawn in SUBJECTS.values() for one in drawn(history, "en")]
    made += places.of_region(history, "KZ-75", "en")
    made += places.of_category(history, "force", "en")
    named = [f"charts/en/{one.name}.svg" for one in made]

    assert files.aliens(dict.fromkeys(named, b""), {}) == []
    assert draw is invented.usual or "charts/en/signal-KZ-force.svg" in named


def test_a_data_file_says_what_its_document_says(releases: dict[str, Sequence[Made]]) -> None:
    documents = releases["L0"][0].documents()
    data = {f"{name}.csv": as_csv(found) for name, found in documents.items()}
    data |= {f"{name}.json": as_json(found) for name, found in documents.items()}

    assert files.aliens(data, documents) == []
    data["totals.csv"] = data["totals.csv"].replace(b"received", b"concluded")
    assert files.aliens(data, documents) == ["totals.csv is not its table"]
