"""Published figures: disclosure control, releases, pages, files."""
