"""Pages of a release, written once with it: they ask for no database, no session and no server."""
