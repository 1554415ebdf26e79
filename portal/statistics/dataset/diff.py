"""What a draft has that the release before had not, and the reverse: what two people sign off.

Pure: two sets of published documents in, what a reader of the draft should look at out.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.statistics.catalogue.codelists import NATION, TOTAL
from portal.statistics.dataset.history import Documents
from portal.statistics.dataset.measure_row import MeasureRow, read_measure_rows
from portal.statistics.dataset.table import (
    CONFIDENTIAL,
    MEASURES,
    Document,
    Texts,
    read_observations,
)

IDENTITY_COLUMNS = ("measure", "outcome", "clock", "freq", "basis", "source")
COMPARED_FIELDS = ("epsilon", "columns", "title", "dimensions")  # of a table, besides its numbers


@dataclass(frozen=True)
class TableChange:
    """Something that a table had and has otherwise now: its columns, its labels, its epsilon."""

    table: str
    what: str
    before: object
    after: object


@dataclass(frozen=True)
class MeasureChange:
    """A national number beside the one of the release before; None where there was none."""

    label: Texts
    about: str  # outcome and clock, as the files have them
    period: str
    before: float | None
    after: float | None
    status: str  # why it is not shown, or nothing


@dataclass(frozen=True)
class HiddenNumbers:
    """How many numbers of a table are not shown, as they are below ten."""

    table: str
    label: Texts
    hidden: int
    rows: int


@dataclass(frozen=True)
class ReleaseDifference:
    """Everything that a person who signs a draft off compares."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    moved: tuple[TableChange, ...]
    figures: tuple[MeasureChange, ...]
    hidden: tuple[HiddenNumbers, ...]
    unshown: Mapping[str, int]  # measures that are not shown, by their status


def compare_documents(before: Documents, after: Documents) -> ReleaseDifference:
    """Compare a draft with the release before.

    Args:
        before: documents of that release; empty if there is none.
        after: documents of the draft.
    """
    tables = [name for name in after if after[name].counts_days]
    kept = [name for name in tables if name in before]
    return ReleaseDifference(
        tuple(sorted(after.keys() - before.keys())),
        tuple(sorted(before.keys() - after.keys())),
        tuple(change for name in kept for change in _compare_tables(before[name], after[name])),
        tuple(_compare_measures(before, after)),
        tuple(_count_hidden(after[name]) for name in tables),
        Counter(row.status for row in read_measure_rows(after[MEASURES]) if row.status),
    )


def _compare_tables(before: Document, after: Document) -> Iterator[TableChange]:
    for what in COMPARED_FIELDS:
        old, new = getattr(before, what), getattr(after, what)
        if old != new:
            yield TableChange(after.table, what, old, new)


def _compare_measures(before: Documents, after: Documents) -> Iterator[MeasureChange]:
    """Yield every national measure; the exact totals are among them."""
    labels = after[MEASURES].measures or {}
    values_before = {_make_key(row): row.value for row in _select_national(before)}
    for row in _select_national(after):
        about = (row.outcome, row.clock)
        yield MeasureChange(
            labels[row.measure],
            ", ".join(text for text in about if text and text != TOTAL),
            row.time_period,
            values_before.get(_make_key(row)),
            row.value,
            row.status,
        )


def _select_national(documents: Documents) -> Iterator[MeasureRow]:
    if MEASURES in documents:
        for row in read_measure_rows(documents[MEASURES]):
            if row.ref_area == NATION:
                yield row


def _make_key(row: MeasureRow) -> tuple[Any, ...]:
    """Return what makes a measure the same one in two releases."""
    return tuple(getattr(row, column) for column in IDENTITY_COLUMNS)


def _count_hidden(document: Document) -> HiddenNumbers:
    hidden = sum(row.conf_status == CONFIDENTIAL for row in read_observations(document))
    return HiddenNumbers(document.table, document.title, hidden, len(document.rows))
