"""Attacks on published figures: on synthetic releases, and on the portal as it answers."""
