"""A data file that says more, less or something else than expected is refused."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import pytest

from portal.core.records import index_by_id, make_record, read_data
from portal.core.terms import Label

LABEL = {"kk": "а", "ru": "б", "en": "c"}


class Shade(StrEnum):
    LIGHT = "a light one"
    DARK = "a dark one"


@dataclass(frozen=True)
class Thing:
    id: str
    label: Label
    kind: Literal["big", "small"] = "big"
    parts: tuple[str, ...] = ()
    weight: int | None = None
    shades: tuple[Shade, ...] = ()


def test_a_table_becomes_a_frozen_value() -> None:
    made = make_record(
        Thing, {"id": "x", "label": LABEL, "parts": ["a"], "weight": 3, "note": "why"}
    )

    assert made == Thing("x", Label("а", "б", "c"), parts=("a",), weight=3)


def test_a_code_becomes_a_member_of_its_enum() -> None:
    made = make_record(Thing, {"id": "x", "label": LABEL, "shades": ["a dark one"]})

    assert made.shades[0] is Shade.DARK


@pytest.mark.parametrize(
    "change",
    [
        {"colour": "red"},
        {"weight": "heavy"},
        {"weight": True},
        {"kind": "middle"},
        {"parts": "a"},
        {"parts": [1]},
        {"label": "text"},
        {"label": LABEL | {"de": "d"}},
        {"label": {"kk": "а", "ru": "б"}},
        {"id": 1},
        {"shades": ["a bright one"]},
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"Thing|Label"):
        make_record(Thing, {"id": "x", "label": LABEL, **change})


def test_a_missing_key_is_refused() -> None:
    with pytest.raises(ValueError, match="missing \\['label'\\]"):
        make_record(Thing, {"id": "x"})


def test_one_id_names_one_thing() -> None:
    thing = Thing("x", Label("а", "б", "c"))

    assert index_by_id([thing]) == {"x": thing}
    with pytest.raises(ValueError, match="same id"):
        index_by_id([thing, thing])


def test_data_is_read_from_the_package() -> None:
    assert read_data("regions.csv").startswith("iso_code,")
