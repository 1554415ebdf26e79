"""Accounts, membership and keys, as an administrator sees them."""
