"""Additivity (G8): every published total can be the sum of the numbers it is made of."""

from collections.abc import Mapping

from portal.core.calendar import Quarter
from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.table import Document
from portal.statistics.gate.intervals import Range
from portal.statistics.gate.margins import Codes
from portal.statistics.gate.reader_view import build_reader_view
from portal.statistics.gate.result import AttackResult


def examine(documents: Mapping[str, Document], quarter: Quarter) -> AttackResult:
    """Add the published cells of a release up; where some are hidden, a total may be what fits."""
    tables = [document for name, document in documents.items() if name in load().tables]
    wrong = [name for name in tables if not is_additive(build_reader_view(name, quarter).values)]
    note = ", ".join(document.table for document in wrong) or f"{len(tables)} tables"
    return AttackResult("G8", "add cells up", len(wrong) / max(1, len(tables)), 0.0, note=note)


def is_additive(shown: Mapping[Codes, Range]) -> bool:
    """Tell whether every total can be the sum of the numbers it is made of."""
    for codes, whole in shown.items():
        for parts in _list_parts(codes, shown):
            least, most = sum(part.low for part in parts), sum(part.high for part in parts)
            if least > whole.high or most < whole.low:
                return False
    return True


def _list_parts(codes: Codes, shown: Mapping[Codes, Range]) -> list[list[Range]]:
    """Return the numbers that a number is the sum of: one list for each dimension summed over."""
    parts: dict[str, list[Range]] = {}
    for other, shown_range in shown.items():
        if len(other) == len(codes) + 1 and codes < other:
            ((dimension, _),) = other - codes
            parts.setdefault(dimension, []).append(shown_range)
    return list(parts.values())
