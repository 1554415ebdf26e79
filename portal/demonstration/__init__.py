"""A portal full of invented people: everything is made by the real services with real keys.

Beside it the figures of an invented country, from cases that are bare rows.
"""
