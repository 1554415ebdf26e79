"""Which pages a release has, and what each of them shows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from portal.statistics.catalogue.codelists import NATION, UNKNOWN
from portal.statistics.catalogue.tables import get_word, load
from portal.statistics.dataset.history import History
from portal.statistics.dataset.table import MEASURES
from portal.statistics.site.charts.figure import Figure
from portal.statistics.site.figures import overview, places, subjects, texts
from portal.statistics.site.pages import faults, notes, tables
from portal.statistics.site.pages.book import Book, Wanted

UNEXPLORED = {"K1B"}  # a balance says something only as a whole
Values = Mapping[str, object]


@dataclass(frozen=True)
class Page:
    """One page: its name without .html, its template, its figures and whatever else it shows."""

    name: str
    template: str
    values: Values
    figures: Sequence[Figure] = ()

    @property
    def png(self) -> bool:
        """Tell whether its pictures are there as PNG too: those of regions and kinds are many."""
        return not self.name.startswith(("region-", "category-"))


def pages(book: Book, level: str, language: str) -> Iterator[Page]:
    """Yield every page of a release in one language."""
    for name, (template, values, draw) in SUBJECTS.items():
        yield Page(name, template, values(book, level, language), draw(book.history, language))
    regions = list(texts.regions(language).items())
    for area, name in regions:
        title = texts.titled(name)
        others = [one for one in regions if one[0] != area]
        yield _region(book, area, title, others, language)
        yield _pairs(book, area, title, others, language)
    categories = _categories(language)
    for code, title in categories:
        yield Page(
            f"category-{code}",
            "statistics/site/category.html",
            {"title": title, "others": [one for one in categories if one[0] != code]},
            places.of_category(book.history, code, language),
        )


def _region(
    book: Book, area: str, title: str, others: Sequence[tuple[str, str]], language: str
) -> Page:
    values = {
        "area": area,
        "title": title,
        "headline": tables.of_area(book, area, tables.HEADLINE, language),
        "late": faults.of_area(book, area, language),
        "others": others,
    }
    drawn = places.of_region(book.history, area, language)
    return Page(f"region-{area}", "statistics/site/region.html", values, drawn)


def _pairs(
    book: Book, area: str, title: str, others: Sequence[tuple[str, str]], language: str
) -> Page:
    pairs = [
        (other, name, tables.beside(book, (area, other, NATION), language))
        for other, name in others
    ]
    values = {
        "area": area,
        "title": title,
        "nation": get_word("nation").get(language),
        "pairs": pairs,
    }
    return Page(f"compare-{area}", "statistics/site/pair.html", values)


def _index(book: Book, level: str, language: str) -> Values:
    return {
        "headline": notes.headline(book, language),
        "rates": tables.of_nation(book, tables.NATIONAL, language),
        "regions": list(texts.regions(language).items()),
        "categories": _categories(language),
        "fresh": notes.new_tables(book, language),
        "missing": notes.missing(book, level, language),
    }


def _compare(book: Book, _level: str, language: str) -> Values:
    return {
        "columns": [tables.name_of(one, language) for one in tables.COMPARED],
        "lines": tables.by_region(book, tables.COMPARED, language),
        "regions": list(texts.regions(language).items()),
    }


def _about(*measures: Wanted) -> Callable[[Book, str, str], Values]:
    """Return what makes the values of a page about some measures: nation and regions."""

    def make(book: Book, _level: str, language: str) -> Values:
        return {
            "nation": tables.of_nation(book, measures, language),
            "columns": [tables.name_of(one, language) for one in measures],
            "lines": tables.by_region(book, measures, language),
        }

    return make


def _faults(book: Book, _level: str, language: str) -> Values:
    return {"places": faults.by_region(book, language)}


def _data(book: Book, _level: str, language: str) -> Values:
    titled = {name: one for name, one in book.documents.items() if one.title}
    return {"titles": {name: one.title[language] for name, one in titled.items()}}


def _explorer(book: Book, _level: str, language: str) -> Values:
    return {
        "areas": [
            (NATION, get_word("nation").get(language)),
            *texts.regions(language).items(),
            (UNKNOWN, get_word("unknown_region").get(language)),
        ],
        "measures": [
            ("|".join((one.measure, one.outcome, one.clock)), tables.name_of(one, language))
            for one in book.forms()
            if one.measure not in UNEXPLORED
        ],
        "releases": [documents[MEASURES].release for _, documents in book.history],
        "quarter": get_word("quarter_short").get(language),
    }


def _categories(language: str) -> list[tuple[str, str]]:
    return [(code.id, code.label.get(language)) for code in load().dimensions["category"].codes]


def _plain(_book: Book, _level: str, _language: str) -> Values:
    return {}


def _undrawn(_history: History, _language: str) -> Sequence[Figure]:
    return ()


# Name, template, what it shows besides figures, and its figures.
SUBJECTS: Mapping[
    str, tuple[str, Callable[[Book, str, str], Values], Callable[[History, str], Sequence[Figure]]]
] = {
    "index": ("statistics/site/index.html", _index, overview.of_release),
    "compare": ("statistics/site/compare.html", _compare, subjects.compare),
    "timeliness": (
        "statistics/site/timeliness.html",
        _about(
            tables.ACKNOWLEDGED, tables.REDIRECTED, tables.IN_TIME, tables.MEDIAN, tables.LONGEST
        ),
        subjects.timeliness,
    ),
    "outcomes": (
        "statistics/site/outcomes.html",
        _about(
            tables.EXAMINED, tables.CONFIRMED, tables.DISCIPLINED, tables.REOPENED, tables.CHANGED
        ),
        subjects.outcomes,
    ),
    "verdicts": (
        "statistics/site/verdicts.html",
        _about(tables.RESPONSE, tables.FORMAL, tables.RESPECT, tables.EXAMINED, tables.CONFIRMED),
        subjects.verdicts,
    ),
    "early-warning": ("statistics/site/early-warning.html", _plain, subjects.warnings),
    "faults": ("statistics/site/faults.html", _faults, _undrawn),
    "explorer": ("statistics/site/explorer.html", _explorer, _undrawn),
    "data": ("statistics/site/data.html", _data, _undrawn),
}
