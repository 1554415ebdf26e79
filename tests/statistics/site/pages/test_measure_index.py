"""Measures are found again in the releases that published them."""

from portal.core.calendar import Quarter
from portal.statistics.dataset.measure_row import MEASURE_COLUMNS
from portal.statistics.dataset.table import MEASURES, Document
from portal.statistics.site.pages.measure_index import MeasureForm, MeasureIndex, shift_year


def release(quarter: Quarter, *rows: dict[str, object]) -> tuple[Quarter, dict[str, Document]]:
    listed = tuple(tuple(map(row.get, MEASURE_COLUMNS)) for row in rows)
    return quarter, {MEASURES: Document(f"{quarter}/v1", MEASURES, MEASURE_COLUMNS, listed)}


def build_row(
    period: str, value: float | None, area: str = "KZ", measure: str = "K9"
) -> dict[str, object]:
    about: dict[str, object] = {
        "time_period": period,
        "ref_area": area,
        "measure": measure,
        "value": value,
    }
    return {"outcome": "_T", "clock": "", "status": "" if value else "u", **about}


INDEX = MeasureIndex(
    [
        release(Quarter("2025-q4"), build_row("2025", 0.2, "KZ-75"), build_row("2025", 0.3)),
        release(Quarter("2026-q3"), build_row("2026-Q3", 0.4)),
        release(
            Quarter("2026-q4"),
            build_row("2026", None, "KZ-75"),
            build_row("2026", 0.5),
            build_row("2026", 0.1, "KZ-71"),
        ),
    ]
)
K9 = MeasureForm("K9")


def test_the_newest_value_is_found_though_a_later_one_is_not_shown() -> None:
    row_found = INDEX.find_newest(K9, "KZ-75")

    assert row_found is not None
    assert (row_found.time_period, row_found.value) == ("2025", 0.2)


def test_what_was_never_shown_is_found_with_its_reason() -> None:
    index = MeasureIndex([release(Quarter("2026-q4"), build_row("2026", None))])

    assert getattr(index.find_newest(K9), "status", None) == "u"
    assert index.find_newest(MeasureForm("K2")) is None


def test_places_are_compared_in_the_same_period() -> None:
    row_found = INDEX.find_newest(K9, "KZ-75")

    assert row_found is not None
    assert getattr(INDEX.find_beside(row_found, "KZ"), "value", None) == 0.3
    assert INDEX.find_beside(row_found, "KZ-71") is None


def test_the_year_before_is_the_same_period_of_that_year() -> None:
    row_found = INDEX.find_newest(K9, "KZ-71")
    nation = INDEX.find_newest(K9)

    assert row_found is not None
    assert nation is not None
    assert INDEX.find_year_before(row_found) is None
    assert getattr(INDEX.find_year_before(nation), "value", None) == 0.3


def test_a_period_keeps_its_form() -> None:
    assert [shift_year(period) for period in ("2026-Q3", "2026", "2025-07-01/P1Y")] == [
        *("2025-Q3", "2025", "2024-07-01/P1Y")
    ]


def test_only_what_was_shown_can_be_chosen() -> None:
    assert MeasureIndex([release(Quarter("2026-q4"), build_row("2026", None))]).list_forms() == []
    assert INDEX.list_forms() == [K9]
