"""The working calendar of Kazakhstan, and the quarters the statistics count in."""

import re
import tomllib
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import ClassVar, Self

import holidays

from portal.core.records import make_record, read_data

ONE_DAY = timedelta(days=1)
MONTHS_A_YEAR = 12
MONTHS_A_QUARTER = 3


@dataclass(frozen=True)
class Corrections:
    """Days that the holidays package has wrong or cannot know yet."""

    extra_days_off: tuple[date, ...]
    extra_working_days: tuple[date, ...]


def is_working_day(day: date) -> bool:
    """Tell whether offices work on this day."""
    known = _load_corrections()
    if day in known.extra_working_days:
        return True
    return day not in known.extra_days_off and _is_regular(day)


def add_working_days(start: date, count: int) -> date:
    """Return the last of `count` working days after `start`; counting begins the next day.

    Args:
        start: the day of the event, itself not counted.
        count: working days to count; 0 gives `start` back, whatever day that is.

    Raises:
        ValueError: `count` is negative.
    """
    if count < 0:
        raise ValueError("working days are counted forwards")
    day = start
    while count:
        day += ONE_DAY
        count -= is_working_day(day)
    return day


def find_working_day(day: date) -> date:
    """Return the day itself if offices work on it, otherwise the next one on which they do."""
    while not is_working_day(day):
        day += ONE_DAY
    return day


def count_working_days(start: date, end: date) -> int:
    """Return the number of working days after `start`, up to and with `end`."""
    days = (end - start).days
    return sum(is_working_day(start + timedelta(days=after)) for after in range(1, days + 1))


def add_months(start: date, count: int) -> date:
    """Return the same day `count` months later, or the last day of that month if it is shorter."""
    years, month = divmod(start.month - 1 + count, MONTHS_A_YEAR)
    year = start.year + years
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


class Quarter(str):
    """A quarter as it is written everywhere: 2026-q3. Later ones compare greater."""

    __slots__ = ()
    pattern: ClassVar[str] = "[1-9][0-9]{3}-q[1-4]"

    def __new__(cls, text: str) -> Self:
        """Read a quarter.

        Raises:
            ValueError: the text is not like `2026-q3`.
        """
        if not re.fullmatch(cls.pattern, text):
            raise ValueError("not a quarter")
        return super().__new__(cls, text)

    @classmethod
    def from_day(cls, day: date) -> Self:
        """Return the quarter a day belongs to."""
        return cls(f"{day.year}-q{(day.month - 1) // MONTHS_A_QUARTER + 1}")

    @classmethod
    def is_one(cls, text: str) -> bool:
        """Tell whether a text names a quarter."""
        return bool(re.fullmatch(cls.pattern, text))

    @property
    def year(self) -> int:
        """The year it lies in."""
        return int(self[:4])

    @property
    def number(self) -> int:
        """1 to 4."""
        return int(self[-1])

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, (self.number - 1) * MONTHS_A_QUARTER + 1, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return add_months(self.first, MONTHS_A_QUARTER) - ONE_DAY

    @property
    def days(self) -> tuple[date, date]:
        """Its first and its last day."""
        return self.first, self.last

    @property
    def period(self) -> str:
        """As files write it: 2026-Q3."""
        return self.upper()

    @classmethod
    def from_period(cls, text: str) -> Self:
        """Read a quarter as files write it.

        Raises:
            ValueError: it is another period, or none.
        """
        return cls(text.lower())

    @property
    def ends_year(self) -> bool:
        """Tell whether the tables of a year come out with it."""
        return self.number * MONTHS_A_QUARTER == MONTHS_A_YEAR

    def get_earlier(self, count: int) -> "Quarter":
        """Return the quarter so many quarters before; a negative number counts forwards."""
        return Quarter.from_day(add_months(self.first, -count * MONTHS_A_QUARTER))

    @property
    def following(self) -> "Quarter":
        """The quarter that follows."""
        return self.get_earlier(-1)


@cache
def _load_holidays(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("KZ", years=year)


@cache
def _load_corrections() -> Corrections:
    return make_record(Corrections, tomllib.loads(read_data("holidays.toml")))


@lru_cache(maxsize=4096)  # days; a page with many clocks asks for the same ones again and again
def _is_regular(day: date) -> bool:
    return bool(_load_holidays(day.year).is_working_day(day))
