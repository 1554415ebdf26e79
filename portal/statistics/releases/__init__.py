"""Folders on disk: what was published, what waits to be, when it will be, what bodies say to it.

A release is never written again; the calendar and the replies are only added to.
"""
