"""A release of invented numbers with all its pages, made once."""

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from portal.app import create_app
from portal.core.config import Settings
from portal.statistics import formats, pages, printing
from portal.statistics.facts import Facts, Publisher
from portal.statistics.figures import History
from tests.statistics import invented

QUARTERS = 8
PUBLISHER = Publisher(
    "https://report.example",
    "https://kk.wikipedia.org",
    "figures@report.example",
    demonstration=False,
)
FACTS = Facts(PUBLISHER, invented.LAST, 1, "L1", date(2027, 3, 9), "0" * 64)


@pytest.fixture(scope="session")
def printer() -> Iterator[Flask]:
    """A portal that prints, without a single table in its database."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(instance=Path(folder), public_url="http://localhost", receipts_ready=0)
        yield create_app(settings)


def printed(app: Flask, history: History, facts: Facts = FACTS) -> dict[str, bytes]:
    """Return every file of a release of invented numbers."""
    data = formats.files(history[-1][1], facts)
    with app.app_context():
        return data | pages.files(history, facts, data, printing.PRESS)


@pytest.fixture(scope="session")
def release(printer: Flask) -> dict[str, bytes]:
    """Every file of a release, by path."""
    return printed(printer, invented.history(number_of=QUARTERS))
