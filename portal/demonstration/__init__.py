"""A portal full of invented people: everything is made by the real services with real keys."""
