"""Which pages a release has, and what each of them shows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from portal.statistics.catalogue.codelists import NATION, UNKNOWN
from portal.statistics.catalogue.tables import get_word, load
from portal.statistics.dataset.history import History
from portal.statistics.dataset.table import MEASURES
from portal.statistics.site.charts.figure import ChartFigure
from portal.statistics.site.figures import overview, places, subjects, texts
from portal.statistics.site.pages import deadline_records, release_notes, tables
from portal.statistics.site.pages.measure_index import MeasureForm, MeasureIndex

UNEXPLORED = {"K1B"}  # a balance says something only as a whole
Values = Mapping[str, object]


@dataclass(frozen=True)
class Page:
    """One page: its name without .html, its template, its figures and whatever else it shows."""

    name: str
    template: str
    values: Values
    figures: Sequence[ChartFigure] = ()

    @property
    def png(self) -> bool:
        """Tell whether its pictures are there as PNG too: those of regions and kinds are many."""
        return not self.name.startswith(("region-", "category-"))


def plan_pages(index: MeasureIndex, level: str, language: str) -> Iterator[Page]:
    """Yield every page of a release in one language."""
    for name, (template, values, draw) in SUBJECTS.items():
        yield Page(name, template, values(index, level, language), draw(index.history, language))
    regions = list(texts.list_regions(language).items())
    for area, name in regions:
        title = texts.capitalise(name)
        others = [region for region in regions if region[0] != area]
        yield _plan_region(index, area, title, others, language)
        yield _plan_pairs(index, area, title, others, language)
    categories = _list_categories(language)
    for code, title in categories:
        yield Page(
            f"category-{code}",
            "statistics/site/category.html",
            {
                "title": title,
                "others": [category for category in categories if category[0] != code],
            },
            places.draw_category(index.history, code, language),
        )


def _plan_region(
    index: MeasureIndex, area: str, title: str, others: Sequence[tuple[str, str]], language: str
) -> Page:
    values = {
        "area": area,
        "title": title,
        "headline": tables.tabulate_area(index, area, tables.HEADLINE, language),
        "late": deadline_records.describe_area(index, area, language),
        "others": others,
    }
    drawn = places.draw_region(index.history, area, language)
    return Page(f"region-{area}", "statistics/site/region.html", values, drawn)


def _plan_pairs(
    index: MeasureIndex, area: str, title: str, others: Sequence[tuple[str, str]], language: str
) -> Page:
    pairs = [
        (other, name, tables.tabulate_areas(index, (area, other, NATION), language))
        for other, name in others
    ]
    values = {
        "area": area,
        "title": title,
        "nation": get_word("nation").get(language),
        "pairs": pairs,
    }
    return Page(f"compare-{area}", "statistics/site/pair.html", values)


def _collect_index(index: MeasureIndex, level: str, language: str) -> Values:
    return {
        "headline": release_notes.collect_headline(index, language),
        "rates": tables.tabulate_nation(index, tables.NATIONAL, language),
        "regions": list(texts.list_regions(language).items()),
        "categories": _list_categories(language),
        "fresh": release_notes.list_new_tables(index, language),
        "missing": release_notes.list_omissions(index, level, language),
    }


def _collect_comparison(index: MeasureIndex, _level: str, language: str) -> Values:
    return {
        "columns": [tables.name_measure_form(measure, language) for measure in tables.COMPARED],
        "lines": tables.tabulate_regions(index, tables.COMPARED, language),
        "regions": list(texts.list_regions(language).items()),
    }


def _make_collector(*measures: MeasureForm) -> Callable[[MeasureIndex, str, str], Values]:
    """Return what makes the values of a page about some measures: nation and regions."""

    def make(index: MeasureIndex, _level: str, language: str) -> Values:
        return {
            "nation": tables.tabulate_nation(index, measures, language),
            "columns": [tables.name_measure_form(measure, language) for measure in measures],
            "lines": tables.tabulate_regions(index, measures, language),
        }

    return make


def _collect_deadlines(index: MeasureIndex, _level: str, language: str) -> Values:
    return {"places": deadline_records.describe_regions(index, language)}


def _collect_data(index: MeasureIndex, _level: str, language: str) -> Values:
    titled = {name: document for name, document in index.documents.items() if document.title}
    return {"titles": {name: document.title[language] for name, document in titled.items()}}


def _collect_explorer(index: MeasureIndex, _level: str, language: str) -> Values:
    return {
        "areas": [
            (NATION, get_word("nation").get(language)),
            *texts.list_regions(language).items(),
            (UNKNOWN, get_word("unknown_region").get(language)),
        ],
        "measures": [
            (
                "|".join((form.measure, form.outcome, form.clock)),
                tables.name_measure_form(form, language),
            )
            for form in index.list_forms()
            if form.measure not in UNEXPLORED
        ],
        "releases": [documents[MEASURES].release for _, documents in index.history],
        "quarter": get_word("quarter_short").get(language),
    }


def _list_categories(language: str) -> list[tuple[str, str]]:
    return [(code.id, code.label.get(language)) for code in load().dimensions["category"].codes]


def _collect_nothing(_book: MeasureIndex, _level: str, _language: str) -> Values:
    return {}


def _draw_nothing(_history: History, _language: str) -> Sequence[ChartFigure]:
    return ()


# Name, template, what it shows besides figures, and its figures.
SUBJECTS: Mapping[
    str,
    tuple[
        str,
        Callable[[MeasureIndex, str, str], Values],
        Callable[[History, str], Sequence[ChartFigure]],
    ],
] = {
    "index": ("statistics/site/index.html", _collect_index, overview.draw_release),
    "compare": ("statistics/site/compare.html", _collect_comparison, subjects.draw_comparison),
    "timeliness": (
        "statistics/site/timeliness.html",
        _make_collector(
            tables.ACKNOWLEDGED, tables.REDIRECTED, tables.IN_TIME, tables.MEDIAN, tables.LONGEST
        ),
        subjects.draw_timeliness,
    ),
    "outcomes": (
        "statistics/site/outcomes.html",
        _make_collector(
            tables.EXAMINED, tables.CONFIRMED, tables.DISCIPLINED, tables.REOPENED, tables.CHANGED
        ),
        subjects.draw_outcomes,
    ),
    "verdicts": (
        "statistics/site/verdicts.html",
        _make_collector(
            tables.RESPONSE, tables.FORMAL, tables.RESPECT, tables.EXAMINED, tables.CONFIRMED
        ),
        subjects.draw_verdicts,
    ),
    "early-warning": (
        "statistics/site/early-warning.html",
        _collect_nothing,
        subjects.draw_signals,
    ),
    "faults": ("statistics/site/faults.html", _collect_deadlines, _draw_nothing),
    "explorer": ("statistics/site/explorer.html", _collect_explorer, _draw_nothing),
    "data": ("statistics/site/data.html", _collect_data, _draw_nothing),
}
