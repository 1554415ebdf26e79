"""How numbers are written in figures and their tables."""

from datetime import date, timedelta
from functools import cache

from portal.core.taxonomy import load as load_taxonomy
from portal.statistics.catalogue import load, word
from portal.statistics.charts.grid import whole
from portal.statistics.figures.reading import Record
from portal.statistics.formats import Document

FULL = 100  # per cent
NO_RANGE = "–"
RANGE = "\u00a0–\u00a0"  # between two ends that stay together
YEAR_FROM = "/P1Y"
# Kazakh, with the Russian letters where both alphabets have them; Latin letters for English.
ALPHABET = " -abcdefghijklmnopqrstuvwxyzаәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"


def decimal(value: float, language: str, digits: int = 1) -> str:
    """Return a number with its digits after the point, or the comma."""
    text = f"{value:.{digits}f}"
    return text if language == "en" else text.replace(".", ",")


def share(value: float, language: str) -> str:
    """Return a share as per cent with one digit."""
    return f"{decimal(FULL * value, language)}\u00a0%"


def tick(value: float, language: str) -> str:
    """Return a number beside an axis: without a digit after the point if it needs none."""
    return f"{value:.0f}" if value == int(value) else decimal(value, language)


def count_cells(row: Record, language: str) -> tuple[str, str]:
    """Return a count and its likely range as texts; early releases have none for hidden ones."""
    hidden, ends = row["obs_value"] is None, (row["lower95"], row["upper95"])
    count = word("small").get(language) if hidden else whole(row["obs_value"])
    return count, NO_RANGE if None in ends else RANGE.join(map(whole, ends))


def short(row: Record, language: str) -> str:
    """Return a count as a text for a picture."""
    hidden = row["obs_value"] is None
    return word("small_between").get(language) if hidden else whole(row["obs_value"])


def written(value: float | None, unit: str, language: str) -> str:
    """Return the value of a measure in its unit."""
    if value is None:
        return NO_RANGE
    if unit == "share":
        return share(value, language)
    if unit == "count":
        return whole(round(value))
    return decimal(value, language)


def rate_cells(row: Record, language: str) -> tuple[str, str]:
    """Return a measure and its likely range as texts; an exact one has no range."""
    unit = row.get("unit", "share")
    value = written(row["value"], unit, language)
    if row["ci_low"] is None:
        return value, NO_RANGE
    ends = (written(row[key], unit, language) for key in ("ci_low", "ci_high"))
    return value, RANGE.join(ends)


def measure_name(measure: str, outcome: str, clock: str, language: str) -> str:
    """Return what a measure is called in one of its forms."""
    known = load()
    form = known.words.get(f"{measure}_{outcome}")
    if form:
        return form.label.get(language)
    if measure == "K5":
        return word("K5_within").get(language).format(days=clock.split(maxsplit=1)[0])
    return known.measures[measure].label.get(language)


def named_period(period: str, language: str) -> str:
    """Return a period of the files in words: 2026-Q3, 2026, or 2025-07-01/P1Y."""
    if period.endswith(YEAR_FROM):
        first = date.fromisoformat(period.removesuffix(YEAR_FROM))
        last = first.replace(year=first.year + 1) - timedelta(days=1)
        return f"{day(first.isoformat(), language)} – {day(last.isoformat(), language)}"
    year, _, number = period.partition("-")
    name = "period_quarter" if number else "period_year"
    return word(name).get(language).format(year=year, number=number[1:])


def day(written_day: str, language: str) -> str:
    """Return a day of a document as it is written in a language."""
    return written_day if language == "en" else f"{date.fromisoformat(written_day):%d.%m.%Y}"


@cache
def regions(language: str) -> dict[str, str]:
    """Return the names of all regions by their codes, in the order of the language's alphabet."""
    named = {one.iso_code: one.label.get(language) for one in load_taxonomy().regions.values()}
    return dict(sorted(named.items(), key=lambda one: _sorting(one[1])))


def _sorting(name: str) -> list[int]:
    return [ALPHABET.find(letter) for letter in name.lower()]


def titled(name: str) -> str:
    """Return a name as a title begins: some regions begin with a small letter in a sentence."""
    return name[0].upper() + name[1:]


def days_of(document: Document, language: str) -> str:
    """Return the days that a document counts."""
    return f"{day(document['first_day'], language)} – {day(document['last_day'], language)}"
