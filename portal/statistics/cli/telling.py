"""How a draft is told to the operator: its tables, what is new in it, what would be written."""

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


def tables(documents: Mapping[str, Document]) -> Iterator[str]:
    """Yield every table as people will read it."""
    for found in documents.values():
        if found.counts_days:
            yield f"\n{found.title['en']}, {found.first_day} to {found.last_day}"
            yield from (_row(found, row) for row in read_observations(found))


def difference(found: ReleaseDifference) -> Iterator[str]:
    """Yield what is new in a draft, and what is not shown and why."""
    yield "\nAgainst the release before"
    yield from (f"  + {name}" for name in found.added)
    yield from (f"  - {name}" for name in found.removed)
    yield from (_moved(one) for one in found.moved)
    yield "National figures: before, now"
    yield from (_figure(one) for one in found.figures)
    yield "Not shown"
    for one in found.hidden:
        if one.hidden:
            yield f"  {one.table:<{COLUMN}}{one.hidden} of {one.rows}: fewer than 10"
    for status, number in sorted(found.unshown.items()):
        yield f"  {'measures':<{COLUMN}}{number}: {REASONS[status]}"


def files(made: BuiltRelease) -> Iterator[str]:
    """Yield what the gate says, and what a draft would consist of."""
    yield "\nGate"
    for check in made.checks:
        yield f"  {'pass' if check.passed else 'FAIL'} {check.id} {check.attack}: {check.note}"
    yield "Files"
    for name, content in sorted(made.files.items()):
        yield f"  + {name:<{COLUMN}}{len(content):>8} bytes"


def _row(document: Document, row: Observation) -> str:
    labels = [one.codes[row.codes[one.id]]["en"] for one in document.dimensions] or [row.measure]
    name = ", ".join(labels)
    if row.obs_value is None:
        return f"  {name:<{COLUMN}}{'<10' if row.conf_status else '-':>6}"
    between = "" if row.lower95 is None else f"  {row.lower95} to {row.upper95}"
    return f"  {name:<{COLUMN}}{row.obs_value:>6}{between}"


def _moved(one: TableChange) -> str:
    if one.what in {"title", "dimensions"}:
        return f"  ~ {one.table}: other {'title' if one.what == 'title' else 'labels or codes'}"
    return f"  ~ {one.table}: {one.what} {one.before} -> {one.after}"


def _figure(one: MeasureChange) -> str:
    name = f"{one.label['en']} {one.about}".strip()
    now = _number(one.after) if one.after is not None else f"[{one.status}]"
    return f"  {name:<{COLUMN}}{_number(one.before):>10}{now:>10}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.6g}"
