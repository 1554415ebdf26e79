"""Verbs of staff accounts: sign in, be welcomed, keep keys, declare links."""
