"""Counting cases for a release: the database adds up, Python only sorts sums into cells."""

from portal.statistics.counts.counting import Tallies, count, first_day, total

__all__ = ["Tallies", "count", "first_day", "total"]
