"""The taxonomy of the portal, read once from `portal/data` and checked while it is read."""

import csv
import io
import tomllib
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from portal.core.questions import CORE, Answers, Condition, Option, Question
from portal.core.records import Record, index_by_id, make_record, read_data
from portal.core.terms import (
    LANGUAGES,
    Agency,
    BodyKind,
    Category,
    CriminalStage,
    Deadline,
    ExtensionReason,
    Group,
    Helpline,
    Label,
    OutcomeInfo,
    PageNotice,
    Priority,
    Region,
    RouteRule,
    SanctionKind,
    StatusInfo,
    Subcategory,
    UrgencyRule,
)

Row = dict[str, object]
Reference = tuple[str, object, Container[object]]

# 102 connects to the police, which may be the wrong door for somebody who reports the police.
CODE = 40  # characters of the longest code that may be stored
FIRST_HELPLINES = ("112", "111", "115")
LAST_HELPLINES = ("102",)


@dataclass(frozen=True)
class Taxonomy:
    """Everything the data files say, by id and in the order in which it is shown."""

    priorities: Mapping[int, Priority]
    groups: Mapping[str, Group]
    categories: Mapping[str, Category]
    subcategories: Mapping[str, Subcategory]
    questions: Mapping[str, Question]
    notices: Mapping[str, PageNotice]
    statuses: Mapping[str, StatusInfo]
    outcomes: Mapping[str, OutcomeInfo]
    sanctions: Mapping[str, SanctionKind]
    criminal_stages: Mapping[str, CriminalStage]
    extension_reasons: Mapping[str, ExtensionReason]
    deadlines: Mapping[str, Deadline]
    bodies: Mapping[str, BodyKind]
    routes: Mapping[str, RouteRule]
    helplines: tuple[Helpline, ...]
    regions: Mapping[str, Region]
    agencies: Mapping[str, Agency]
    urgencies: Mapping[str, Mapping[str, int]]

    def list_categories(self, group: str) -> tuple[Category, ...]:
        """Return the categories behind one button."""
        return tuple(category for category in self.categories.values() if category.group == group)

    def list_subcategories(self, category: str) -> tuple[Subcategory, ...]:
        """Return the finer kinds of one category."""
        return tuple(
            subcategory
            for subcategory in self.subcategories.values()
            if subcategory.category == category
        )

    def list_questions(self, category: str) -> tuple[Question, ...]:
        """Return what the form of one category asks: the core questions, then its own.

        Raises:
            KeyError: there is no such category.
        """
        scopes = (CORE, self.categories[category].id)
        return tuple(question for question in self.questions.values() if question.scope in scopes)

    def find_urgency(self, question: str, option: str) -> int | None:
        """Return the priority that one answer calls for, or None if it changes nothing."""
        return self.urgencies.get(question, {}).get(option)

    def find_most_urgent(self, answers: Answers) -> int | None:
        """Return the most urgent priority that any of the answers calls for."""
        levels = [
            self.find_urgency(question, option)
            for question, given in answers.items()
            for option in ([given] if isinstance(given, str) else given)
        ]
        return min((level for level in levels if level is not None), default=None)


@cache
def load() -> Taxonomy:
    """Return the taxonomy of the portal.

    Raises:
        ValueError: a data file has an unknown key, a wrong type or a reference to nothing.
    """
    return read(read_data("taxonomy.toml"))


def read(text: str) -> Taxonomy:
    """Return the taxonomy that a text describes, with the regions, agencies and urgency rules.

    Args:
        text: TOML, as in `portal/data/taxonomy.toml`.

    Raises:
        ValueError: an unknown table or key, a wrong type or a reference to nothing.
    """
    source = _Source(tomllib.loads(text))
    source.take("meta")
    options = _build_option_sets(source.take("option_set"))
    taxonomy = Taxonomy(
        priorities={record.id: record for record in source.make_records(Priority, "priority")},
        groups=index_by_id(source.make_sorted_records(Group, "group")),
        categories=index_by_id(source.make_sorted_records(Category, "category")),
        subcategories=index_by_id(source.make_sorted_records(Subcategory, "subcategory")),
        questions=index_by_id(_build_questions(source.take("question"), options)),
        notices=index_by_id(source.make_records(PageNotice, "notice")),
        statuses=index_by_id(source.make_sorted_records(StatusInfo, "status")),
        outcomes=index_by_id(source.make_records(OutcomeInfo, "outcome")),
        sanctions=index_by_id(source.make_sorted_records(SanctionKind, "sanction")),
        criminal_stages=index_by_id(source.make_sorted_records(CriminalStage, "criminal_stage")),
        extension_reasons=index_by_id(
            source.make_sorted_records(ExtensionReason, "extension_reason")
        ),
        deadlines=index_by_id(source.make_sorted_records(Deadline, "deadline")),
        bodies=index_by_id(source.make_records(BodyKind, "body")),
        routes={record.category: record for record in source.make_records(RouteRule, "route")},
        helplines=_sort_helplines(source.make_records(Helpline, "helpline")),
        regions=_load_regions(),
        agencies=index_by_id(_Source.load("agencies.toml").make_sorted_records(Agency, "agency")),
        urgencies=_build_urgencies(
            _Source.load("urgency.toml").make_records(UrgencyRule, "urgency")
        ),
    )
    source.check_empty()
    check_references(taxonomy)
    return taxonomy


