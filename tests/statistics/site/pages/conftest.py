"""A release of invented numbers with all its pages, made once."""

import pytest
from flask import Flask

from tests.shared import RunFolder
from tests.statistics import invented
from tests.statistics.site.pages.shelf import build_release

QUARTERS = 8


@pytest.fixture(scope="session")
def release(printer: Flask, shared: RunFolder) -> dict[str, bytes]:
    """Every file of a release, by path."""
    return shared.value(
        "release-of-eight", lambda: build_release(printer, invented.history(number_of=QUARTERS))
    )
