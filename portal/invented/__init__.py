"""Invented lives of cases: where, what, when, how they end. Pure, and the same for the same seed.

The demonstration plays them, attacks on releases draw from them, measurements fill databases.
"""
