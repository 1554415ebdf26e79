"""From numbers with noise to the documents of a release: made to agree, measured, written down.

Pure. It reads numbers with their noise and published documents, never a count; so it costs no
budget.
"""
