"""How numbers are written in figures and their tables."""

from datetime import date, timedelta
from functools import cache

from babel.dates import format_date
from babel.numbers import format_decimal

from portal.core.taxonomy import load as load_taxonomy
from portal.core.terms import SPOKEN
from portal.statistics.catalogue.tables import get_word, load
from portal.statistics.dataset.measure_row import MeasureRow
from portal.statistics.dataset.table import Document, Observation

FULL = 100  # per cent
FILED = 10_000  # rates in the files have four digits
DIGITS = {"ratio": 2}
NO_RANGE = "–"
HYPHEN, MINUS = "-", "−"
RANGE = "\u00a0–\u00a0"  # between two ends that stay together
YEAR_FROM = "/P1Y"
# Kazakh, with the Russian letters where both alphabets have them; Latin letters for English.
ALPHABET = " -abcdefghijklmnopqrstuvwxyzаәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"


def format_whole(value: int, language: str) -> str:
    """Return a whole number with the separators of a language, and its minus sign."""
    return str(format_decimal(value, locale=language)).replace(HYPHEN, MINUS)


def format_rounded(value: float, language: str, digits: int = 1) -> str:
    """Return a number with its digits after the point, or the comma."""
    pattern = f"#,##0.{'0' * digits}"
    return str(format_decimal(round_half_up(value, digits), pattern, locale=language)).replace(
        HYPHEN, MINUS
    )


def round_half_up(value: float, digits: int) -> float:
    """Return a number of the files with fewer digits, halves upwards, as the explorer does it."""
    step = FILED // 10**digits
    return float((round(value * FILED) + step // 2) // step / 10**digits)


def format_share(value: float, language: str) -> str:
    """Return a share as per cent with one digit."""
    return f"{format_rounded(FULL * round_half_up(value, 3), language)}\u00a0%"


def format_tick(value: float, language: str) -> str:
    """Return a number beside an axis: without a digit after the point if it needs none."""
    return (
        format_whole(int(value), language)
        if value == int(value)
        else format_rounded(value, language)
    )


def format_count_cells(row: Observation, language: str) -> tuple[str, str]:
    """Return a count and its likely range as texts; an exact number has no range."""
    value, ends = row.obs_value, (row.lower95 or 0, row.upper95 or 0)
    count = get_word("small").get(language) if value is None else format_whole(value, language)
    if value == ends[0] == ends[1]:
        return count, NO_RANGE
    return count, RANGE.join(format_whole(end, language) for end in ends)


def format_short(row: Observation, language: str) -> str:
    """Return a count as a text for a picture; of a hidden one, between what it likely lies."""
    if row.obs_value is not None:
        return format_whole(row.obs_value, language)
    ends = {
        "low": format_whole(row.lower95 or 0, language),
        "high": format_whole(row.upper95 or 0, language),
    }
    return get_word("small_between").get(language).format(**ends)


def format_value(value: float | None, unit: str, language: str) -> str:
    """Return the value of a measure in its unit."""
    if value is None:
        return NO_RANGE
    if unit == "share":
        return format_share(value, language)
    if unit == "count":
        return format_whole(round(value), language)
    return format_rounded(value, language, DIGITS.get(unit, 1))


def format_rate_cells(row: MeasureRow, language: str) -> tuple[str, str]:
    """Return a measure and its likely range as texts; an exact one has no range."""
    value = format_value(row.value, row.unit, language)
    if row.ci_low is None:
        return value, NO_RANGE
    ends = (format_value(end, row.unit, language) for end in (row.ci_low, row.ci_high))
    return value, RANGE.join(ends)


def name_measure(measure: str, outcome: str, clock: str, language: str) -> str:
    """Return what a measure is called in one of its forms."""
    known = load()
    form = known.words.get(f"{measure}_{outcome}")
    if form:
        return form.label.get(language)
    if measure == "K5":
        return get_word("K5_within").get(language).format(days=clock.split(maxsplit=1)[0])
    return known.measures[measure].label.get(language)


@cache
def format_period(period: str, language: str) -> str:
    """Return a period of the files in words: 2026-Q3, 2026, or 2025-07-01/P1Y."""
    if period.endswith(YEAR_FROM):
        first = date.fromisoformat(period.removesuffix(YEAR_FROM))
        last = first.replace(year=first.year + 1) - timedelta(days=1)
        return (
            f"{format_day(first.isoformat(), language)} – {format_day(last.isoformat(), language)}"
        )
    year, _, number = period.partition("-")
    name = "period_quarter" if number else "period_year"
    return get_word(name).get(language).format(year=year, number=number[1:])


def format_short_period(period: str, language: str) -> str:
    """Return a period of the files as it stands below a picture."""
    if period.endswith(YEAR_FROM):
        return f"{period[:4]}/{(int(period[:4]) + 1) % 100:02d}"
    year, _, number = period.partition("-")
    if not number:
        return year
    return get_word("quarter_short").get(language).format(year=year[2:], number=number[1:])


def format_day(written_day: str, language: str) -> str:
    """Return a day of a document as pages write it."""
    form = SPOKEN[language].day_format
    return str(format_date(date.fromisoformat(written_day), form, locale=language))


@cache
def list_regions(language: str) -> dict[str, str]:
    """Return the names of all regions by their codes, in the order of the language's alphabet."""
    named = {
        region.iso_code: region.label.get(language) for region in load_taxonomy().regions.values()
    }
    return dict(sorted(named.items(), key=lambda item: _rank_letters(item[1])))


def _rank_letters(name: str) -> list[int]:
    return [ALPHABET.find(letter) for letter in name.lower()]


def capitalise(name: str) -> str:
    """Return a name as a title begins: some regions begin with a small letter in a sentence."""
    return name[0].upper() + name[1:]


def format_days(document: Document, language: str) -> str:
    """Return the days that a document counts."""
    return f"{format_day(document.first_day, language)} – {format_day(document.last_day, language)}"
