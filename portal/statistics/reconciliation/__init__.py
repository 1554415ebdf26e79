"""Makes protected numbers agree with each other and with what was published before. Pure.

It reads numbers with their noise and published documents, never a count; so it costs no budget.
"""
