"""The published table: what it is, how it is written and read back, what differs between two.

Pure, and after the noise: nothing here knows a count that was not published.
"""
