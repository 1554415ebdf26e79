"""One question has one answer: in all tables of all releases, whatever they are broken down by."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

import pytest

from portal.core.calendar import Quarter
from portal.statistics.attacks import coverage
from portal.statistics.attacks.population import make
from portal.statistics.catalogue.tables import LEVELS, load
from portal.statistics.dataset.encoding import as_csv
from portal.statistics.dataset.history import History
from portal.statistics.dataset.table import MEASURES, TOTALS, Document, get_total
from portal.statistics.disclosure.intervals import BAND
from portal.statistics.gate.margins import CountKey, build_count_key
from portal.statistics.site.figures.overview import draw_release
from tests.statistics.tables import records

Place = tuple[str, str, int | None, int, int]  # release, table, number, ends of its range


@cache
def history(level: str) -> History:
    """Publish two years of synthetic cases."""
    population = make("agreement", a_year=coverage.VOLUMES[level] // 2, quarters=8)
    return coverage.publish(list(coverage.count_quarters(population, level)), level, "agreement")


def rows(level: str) -> Iterator[tuple[CountKey, Place]]:
    for quarter, documents in history(level):
        for name, document in documents.items():
            if name in load().tables:
                yield from rows_of(document, quarter)
        for event in ("received", "concluded"):
            value = get_total(documents[TOTALS], event)
            yield CountKey(event, (quarter,), frozenset()), (quarter, TOTALS, value, value, value)


def rows_of(document: Document, quarter: Quarter) -> Iterator[tuple[CountKey, Place]]:
    table = load().tables[document.table]
    for row in records(document):
        codes = frozenset(
            (dimension.id, row[dimension.column])
            for dimension in document.dimensions
            if row[dimension.column] != dimension.total
        )
        place = (quarter, table.id, row["obs_value"], row["lower95"], row["upper95"])
        yield build_count_key(table, quarter, codes), place


@pytest.mark.parametrize("level", LEVELS)
def test_every_place_that_states_a_number_states_the_same(level: str) -> None:
    places_by_number: dict[CountKey, list[Place]] = defaultdict(list)
    for question, place in rows(level):
        places_by_number[question].append(place)
    several = {number: places for number, places in places_by_number.items() if len(places) > 1}

    assert len(several) > 10
    for question, places in several.items():
        assert len({value for _, _, value, _, _ in places}) == 1, (question, places)
        shown = {(low, high) for _, _, value, low, high in places if value is not None}
        assert len(shown) <= 1, (question, places)


@pytest.mark.parametrize("level", LEVELS)
def test_a_year_is_its_quarters(level: str) -> None:
    known = dict(rows(level))
    compared = 0
    for question, (_, _, value, *_) in known.items():
        parts = [known.get(question._replace(quarters=(quarter,))) for quarter in question.quarters]
        numbers = [part[2] if part else None for part in parts]
        if len(parts) > 1 and None not in (value, *numbers):
            compared += 1
            assert value == sum(number or 0 for number in numbers), question
    assert compared or level == "L2"  # where no table of a year is broken down as a quarter is


@pytest.mark.parametrize("level", LEVELS)
def test_parts_add_up_to_their_whole_and_none_is_more(level: str) -> None:
    for quarter, documents in history(level):
        for name in documents.keys() & load().tables.keys():
            known = dict(rows_of(documents[name], quarter))
            for question, (_, _, whole, *_) in known.items():
                for dimension in documents[name].dimensions:
                    names = {dimension for dimension, _ in question.codes}
                    if dimension.id not in names and whole is not None:
                        codes = [code for code in dimension.codes if code != dimension.total]
                        parts = [
                            known[question._replace(codes=question.codes | {(dimension.id, code)})][
                                2
                            ]
                            for code in codes
                        ]
                        shown = sum(part or 0 for part in parts)
                        hidden = sum(part is None for part in parts)
                        assert shown <= whole <= shown + hidden * (BAND - 1)


@pytest.mark.parametrize("level", LEVELS)
def test_shares_by_days_never_fall_and_the_balance_adds_up(level: str) -> None:
    measured = [row for _, documents in history(level) for row in records(documents[MEASURES])]
    curves: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in measured:
        if row["measure"] == "K5" and row["value"] is not None:
            curves[row["ref_area"], row["time_period"]].append(row["value"])
    assert curves
    assert all(values == sorted(values) for values in curves.values())
    years = {row["time_period"] for row in measured if row["measure"] == "K1B"}
    for year in years:
        steps = {
            row["outcome"]: row["value"]
            for row in measured
            if row["measure"] == "K1B" and row["time_period"] == year
        }
        came = steps.pop("open_start") + steps.pop("received")
        assert came == sum(value or 0 for value in steps.values())


@pytest.mark.parametrize("level", LEVELS)
def test_open_cases_of_regions_add_up_to_the_exact_number(level: str) -> None:
    quarter, documents = history(level)[-1]
    rows = [row for row in records(documents[MEASURES]) if row["measure"] == "K18"]
    nation, *regions = rows

    assert nation["ref_area"] == "KZ", quarter
    assert sum(row["value"] or 0 for row in regions) <= nation["value"]


def test_files_and_charts_say_what_the_documents_say() -> None:
    past = history("L1")
    for name, document in past[-1][1].items():
        lines = list(csv.reader(io.StringIO(as_csv(document).decode())))
        assert tuple(lines[0]) == document.columns
        written = [["" if value is None else str(value) for value in row] for row in document.rows]
        assert lines[1:] == written, name
    tables = {
        language: {
            table.name: [row[1:] for row in table.rows] for table in draw_release(past, language)
        }
        for language in ("kk", "ru", "en")
    }
    digits = {
        language: {
            name: sorted(["".join(filter(str.isdigit, text)) for text in row] for row in rows)
            for name, rows in rows.items()
        }
        for language, rows in tables.items()
    }
    assert digits["kk"] == digits["ru"] == digits["en"]
