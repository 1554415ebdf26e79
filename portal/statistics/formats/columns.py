"""What the columns of a document are and mean: one description for every format."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from portal.core.records import index_by_id, make_record, read_data
from portal.core.terms import LANGUAGES, Label
from portal.statistics.catalogue.codelists import BODY, NATION, REGION, TOTAL, Code
from portal.statistics.catalogue.tables import get_word, load
from portal.statistics.dataset.table import CODES, MEASURES, Breakdown, Document, Texts

ORIGIN, INVENTED = "origin", "invented"  # the column that only a demonstration has
# Dimensions whose codes stand in the column "outcome" of the measures.
_OUTCOME_DIMENSIONS = (
    "finding",
    "outcome",
    "rating",
    "respect",
    "review",
    "sanction",
    "sanctioned",
)


@dataclass(frozen=True)
class Column:
    """A column of a file; a column without codes holds free text or numbers."""

    id: str
    type: Literal["text", "whole", "number"]
    label: Label
    codes: tuple[Code, ...] = ()

    def get_labels(self) -> Mapping[str, Label]:
        """Return the label of each code; nothing if the column has no closed list."""
        return {code.id: code.label for code in self.codes}


@dataclass(frozen=True)
class DataSet:
    """What all releases together are."""

    title: Label
    description: Label
    keywords: tuple[Label, ...]


@cache
def describe_data_set(*, invented: bool) -> DataSet:
    """Return what the catalogue says of all releases together.

    Args:
        invented: whether they are those of a demonstration, and say so.
    """
    known = make_record(DataSet, tomllib.loads(read_data("statistics.toml"))["dataset"])
    if not invented:
        return known
    return DataSet(label_invented(known.title), label_invented(known.description), known.keywords)


def label_invented(text: Label) -> Label:
    """Return a text after the words that what it speaks of is invented."""
    first = get_word("invented")
    return Label(*(f"{first.get(language)}. {text.get(language)}" for language in LANGUAGES))


def mark_invented(documents: Mapping[str, Document], *, invented: bool) -> dict[str, Document]:
    """Return tables that say in every row that they are invented, if they are.

    Args:
        documents: the tables by name; such as say so already stay as they are.
        invented: whether they are those of a demonstration.
    """
    if not invented:
        return dict(documents)
    return {name: _mark_document(document) for name, document in documents.items()}


def describe_columns(document: Document) -> list[Column]:
    """Return what each column of a document is, in its order.

    Raises:
        KeyError: the catalogue does not know a column.
    """
    own = {dimension.column: _describe_dimension(dimension) for dimension in document.dimensions}
    return [own.get(name) or _describe_known_column(name, document) for name in document.columns]


def build_codes_document(documents: Mapping[str, Document], release: str) -> Document:
    """Return what every code of the tables means, by table and column."""
    rows = tuple(
        (name, column.id, code, *(label.get(language) for language in LANGUAGES))
        for name, document in documents.items()
        for column in describe_columns(document)
        for code, label in column.get_labels().items()
    )
    names = ("table", "column", "code", *LANGUAGES)
    return Document(release, CODES, names, rows, title=to_texts(get_word("codes")))


def get_title(document: Document) -> Texts:
    """Return the title of a document in each language."""
    return document.title or to_texts(get_word("measures"))


def to_texts(label: Label) -> Texts:
    """Return a label by language."""
    return {language: label.get(language) for language in LANGUAGES}


def _mark_document(document: Document) -> Document:
    if ORIGIN in document.columns:
        return document
    return replace(
        document,
        origin=to_texts(get_word("invented")),
        columns=(*document.columns, ORIGIN),
        rows=tuple((*row, INVENTED) for row in document.rows),
    )


def _describe_dimension(described: Breakdown) -> Column:
    codes = tuple(Code(code, Label.from_file(label)) for code, label in described.codes.items())
    return Column(described.column, "text", Label.from_file(described.label), codes)


def _describe_known_column(name: str, document: Document) -> Column:
    known = _load_columns().get(name)
    if known is None:  # the column of a dimension that this document does not break down by
        labels = {dimension.column: dimension.label for dimension in load().dimensions.values()}
        return Column(name, "text", labels[name])
    return Column(known.id, known.type, known.label, _list_codes(name, document) or known.codes)


def _list_codes(name: str, document: Document) -> tuple[Code, ...]:
    """Return the codes of a column whose list depends on the document."""
    listed = {"measure": document.measures, "reason": document.reasons}.get(name)
    if listed is not None:
        return tuple(Code(code, Label.from_file(label)) for code, label in listed.items())
    if name == "ref_area":
        regions = load().dimensions[REGION].codes if document.table == MEASURES else ()
        return (*regions, Code(NATION, get_word("nation")))
    if name == "outcome" and document.table == MEASURES:
        return _list_forms()
    if name in {"category", "outcome"}:
        return (Code(TOTAL, get_word("all")),)
    return ()


@cache
def _list_forms() -> tuple[Code, ...]:
    """Return the codes of the column "outcome" of the measures: of dimensions, bodies and forms."""
    known = load().dimensions
    codes = {code.id: code for name in _OUTCOME_DIMENSIONS for code in known[name].codes}
    bodies = (Code(f"{BODY}:{code.id}", code.label) for code in known[BODY].codes)
    return (Code(TOTAL, get_word("all")), *codes.values(), *bodies, *_load_columns()["form"].codes)


@cache
def _load_columns() -> dict[str, Column]:
    return index_by_id(
        [make_record(Column, row) for row in tomllib.loads(read_data("statistics.toml"))["column"]]
    )


# Columns of text that say something of a number, and do not name it.
_REMARKS = frozenset({"obs_status", "conf_status", "status", "unit", ORIGIN})


def list_key_columns(document: Document) -> list[str]:
    """Return the columns that together name one row of a document."""
    return [
        column.id
        for column in describe_columns(document)
        if column.type == "text" and column.id not in _REMARKS
    ]
