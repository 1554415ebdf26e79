"""Pictures of published figures, on whole numbers: the same bytes on every machine."""

from portal.statistics.charts.figure import Figure

__all__ = ["Figure"]
