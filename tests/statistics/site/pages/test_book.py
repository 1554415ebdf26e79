"""Measures are found again in the releases that published them."""

from portal.statistics.dataset.measure_row import MEASURE_COLUMNS
from portal.statistics.dataset.table import MEASURES, Document
from portal.statistics.site.pages.book import Book, Wanted, before


def release(quarter: str, *rows: dict[str, object]) -> tuple[str, dict[str, Document]]:
    listed = tuple(tuple(map(row.get, MEASURE_COLUMNS)) for row in rows)
    return quarter, {MEASURES: Document(f"{quarter}/v1", MEASURES, MEASURE_COLUMNS, listed)}


def row(
    period: str, value: float | None, area: str = "KZ", measure: str = "K9"
) -> dict[str, object]:
    about: dict[str, object] = {
        "time_period": period,
        "ref_area": area,
        "measure": measure,
        "value": value,
    }
    return {"outcome": "_T", "clock": "", "status": "" if value else "u", **about}


BOOK = Book(
    [
        release("2025-q4", row("2025", 0.2, "KZ-75"), row("2025", 0.3)),
        release("2026-q3", row("2026-Q3", 0.4)),
        release("2026-q4", row("2026", None, "KZ-75"), row("2026", 0.5), row("2026", 0.1, "KZ-71")),
    ]
)
K9 = Wanted("K9")


def test_the_newest_value_is_found_though_a_later_one_is_not_shown() -> None:
    found = BOOK.newest(K9, "KZ-75")

    assert found is not None
    assert (found.time_period, found.value) == ("2025", 0.2)


def test_what_was_never_shown_is_found_with_its_reason() -> None:
    book = Book([release("2026-q4", row("2026", None))])

    assert getattr(book.newest(K9), "status", None) == "u"
    assert book.newest(Wanted("K2")) is None


def test_places_are_compared_in_the_same_period() -> None:
    found = BOOK.newest(K9, "KZ-75")

    assert found is not None
    assert getattr(BOOK.beside(found, "KZ"), "value", None) == 0.3
    assert BOOK.beside(found, "KZ-71") is None


def test_the_year_before_is_the_same_period_of_that_year() -> None:
    found = BOOK.newest(K9, "KZ-71")
    nation = BOOK.newest(K9)

    assert found is not None
    assert nation is not None
    assert BOOK.year_before(found) is None
    assert getattr(BOOK.year_before(nation), "value", None) == 0.3


def test_a_period_keeps_its_form() -> None:
    assert [before(one) for one in ("2026-Q3", "2026", "2025-07-01/P1Y")] == [
        *("2025-Q3", "2025", "2024-07-01/P1Y")
    ]


def test_only_what_was_shown_can_be_chosen() -> None:
    assert Book([release("2026-q4", row("2026", None))]).forms() == []
    assert BOOK.forms() == [K9]
