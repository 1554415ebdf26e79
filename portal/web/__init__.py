"""Flask plumbing that every feature shares: transaction, headers, limits, languages, errors."""
