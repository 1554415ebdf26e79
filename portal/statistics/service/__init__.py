"""What makes and changes a release: its files, its life, its keys, corrections of it."""
