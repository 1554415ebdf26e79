"""The gate before a release: attacks on published figures, each shown to have teeth."""
