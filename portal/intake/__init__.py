"""File a report: choose, see who can read it, write, keep the receipt."""
