"""Where deadlines were missed: of every hundred reports, how many waited beyond the law.

Nobody is said to have missed one where chance could have made the number: with so many places and
deadlines a range of 95 % would name somebody wrongly in most releases, so here it is 99.8 %.
"""

from dataclasses import dataclass
from statistics import NormalDist

from portal.statistics.catalogue import NATION, word
from portal.statistics.figures import regions
from portal.statistics.figures.texts import named_period
from portal.statistics.pages import tables
from portal.statistics.pages.book import Book, Row

WIDER = NormalDist().inv_cdf(0.999) / NormalDist().inv_cdf(0.975)  # 99.8 % against 95 %


@dataclass(frozen=True)
class Late:
    """How many did not keep one deadline, out of how many, in a period."""

    deadline: str  # acknowledged, redirected, concluded, told
    late: int
    whole: int
    percent: int
    likely: tuple[int, int]  # percent
    period: str


@dataclass(frozen=True)
class Place:
    """A region with the deadlines that were missed in it."""

    area: str
    label: str
    late: tuple[Late, ...]


DEADLINES = {
    "acknowledged": tables.ACKNOWLEDGED,
    "redirected": tables.REDIRECTED,
    "concluded": tables.IN_TIME,
    "told": tables.TOLD,
}


def of_area(book: Book, area: str, language: str) -> tuple[Late, ...]:
    """Return the deadlines that were missed in an area, in the order of a case."""
    found = ((name, book.newest(wanted, area)) for name, wanted in DEADLINES.items())
    return tuple(late for name, row in found if row and (late := _late(name, row, language)))


def by_region(book: Book, language: str) -> list[Place]:
    """Return the nation, then every region by the alphabet."""
    places = [(NATION, word("nation").get(language)), *regions(language).items()]
    return [Place(area, label, of_area(book, area, language)) for area, label in places]


def _late(name: str, row: Row, language: str) -> Late | None:
    if row["value"] is None:
        return None
    if row["value"] + WIDER * (row["ci_high"] - row["value"]) >= 1:
        return None
    percent, low, high = (_late_of_hundred(row[key]) for key in ("value", "ci_high", "ci_low"))
    period = named_period(row["time_period"], language)
    return Late(name, row["den"] - row["num"], row["den"], percent, (low, high), period)


def _late_of_hundred(kept: float) -> int:
    return round(100 * (1 - kept))
