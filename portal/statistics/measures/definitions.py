"""The definitions of all measures as a table of the documentation, from the catalogue."""

from portal.core.terms import Label
from portal.statistics.catalogue.tables import load

NOTHING = "–"


def as_markdown() -> str:
    """Return the table of measures in `docs/statistics-method.md`, held together by a test."""
    lines = [
        "| id | measure | numerator | denominator | basis | not to forget |",
        "|---|---|---|---|---|---|",
    ]
    for one in load().measures.values():
        texts = (one.label, one.numerator, one.denominator)
        cells = [one.id, *(_english(text) for text in texts), one.basis, _english(one.caveat)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def series_as_markdown() -> str:
    """Return the table of exact national numbers, likewise."""
    lines = [
        "| id | what | not to forget |",
        "|---|---|---|",
        *(
            f"| {one.id} | {one.label.get('en')} | {one.caveat.get('en')} |"
            for one in load().series.values()
        ),
    ]
    return "\n".join(lines) + "\n"


def _english(text: Label | None) -> str:
    return text.get("en") if text else NOTHING
