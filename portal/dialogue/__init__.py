"""Come back with a receipt: status, messages, files, verdict."""
