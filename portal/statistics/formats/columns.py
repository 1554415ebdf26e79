"""What the columns of a document are and mean: one description for every format."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from portal.core.records import index_by_id, make_record, read_data
from portal.core.terms import LANGUAGES, Label
from portal.statistics.catalogue.codes import BODY, NATION, REGION, TOTAL, Code
from portal.statistics.catalogue.tables import load, word
from portal.statistics.dataset.table import CODES, MEASURES, Breakdown, Document, Texts

ORIGIN, INVENTED = "origin", "invented"  # the column that only a demonstration has
# Dimensions whose codes stand in the column "outcome" of the measures.
_TOLD_FOR = ("finding", "outcome", "rating", "respect", "review", "sanction", "sanctioned")


@dataclass(frozen=True)
class Column:
    """A column of a file; a column without codes holds free text or numbers."""

    id: str
    type: Literal["text", "whole", "number"]
    label: Label
    codes: tuple[Code, ...] = ()

    def labels(self) -> Mapping[str, Label]:
        """Return the label of each code; nothing if the column has no closed list."""
        return {code.id: code.label for code in self.codes}


@dataclass(frozen=True)
class DataSet:
    """What all releases together are."""

    title: Label
    description: Label
    keywords: tuple[Label, ...]


@cache
def data_set(*, invented: bool) -> DataSet:
    """Return what the catalogue says of all releases together.

    Args:
        invented: whether they are those of a demonstration, and say so.
    """
    known = make_record(DataSet, tomllib.loads(read_data("statistics.toml"))["dataset"])
    if not invented:
        return known
    return DataSet(after_invented(known.title), after_invented(known.description), known.keywords)


def after_invented(text: Label) -> Label:
    """Return a text after the words that what it speaks of is invented."""
    first = word("invented")
    return Label(*(f"{first.get(one)}. {text.get(one)}" for one in LANGUAGES))


def marked(documents: Mapping[str, Document], *, invented: bool) -> dict[str, Document]:
    """Return tables that say in every row that they are invented, if they are.

    Args:
        documents: the tables by name; such as say so already stay as they are.
        invented: whether they are those of a demonstration.
    """
    if not invented:
        return dict(documents)
    return {name: _marked(found) for name, found in documents.items()}


def columns(found: Document) -> list[Column]:
    """Return what each column of a document is, in its order.

    Raises:
        KeyError: the catalogue does not know a column.
    """
    own = {one.column: _of_dimension(one) for one in found.dimensions}
    return [own.get(name) or _of_catalogue(name, found) for name in found.columns]


def codes_document(documents: Mapping[str, Document], release: str) -> Document:
    """Return what every code of the tables means, by table and column."""
    rows = tuple(
        (name, column.id, code, *(label.get(one) for one in LANGUAGES))
        for name, found in documents.items()
        for column in columns(found)
        for code, label in column.labels().items()
    )
    names = ("table", "column", "code", *LANGUAGES)
    return Document(release, CODES, names, rows, title=texts(word("codes")))


def title(found: Document) -> Texts:
    """Return the title of a document in each language."""
    return found.title or texts(word("measures"))


def texts(label: Label) -> Texts:
    """Return a label by language."""
    return {language: label.get(language) for language in LANGUAGES}


def _marked(found: Document) -> Document:
    if ORIGIN in found.columns:
        return found
    return replace(
        found,
        origin=texts(word("invented")),
        columns=(*found.columns, ORIGIN),
        rows=tuple((*row, INVENTED) for row in found.rows),
    )


def _of_dimension(described: Breakdown) -> Column:
    codes = tuple(Code(code, Label(**label)) for code, label in described.codes.items())
    return Column(described.column, "text", Label(**described.label), codes)


def _of_catalogue(name: str, found: Document) -> Column:
    known = _columns().get(name)
    if known is None:  # the column of a dimension that this document does not break down by
        labels = {one.column: one.label for one in load().dimensions.values()}
        return Column(name, "text", labels[name])
    return Column(known.id, known.type, known.label, _codes(name, found) or known.codes)


def _codes(name: str, found: Document) -> tuple[Code, ...]:
    """Return the codes of a column whose list depends on the document."""
    listed = {"measure": found.measures, "reason": found.reasons}.get(name)
    if listed is not None:
        return tuple(Code(code, Label(**label)) for code, label in listed.items())
    if name == "ref_area":
        regions = load().dimensions[REGION].codes if found.table == MEASURES else ()
        return (*regions, Code(NATION, word("nation")))
    if name == "outcome" and found.table == MEASURES:
        return _forms()
    if name in {"category", "outcome"}:
        return (Code(TOTAL, word("all")),)
    return ()


@cache
def _forms() -> tuple[Code, ...]:
    """Return what a measure may be told for: codes of dimensions, bodies, and forms of its own."""
    known = load().dimensions
    found = {code.id: code for name in _TOLD_FOR for code in known[name].codes}
    bodies = (Code(f"{BODY}:{code.id}", code.label) for code in known[BODY].codes)
    return (Code(TOTAL, word("all")), *found.values(), *bodies, *_columns()["form"].codes)


@cache
def _columns() -> dict[str, Column]:
    return index_by_id(
        [make_record(Column, row) for row in tomllib.loads(read_data("statistics.toml"))["column"]]
    )


# Columns of text that say something of a number, and do not name it.
_REMARKS = frozenset({"obs_status", "conf_status", "status", "unit", ORIGIN})


def key(found: Document) -> list[str]:
    """Return the columns that together name one row of a document."""
    return [one.id for one in columns(found) if one.type == "text" and one.id not in _REMARKS]
