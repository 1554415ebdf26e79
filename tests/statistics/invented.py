"""Invented documents of releases: every table and every measure, without a single case."""

from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from math import inf
from typing import Any

from portal.core.calendar import Quarter
from portal.core.taxonomy import load as load_taxonomy
from portal.statistics.catalogue.codelists import EDGES, NATION, STATUTORY, Cell
from portal.statistics.catalogue.periods import make_quarter_span, make_table_span
from portal.statistics.catalogue.tables import Table, load
from portal.statistics.dataset.history import Documents, History
from portal.statistics.dataset.table import LEADING_COLUMNS, MEASURES, TOTALS, Document
from portal.statistics.dataset.tabulation import tabulate_protected, tabulate_totals
from portal.statistics.disclosure.protected_table import ProtectedTable

KNOWN = load()
REGIONS = {region.iso_code: region.population for region in load_taxonomy().regions.values()}
COLUMNS = (
    *LEADING_COLUMNS[:4],
    *("outcome", "num", "den", "value", "ci_low", "ci_high", "basis", "clock", "status"),
    *("unit", "source"),
)
Draw = Callable[[str, Quarter, Cell], int]  # table, quarter, cell
LAST = Quarter("2026-q4")
CROSSED = "received-region-category"
OUTLIER = "KZ-55"  # three times as many reports as elsewhere
SMALLEST = "KZ-62"  # too few cases for rates
SHARES = (
    ("K9", "_T", 0.18, "concluded-year-region-finding"),
    ("K10", "_T", 0.6, "concluded-year-region-finding"),
    ("K12", "any", 0.3, "sanctions-year-region"),
    ("K16", "formal", 0.4, "rated-year-region"),
    ("K16", "response", 0.2, "rated-year-region"),
    ("K17", "yes", 0.55, "rated-year-region"),
)


def number(*about: object) -> float:
    """Return a number between 0 and 1 that is always the same for the same words."""
    digest = sha256(repr(about).encode()).digest()
    return int.from_bytes(digest[:6]) / 2**48


def history(level: str = "L1", number_of: int = 14, draw: Draw | None = None) -> History:
    """Return releases up to the fourth quarter of 2026, the oldest first."""
    quarters = [LAST.get_earlier(back) for back in reversed(range(number_of))]
    return [(quarter, documents(quarter, level, draw)) for quarter in quarters]


@cache
def documents(quarter: Quarter, level: str, draw: Draw | None = None) -> Documents:
    """Return everything one release holds."""
    tables = [
        _protected(table, quarter, level, draw) for table in KNOWN.select_tables(quarter, level)
    ]
    span = make_quarter_span(quarter)
    release = f"{quarter}/v1"
    made = {table.table.id: tabulate_protected(table, release) for table in tables}
    received = 2400 + round(700 * number(quarter, "received"))
    concluded = 2300 + round(600 * number(quarter, "concluded"))
    made[TOTALS] = tabulate_totals(received, concluded, span, release)
    rows = tuple(tuple(map(row.get, COLUMNS)) for row in _measures(quarter, level))
    made[MEASURES] = Document(release, MEASURES, COLUMNS, rows, measures={})
    return made


def usual(table: str, quarter: Quarter, cell: Cell) -> int:
    """Return a number that grows with the region, and is another one in each quarter."""
    size = REGIONS[cell[0]] / 1_000_000 if cell[0] in REGIONS else 8
    return round(size * 40 * (0.5 + number(table, quarter, cell)))


def alarming(table: str, quarter: Quarter, cell: Cell) -> int:
    """Return steady numbers; in two regions and one kind the last two quarters are far higher."""
    size = REGIONS[cell[0]] / 1_000_000 if cell[0] in REGIONS else 8
    more = 2 if quarter >= Quarter("2026-q3") and {"KZ-63", "KZ-75", "force"} & set(cell) else 1
    return round(more * size * 60 * (0.95 + number(table, quarter, cell) / 10))


def _protected(table: Table, quarter: Quarter, level: str, draw: Draw | None) -> ProtectedTable:
    values = {cell: (draw or usual)(table.id, quarter, cell) for cell in table.enumerate_cells()}
    return ProtectedTable(
        table, make_table_span(table, quarter), KNOWN.get_cost(table, level), values
    )


