"""Staff: accounts, roles, sign-in, keys."""
