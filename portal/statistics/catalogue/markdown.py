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
    for measure in load().measures.values():
        texts = (measure.label, measure.numerator, measure.denominator)
        cells = [
            measure.id,
            *(_get_english(text) for text in texts),
            measure.basis,
            _get_english(measure.caveat),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def format_series() -> str:
    """Return the table of exact national numbers, likewise."""
    lines = [
        "| id | what | not to forget |",
        "|---|---|---|",
        *(
            f"| {series.id} | {series.label.get('en')} | {series.caveat.get('en')} |"
            for series in load().series.values()
        ),
    ]
    return "\n".join(lines) + "\n"


def _get_english(text: Label | None) -> str:
    return text.get("en") if text else NOTHING
