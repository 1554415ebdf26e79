"""The coded facts of a case against those that its steps commit to, column by column."""

from collections.abc import Iterator

from crypto.errors import FormatError
from portal.cases import committed_facts
from portal.cases.committed_facts import Row, Rows
from portal.transparency.queries.case_records import CaseRecord

# Rows that go with the content of a case when it is erased; the log says of each that it did.
_CONTENT = ("envelopes", "attachments", "replaced_headers")
_CHANGES = "status_changes"  # once the key of its steps is gone, a case can still be closed


def check(facts: CaseRecord) -> Iterator[str]:
    """Yield every committed value that the database has otherwise.

    Of a case that was filed before its report committed to facts, only what was told since then
    is compared; `log adopt` commits the rest.
    """
    try:
        told, whole = committed_facts.fold_steps(facts.steps)
    except FormatError:
        yield "the facts that a step says cannot be read"
        return
    for name, row in told.items():
        if not (facts.erased and _extract_table(name) in _CONTENT):
            yield from _compare_row(name, row or {}, facts.rows.get(name))
    if whole:
        yield from _find_uncommitted(facts, told)


def _compare_row(name: str, told: Row, now: Row | None) -> Iterator[str]:
    if now is None:
        yield f"its {name} was told, and the database does not have it any more"
        return
    for column, value in told.items():
        if column in now and now[column] != value:  # others are not committed to any more
            yield f"its {name} has {column} {now[column]}, and {value} was told"


def _find_uncommitted(facts: CaseRecord, told: Rows) -> Iterator[str]:
    """Yield rows that no step told of."""
    for name in facts.rows:
        closed = facts.log_key is None and _extract_table(name) == _CHANGES
        if name not in told and not closed:
            yield f"its {name} is in the database, and nothing was told of it"


def _extract_table(name: str) -> str:
    return name.split(" ", 1)[0]
