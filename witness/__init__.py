"""A witness: keeps what it saw of a log, and vouches only for what grew out of that.

It runs on a machine of its own, `python -m witness`, and needs `crypto` and
Python's own modules: no framework, no database, no settings of a portal. docs/witness.md is for
the people who run it.
"""