def _measures(quarter: Quarter, level: str) -> Iterator[dict[str, Any]]:
    name, year = quarter.period, quarter[:4]
    whole_year = quarter.endswith("q4")
    finding = "concluded-region-outcome" if level == "L2" else "concluded-finding"
    share = 0.2 + 0.1 * number(quarter, "K9")
    yield _row("K9", "Q", name, NATION, (300, 1200, share, 0.03), source=finding)
    yield _row("K10", "Q", name, NATION, (900, 1200, 0.7, 0.03), source=finding)
    for area in (NATION, *REGIONS):
        if level != "L0" or whole_year:
            yield _per_people(area, year, level)
        if whole_year:
            size = 60 + round(900 * number(area, "size"))
            yield from _shares(area, year, size)
            yield from _times(area, f"{int(year) - 1}-07-01/P1Y", size)
    if whole_year:
        yield from _balance(year)


def _per_people(area: str, year: str, level: str) -> dict[str, Any]:
    source = {"L0": "received-year-region", "L1": "received-region"}.get(level, CROSSED)
    people = REGIONS.get(area, sum(REGIONS.values()))
    per = 18 * (0.6 + 0.8 * number(area, "rate")) * (2.5 if area == OUTLIER else 1)
    about = (round(per * people / 100_000), people, per, 2.4)
    return _row("K2", "A", year, area, about, unit="per_100000", source=source)


def _shares(area: str, year: str, size: int) -> Iterator[dict[str, Any]]:
    for measure, outcome, value, table in SHARES:
        here = value * (0.7 + 0.6 * number(area, measure, outcome))
        about = (round(here * size), size, here, 0.06)
        if area == SMALLEST:
            yield _row(measure, "A", year, area, (None,) * 4, outcome=outcome, status="u")
        else:
            yield _row(measure, "A", year, area, about, outcome=outcome, source=table)


def _times(area: str, period: str, size: int) -> Iterator[dict[str, Any]]:
    for rank, days in enumerate(EDGES):
        value = min(0.97, (0.05 + 0.14 * rank) * (0.8 + 0.3 * number(area, "time")))
        clock = f"{days} working days" + (", statutory" if days == STATUTORY else "")
        about = (round(value * size), size, value, 0.04)
        yield _row("K5", "A", period, area, about, clock=clock, source="durations-year-region")
    half = (None, size, 15 + 30 * number(area, "median"), 3)
    yield _row("K6", "A", period, area, half, outcome="p50", unit="working_days")
    about = (40, 50, 0.8, 0.05)
    yield _row("K3", "A", period, area, about, outcome="in_time", clock="3 working days")


def _balance(year: str) -> Iterator[dict[str, Any]]:
    codes = KNOWN.dimensions["finding"].codes
    endings = {code.id: 300 + 40 * rank for rank, code in enumerate(codes)}
    levels = {"open_start": 1200, "received": 9800} | endings
    left = 11000 - sum(endings.values())
    for outcome, value in (levels | {"open_end": left}).items():
        row = _row(
            "K1B", "A", year, NATION, (value, None, value, 30), outcome=outcome, unit="count"
        )
        yield row if outcome in endings else row | {"ci_low": None, "ci_high": None}


def _row(
    measure: str, freq: str, period: str, area: str, about: tuple[Any, ...], **other: Any
) -> dict[str, Any]:
    """Return a row: numerator, denominator, value and half the width of its likely range."""
    part, whole, value, reach = about
    share = other.get("unit", "share") == "share"
    return {
        "freq": freq,
        "time_period": period,
        "ref_area": area,
        "measure": measure,
        "outcome": "_T",
        "num": part,
        "den": whole,
        "value": None if value is None else round(value, 4),
        "ci_low": None if value is None else round(max(0.0, value - reach), 4),
        "ci_high": None if value is None else round(min(1 if share else inf, value + reach), 4),
        "basis": "flow",
        "clock": "",
        "status": "",
        "unit": "share",
        "source": "",
    } | other
