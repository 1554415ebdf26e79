"""Disclosure control: noise on counts, the band, the rule for rates, likely ranges. Pure."""
