"""The report on a draft for the operator: its tables, what is new in it, what would be written."""

from collections.abc import Iterator, Mapping

from portal.statistics.dataset.diff import MeasureChange, ReleaseDifference, TableChange
from portal.statistics.dataset.table import Document, Observation, read_observations
from portal.statistics.service.build import BuiltRelease

COLUMN = 44
REASONS = {
    "u": "too few cases for a rate",
    "c": "its numerator is below ten",
    "x": "nobody has figures for it",
    ">": "longer than the longest band",
}


def describe_tables(documents: Mapping[str, Document]) -> Iterator[str]:
    """Yield every table as people will read it."""
    for document in documents.values():
        if document.counts_days:
            yield f"\n{document.title['en']}, {document.first_day} to {document.last_day}"
            yield from (_describe_row(document, row) for row in read_observations(document))


def describe_difference(compared: ReleaseDifference) -> Iterator[str]:
    """Yield what is new in a draft, and what is not shown and why."""
    yield "\nAgainst the release before"
    yield from (f"  + {name}" for name in compared.added)
    yield from (f"  - {name}" for name in compared.removed)
    yield from (_describe_moved(change) for change in compared.moved)
    yield "National figures: before, now"
    yield from (_describe_figure(figure) for figure in compared.figures)
    yield "Not shown"
    for table in compared.hidden:
        if table.hidden:
            yield f"  {table.table:<{COLUMN}}{table.hidden} of {table.rows}: fewer than 10"
    for status, number in sorted(compared.unshown.items()):
        yield f"  {'measures':<{COLUMN}}{number}: {REASONS[status]}"


def describe_files(made: BuiltRelease) -> Iterator[str]:
    """Yield what the gate says, and what a draft would consist of."""
    yield "\nGate"
    for check in made.checks:
        yield f"  {'pass' if check.passed else 'FAIL'} {check.id} {check.attack}: {check.note}"
    yield "Files"
    for name, content in sorted(made.files.items()):
        yield f"  + {name:<{COLUMN}}{len(content):>8} bytes"


def _describe_row(document: Document, row: Observation) -> str:
    labels = [
        dimension.codes[row.codes[dimension.id]]["en"] for dimension in document.dimensions
    ] or [row.measure]
    name = ", ".join(labels)
    if row.obs_value is None:
        return f"  {name:<{COLUMN}}{'<10' if row.conf_status else '-':>6}"
    between = "" if row.lower95 is None else f"  {row.lower95} to {row.upper95}"
    return f"  {name:<{COLUMN}}{row.obs_value:>6}{between}"


def _describe_moved(change: TableChange) -> str:
    if change.what in {"title", "dimensions"}:
        return (
            f"  ~ {change.table}: other {'title' if change.what == 'title' else 'labels or codes'}"
        )
    return f"  ~ {change.table}: {change.what} {change.before} -> {change.after}"


def _describe_figure(figure: MeasureChange) -> str:
    name = f"{figure.label['en']} {figure.about}".strip()
    now = _format_number(figure.after) if figure.after is not None else f"[{figure.status}]"
    return f"  {name:<{COLUMN}}{_format_number(figure.before):>10}{now:>10}"


def _format_number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.6g}"
