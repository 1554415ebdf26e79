"""How numbers, periods and names are written."""

import pytest

from portal.core.calendar import Quarter
from portal.statistics.site.figures import texts
from tests.statistics.tables import observation


def test_shares_are_written_as_the_language_does() -> None:
    assert texts.format_share(0.1234, "en") == "12.3\u00a0%"
    assert texts.format_share(0.1234, "ru") == "12,3\u00a0%"


@pytest.mark.parametrize(
    ("period", "language", "written"),
    [
        ("2026-Q3", "kk", "2026 жылғы 3-тоқсан"),
        ("2026-Q3", "en", "Quarter 3 of 2026"),
        ("2026", "ru", "2026 год"),
        ("2025-07-01/P1Y", "ru", "1 июля 2025 – 30 июня 2026"),
        ("2025-07-01/P1Y", "en", "1 July 2025 – 30 June 2026"),
    ],
)
def test_periods_are_written_in_words(period: str, language: str, written: str) -> None:
    assert texts.format_period(period, language) == written


def test_regions_stand_in_the_order_of_each_alphabet() -> None:
    kazakh, russian = (
        list(texts.list_regions("kk").values()),
        list(texts.list_regions("ru").values()),
    )

    assert kazakh[:3] == ["Абай облысы", "Ақмола облысы", "Ақтөбе облысы"]
    assert kazakh.index("Қостанай облысы") < kazakh.index("Маңғыстау облысы")
    assert kazakh.index("Түркістан облысы") < kazakh.index("Ұлытау облысы")
    assert russian == sorted(russian, key=lambda name: name.lower().replace("ұ", "у"))
    assert set(texts.list_regions("kk")) == set(texts.list_regions("en"))


def test_a_number_that_is_hidden_has_the_range_that_was_published() -> None:
    row = observation(None, 0, 23)

    assert texts.format_count_cells(row, "en") == ("a small number, not shown", "0\u00a0–\u00a023")
    assert texts.format_short(row, "en") == "likely 0–23"


@pytest.mark.parametrize(
    ("language", "number", "less", "quarter"),
    [
        ("en", "2,424,000", "−5,300", "Q4 24"),
        ("ru", "2\u00a0424\u00a0000", "−5\u00a0300", "4 кв. 24"),
        ("kk", "2\u00a0424\u00a0000", "−5\u00a0300", "4-тқс 24"),
    ],
)
def test_numbers_and_quarters_are_written_by_the_language(
    language: str, number: str, less: str, quarter: Quarter
) -> None:
    assert texts.format_whole(2_424_000, language) == number
    assert texts.format_whole(-5300, language) == less
    assert texts.format_short_period("2024-Q4", language) == quarter


def test_a_year_that_is_no_calendar_year_is_named_by_both() -> None:
    assert texts.format_short_period("2025-07-01/P1Y", "kk") == "2025/26"
    assert texts.format_short_period("2026", "kk") == "2026"


def test_a_measure_is_called_by_its_form() -> None:
    assert "15" in texts.name_measure("K5", "_T", "15 working days, statutory", "kk")
    formal, response = (
        texts.name_measure("K16", form, "", "ru") for form in ("formal", "response")
    )
    assert formal != response
