"""What is computed of published cells: the measures K1 to K23, each with its range. Pure.

A measure comes from one table with its noise, from two of one release, from exact totals, or from
what this and earlier releases published (`portal.statistics.measures.dispatch`).
"""
