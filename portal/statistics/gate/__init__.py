"""The gate before a release: what a real one must pass, and nothing else.

That each check would notice is shown on synthetic releases (`portal.statistics.attacks`).
"""
