"""What makes and changes a release: its files, its life, its keys, corrections of it."""

from portal.statistics.service.making import Order, Prepared, Workshop, compared_with, prepare

__all__ = ["Order", "Prepared", "Workshop", "compared_with", "prepare"]
