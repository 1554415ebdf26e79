"""Files that nobody has entered cannot be released."""

from collections.abc import Sequence

import pytest

from portal.statistics import formats
from portal.statistics.gate import files
from portal.statistics.gate.publishing import Made


def test_whatever_is_slipped_in_is_noticed(releases: dict[str, Sequence[Made]]) -> None:
    for some in releases.values():
        result = files.attack(some[0])
        assert result.passed, result
        assert set(result.before.values()) == {1.0}


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


def test_a_data_file_says_what_its_document_says(releases: dict[str, Sequence[Made]]) -> None:
    documents = releases["L0"][0].documents()
    data = {f"{name}.csv": formats.as_csv(found) for name, found in documents.items()}
    data |= {f"{name}.json": formats.as_json(found) for name, found in documents.items()}

    assert files.aliens(data, documents) == []
    data["totals.csv"] = data["totals.csv"].replace(b"received", b"concluded")
    assert files.aliens(data, documents) == ["totals.csv is not its table"]
