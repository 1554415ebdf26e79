"""How numbers, periods and names are written."""

import pytest

from portal.statistics.figures import texts


def test_shares_are_written_as_the_language_does() -> None:
    assert texts.share(0.1234, "en") == "12.3\u00a0%"
    assert texts.share(0.1234, "ru") == "12,3\u00a0%"


@pytest.mark.parametrize(
    ("period", "language", "written"),
    [
        ("2026-Q3", "kk", "2026 жылғы 3-тоқсан"),
        ("2026-Q3", "en", "Quarter 3 of 2026"),
        ("2026", "ru", "2026 год"),
        ("2025-07-01/P1Y", "ru", "01.07.2025 – 30.06.2026"),
        ("2025-07-01/P1Y", "en", "2025-07-01 – 2026-06-30"),
    ],
)
def test_periods_are_written_in_words(period: str, language: str, written: str) -> None:
    assert texts.named_period(period, language) == written


def test_regions_stand_in_the_order_of_each_alphabet() -> None:
    kazakh, russian = list(texts.regions("kk").values()), list(texts.regions("ru").values())

    assert kazakh[:3] == ["Абай облысы", "Ақмола облысы", "Ақтөбе облысы"]
    assert kazakh.index("Қостанай облысы") < kazakh.index("Маңғыстау облысы")
    assert kazakh.index("Түркістан облысы") < kazakh.index("Ұлытау облысы")
    assert russian == sorted(russian, key=lambda name: name.lower().replace("ұ", "у"))
    assert set(texts.regions("kk")) == set(texts.regions("en"))


@pytest.mark.parametrize(("most", "likely"), [(23, "0\u00a0–\u00a023"), (None, "–")])
def test_a_number_that_is_hidden_has_the_range_that_was_published(
    most: int | None, likely: str
) -> None:
    row = {"obs_value": None, "lower95": None if most is None else 0, "upper95": most}

    assert texts.count_cells(row, "en") == ("fewer than 10 (may be zero)", likely)


def test_a_measure_is_called_by_its_form() -> None:
    assert "15" in texts.measure_name("K5", "_T", "15 working days, statutory", "kk")
    formal, response = (texts.measure_name("K16", one, "", "ru") for one in ("formal", "response"))
    assert formal != response
