"""Early warning: what differs from the rest, or from before, by more than chance and noise."""