def check_references(taxonomy: Taxonomy) -> None:
    """Check that everything a data file refers to exists.

    Raises:
        ValueError: something does not; the message lists all of it.
    """
    loose = [
        f"{where} refers to {name!r}"
        for where, name, known in _list_references(taxonomy)
        if name not in known
    ]
    if taxonomy.routes.keys() != taxonomy.categories.keys():
        loose.append("categories and routes are not the same")
    if loose:
        raise ValueError("; ".join(loose))


def _list_references(taxonomy: Taxonomy) -> Iterator[Reference]:
    """Yield who refers, to what, and among which things that must be."""
    for category in taxonomy.categories.values():
        yield category.id, category.group, taxonomy.groups
        yield category.id, category.priority, taxonomy.priorities
    for finer in taxonomy.subcategories.values():
        yield finer.id, finer.category, taxonomy.categories
        yield finer.id, finer.id.partition(".")[0], (finer.category,)
        yield finer.id, finer.priority, (None, *taxonomy.priorities)
    for rule in taxonomy.routes.values():
        yield rule.category, rule.category, taxonomy.categories
        yield rule.category, rule.first_clock, taxonomy.deadlines
        yield rule.category, rule.priority, taxonomy.priorities
        for body in (rule.primary, *rule.copy_to):
            yield rule.category, body, taxonomy.bodies
    for question in taxonomy.questions.values():
        yield from _list_question_references(question, taxonomy)
    for asked, levels in taxonomy.urgencies.items():
        yield "urgency", asked, taxonomy.questions
        for option, level in levels.items():
            yield f"urgency of {asked}", option, _list_options(asked, taxonomy)
            yield f"urgency of {asked}", level, taxonomy.priorities


def _list_question_references(question: Question, taxonomy: Taxonomy) -> Iterator[Reference]:
    yield question.id, question.scope, (CORE, *taxonomy.categories)
    yield question.id, question.notice, (None, *taxonomy.notices)
    yield question.id, question.default, (None, *_list_options(question.id, taxonomy))
    yield question.id, bool(question.options), (question.type in ("single", "multi"),)
    if question.show_if:
        yield question.id, question.show_if.question, taxonomy.questions
        for value in question.show_if.values:
            yield question.id, value, _list_options(question.show_if.question, taxonomy)


def _list_options(question: str, taxonomy: Taxonomy) -> tuple[str, ...]:
    asked = taxonomy.questions.get(question)
    return tuple(option.id for option in asked.options) if asked else ()


class _Source:
    """The tables of one file, each of which somebody must take."""

    def __init__(self, tables: dict[str, list[Row]]) -> None:
        self._tables = dict(tables)

    @classmethod
    def load(cls, name: str) -> "_Source":
        return cls(tomllib.loads(read_data(name)))

    def take(self, name: str) -> list[Row]:
        return self._tables.pop(name)

    def make_records(self, kind: type[Record], name: str) -> list[Record]:
        return [make_record(kind, row) for row in self.take(name)]

    def make_sorted_records(self, kind: type[Record], name: str) -> list[Record]:
        return sorted(self.make_records(kind, name), key=lambda record: int(vars(record)["order"]))

    def check_empty(self) -> None:
        if self._tables:
            raise ValueError(f"unknown tables {sorted(self._tables)}")


def _build_option_sets(rows: list[Row]) -> dict[str, tuple[Option, ...]]:
    sets: dict[str, tuple[Option, ...]] = {}
    for row in rows:
        listed = row["options"]
        if not isinstance(listed, list) or str(row["id"]) in sets:
            raise ValueError(f"option set {row['id']}")
        sets[str(row["id"])] = tuple(
            index_by_id([make_record(Option, row) for row in listed]).values()
        )
    return sets


def _build_questions(rows: list[Row], sets: dict[str, tuple[Option, ...]]) -> list[Question]:
    """Return the questions, core ones first, with their options and conditions in place."""
    asked = []
    for row in rows:
        whole = dict(row)
        if "options" in row:
            whole["options"] = sets[str(row["options"])]
        if "show_if" in row:
            whole["show_if"] = Condition.parse(str(row["show_if"]))
        asked.append(make_record(Question, whole))
    return sorted(
        asked, key=lambda question: (question.scope != CORE, question.scope, question.order)
    )


def _sort_helplines(known: list[Helpline]) -> tuple[Helpline, ...]:
    """Return the numbers to show: the safest doors first, the police last."""
    ranks = {phone: -9 + rank for rank, phone in enumerate(FIRST_HELPLINES)}
    ranks |= dict.fromkeys(LAST_HELPLINES, 9)
    return tuple(
        sorted(
            (helpline for helpline in known if helpline.shown),
            key=lambda helpline: ranks.get(helpline.id, 0),
        )
    )


def _load_regions() -> dict[str, Region]:
    """Return the regions by their ISO 3166-2 code."""
    rows = csv.DictReader(io.StringIO(read_data("regions.csv")), strict=True)
    return {
        row["iso_code"]: Region(
            iso_code=row["iso_code"],
            label=Label(**{language: row[f"name_{language}"] for language in LANGUAGES}),
            population=int(row["population"]),
            year=int(row["year"]),
        )
        for row in rows
    }


def _build_urgencies(rules: list[UrgencyRule]) -> dict[str, dict[str, int]]:
    levels: dict[str, dict[str, int]] = {}
    for rule in rules:
        levels.setdefault(rule.question, {}).update(dict.fromkeys(rule.options, rule.priority))
    return levels
