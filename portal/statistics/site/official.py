"""Numbers that official registers made public, each with its source; none of them is ours."""

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Literal

from portal.core.records import make_record, read_data
from portal.core.terms import Label


@dataclass(frozen=True)
class YearValue:
    """The number of one year."""

    year: int
    value: int


@dataclass(frozen=True)
class OfficialSeries:
    """Numbers of one register over years, and where they were read."""

    id: str
    mark: Literal["V"]  # seen in the source
    source_url: str
    source_label: Label
    label: Label
    caveat: Label
    values: tuple[YearValue, ...]


@cache
def load() -> tuple[OfficialSeries, ...]:
    """Return all official series.

    Raises:
        ValueError: the file has unknown keys, or years out of order.
    """
    source = tomllib.loads(read_data("official.toml"))
    all_series = tuple(make_record(OfficialSeries, row) for row in source["series"])
    for series in all_series:
        years = [value.year for value in series.values]
        if years != sorted(set(years)):
            raise ValueError(f"years of {series.id}")
    return all_series
