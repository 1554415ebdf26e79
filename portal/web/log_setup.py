"""Logging that holds no address, no user agent, nothing a person wrote."""

import logging


def register() -> None:
    """Log warnings and errors of the portal itself, and no requests."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    # gunicorn tells the address of whoever sends what is no request, and what it was.
    logging.getLogger("gunicorn.error").addFilter(lambda told: "ip=" not in str(told.msg))
