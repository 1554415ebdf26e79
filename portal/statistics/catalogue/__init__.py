"""What may be published: tables, their codes, the days they count, the days they come out.

Nothing here knows a number.
"""
