"""What the pages of a release show: documents become pictures with the same numbers in a table.

Everything comes from the documents of releases, never from cases.
"""
