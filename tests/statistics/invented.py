"""Invented documents of releases: every table and every measure, without a single case."""

from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from typing import Any

from portal.core.taxonomy import load as load_taxonomy
from portal.statistics import schedule
from portal.statistics.catalogue import NATION, Table, load
from portal.statistics.disclosure import Cell
from portal.statistics.figures import Documents, History
from portal.statistics.formats import FIRST, MEASURES, TOTALS, document, totals_document
from portal.statistics.measures import EDGES, Protected, quarter_span, span_of

KNOWN = load()
REGIONS = {one.iso_code: one.population for one in load_taxonomy().regions.values()}
COLUMNS = (
    *FIRST[:4],
    *("outcome", "num", "den", "value", "ci_low", "ci_high", "basis", "clock", "status"),
    *("unit", "source"),
)
Draw = Callable[[str, Cell], int]
LAST = "2026-q4"


def number(*about: object) -> float:
    """Return a number between 0 and 1 that is always the same for the same words."""
    digest = sha256(repr(about).encode()).digest()
    return int.from_bytes(digest[:6]) / 2**48


def history(level: str = "L1", number_of: int = 14, draw: Draw | None = None) -> History:
    """Return releases up to the fourth quarter of 2026, the oldest first."""
    quarters = [schedule.back(LAST, back) for back in reversed(range(number_of))]
    return [(quarter, documents(quarter, level, draw)) for quarter in quarters]


@cache
def documents(quarter: str, level: str, draw: Draw | None = None) -> Documents:
    """Return everything one release holds."""
    found = [_protected(table, quarter, level, draw) for table in KNOWN.tables_of(quarter, level)]
    span = quarter_span(quarter)
    made = {one.table.id: document(one, quarter) for one in found}
    received = 2400 + round(700 * number(quarter, "received"))
    concluded = 2300 + round(600 * number(quarter, "concluded"))
    made[TOTALS] = totals_document(received, concluded, span, quarter)
    made[MEASURES] = {
        "release": quarter,
        "table": MEASURES,
        "measures": {},
        "columns": list(COLUMNS),
        "rows": [[row.get(name) for name in COLUMNS] for row in _measures(quarter, level)],
    }
    return made


def _protected(table: Table, quarter: str, level: str, draw: Draw | None) -> Protected:
    def usual(name: str, cell: Cell) -> int:
        size = REGIONS.get(cell[0], 400_000) / 1_000_000 if table.dimensions[0] == "region" else 8
        return round(size * 40 * (0.5 + number(name, quarter, cell)))

    values = {cell: (draw or usual)(table.id, cell) for cell in table.cells()}
    return Protected(table, span_of(table, quarter), KNOWN.cost(table, level), values)


def _measures(quarter: str, level: str) -> Iterator[dict[str, Any]]:
    name, year = quarter.upper(), quarter[:4]
    whole_year = quarter.endswith("q4")
    source = {"L0": "received-year-region", "L1": "received-region"}.get(
        level, "received-region-category"
    )
    areas = [NATION, *REGIONS]
    if level != "L0" or whole_year:
        for area in areas:
            people = REGIONS.get(area, sum(REGIONS.values()))
            per = 18 * (0.6 + 0.8 * number(area, "rate"))
            count = round(per * people / 100_000)
            yield _row("K2", "A", year, area, count, people, per, 2.4, unit="per_100000") | {
                "source": source
            }
    finding = "concluded-region-outcome" if level == "L2" else "concluded-finding"
    yield _row("K9", "Q", name, NATION, 300, 1200, 0.2 + 0.1 * number(quarter, "K9"), 0.03) | {
        "source": finding
    }
    yield _row("K10", "Q", name, NATION, 300, 1200, 0.7, 0.03) | {"source": finding}
    if not whole_year:
        return
    for area in areas:
        size = 60 + round(900 * number(area, "size"))
        for measure, outcome, value, table in (
            ("K9", "_T", 0.18, "concluded-year-region-finding"),
            ("K10", "_T", 0.6, "concluded-year-region-finding"),
            ("K12", "any", 0.3, "sanctions-year-region"),
            ("K16", "formal", 0.4, "rated-year-region"),
            ("K16", "response", 0.2, "rated-year-region"),
            ("K17", "yes", 0.55, "rated-year-region"),
        ):
            here = value * (0.7 + 0.6 * number(area, measure, outcome))
            if area == "KZ-62":
                yield _row(measure, "A", year, area, None, None, None, 0, outcome) | {"status": "u"}
            else:
                yield _row(
                    measure, "A", year, area, round(here * size), size, here, 0.06, outcome
                ) | {"source": table}
        yield from _times(year, area, size)
    yield from _balance(year)


def _times(year: str, area: str, size: int) -> Iterator[dict[str, Any]]:
    for rank, days in enumerate(EDGES):
        clock = f"{days} working days" + (", statutory" if days == 15 else "")
        value = min(0.97, (0.05 + 0.14 * rank) * (0.8 + 0.3 * number(area, "time")))
        row = _row(
            "K5", "A", f"{int(year) - 1}-07-01/P1Y", area, round(value * size), size, value, 0.04
        )
        yield row | {"clock": clock, "source": "durations-year-region", "basis": "cohort"}
    value = 15 + 30 * number(area, "median")
    row = _row("K6", "A", f"{int(year) - 1}-07-01/P1Y", area, None, size, value, 3, "p50")
    yield row | {"clock": "working days", "unit": "working_days"}
    row = _row("K3", "A", f"{int(year) - 1}-07-01/P1Y", area, 40, 50, 0.8, 0.05, "in_time")
    yield row | {"clock": "3 working days"}


def _balance(year: str) -> Iterator[dict[str, Any]]:
    endings = {
        code.id: 300 + 40 * rank for rank, code in enumerate(KNOWN.dimensions["finding"].codes)
    }
    levels = {"open_start": 1200, "received": 9800} | endings | {"rounding": 14}
    left = 11000 - sum(endings.values()) - 14
    for outcome, value in (levels | {"open_end": left}).items():
        exact = outcome not in endings
        row = _row("K1B", "A", year, NATION, value, None, value, 0 if exact else 30, outcome)
        yield row | {"unit": "count", "ci_low": None if exact else value - 30}


def _row(
    measure: str,
    freq: str,
    period: str,
    area: str,
    part: int | None,
    whole: int | None,
    value: float | None,
    reach: float,
    outcome: str = "_T",
    unit: str = "share",
) -> dict[str, Any]:
    low = None if value is None else round(max(0.0, value - reach), 4)
    high = None if value is None else round(value + reach, 4)
    return {
        "freq": freq,
        "time_period": period,
        "ref_area": area,
        "measure": measure,
        "outcome": outcome,
        "num": part,
        "den": whole,
        "value": None if value is None else round(value, 4),
        "ci_low": low,
        "ci_high": high if high is None or unit != "share" else min(1.0, high),
        "basis": "flow",
        "clock": "",
        "status": "",
        "unit": unit,
        "source": "",
    }
