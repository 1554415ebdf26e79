"""Reads the data files of the portal, strictly: what a file says and nobody knows is an error."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from importlib.resources import files
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from portal.core.terms import Label

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Record = TypeVar("Record", bound="DataclassInstance")

# Keys that tell an editor where a line comes from, and what others call the same: articles of
# the law, foreign and international classifications. They say nothing to the portal.
PROVENANCE = frozenset(
    {"basis", "confidence", "day_off_basis", "iccs_src", "kk_src", "law", "legal_key"}
    | {"note", "seed", "source", "when"}
    | {"ccrb", "iccs", "iopc", "kz_articles", "uncac"}
)


def read_data(name: str) -> str:
    """Return the text of one file of `portal/data`."""
    return files("portal").joinpath("data", name).read_text(encoding="utf-8")


def make_record(kind: type[Record], row: Mapping[str, object]) -> Record:
    """Make one frozen value from one table of a data file.

    Args:
        kind: the dataclass to make; its fields and their types are the schema.
        row: the table as read.

    Raises:
        ValueError: a key is unknown or missing, or a value has the wrong type.
    """
    where = f"{kind.__name__} {row.get('id', '')}".strip()
    wanted = {field.name: field for field in fields(kind)}
    unknown = row.keys() - wanted.keys() - PROVENANCE
    missing = {
        name
        for name, field in wanted.items()
        if name not in row and field.default is MISSING and field.default_factory is MISSING
    }
    if unknown or missing:
        raise ValueError(f"{where}: unknown keys {sorted(unknown)}, missing {sorted(missing)}")
    hints = get_type_hints(kind)
    values: dict[str, Any] = {
        name: _fit(row[name], hints[name], f"{where}.{name}") for name in wanted if name in row
    }
    return kind(**values)


def index_by_id(records: list[Record]) -> dict[str, Record]:
    """Return the values under their `id`, in the order given.

    Raises:
        ValueError: two values have the same id.
    """
    named = {str(vars(record)["id"]): record for record in records}
    if len(named) != len(records):
        raise ValueError(f"two of {type(records[0]).__name__} have the same id")
    return named


def _fit(value: object, hint: Any, where: str) -> object:
    """Return the value as its hint wants it: lists become tuples, tables become records."""
    if isinstance(value, Mapping):
        if Label in (hint, *get_args(hint)):
            return label_of(value, where)
        kinds = [candidate for candidate in (hint, *get_args(hint)) if is_dataclass(candidate)]
        if kinds and isinstance(kinds[0], type):
            return make_record(kinds[0], value)
    if get_origin(hint) is tuple and isinstance(value, list | tuple):
        return tuple(_fit(item, get_args(hint)[0], where) for item in value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _parse_member(value, hint, where)
    if get_origin(hint) is Literal:
        fits = value in get_args(hint)
    else:
        fits = type(value) in (get_args(hint) if isinstance(hint, UnionType) else (hint,))
    if not fits:
        raise ValueError(f"{where}: {value!r} does not fit")
    return value


def label_of(value: Mapping[str, object], where: str) -> Label:
    """Return a text in every language, from a table that has no other.

    Args:
        value: the table as read.
        where: it stands, for the message.

    Raises:
        ValueError: a language is missing, unknown or empty.
    """
    said = {key: text for key, text in value.items() if key not in PROVENANCE}
    texts = {language: text for language, text in said.items() if isinstance(text, str)}
    try:
        return Label(**texts)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None


def _parse_member(value: object, kind: type[Enum], where: str) -> Enum:
    """Return the member of an enum that has a value."""
    try:
        return kind(value)
    except ValueError:
        raise ValueError(f"{where}: {value!r} does not fit") from None
