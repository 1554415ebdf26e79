"""Attacks on published figures: on synthetic releases, and on the portal as it answers.

Each must break publications that are known to be unsafe, and must not break ours. What is checked
of real releases stands in `portal.statistics.gate`; a module of the same name here shows that the
check would notice.
"""
