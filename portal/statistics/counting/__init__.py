"""Counting cases for a release: the database adds up, Python only sorts sums into cells."""
