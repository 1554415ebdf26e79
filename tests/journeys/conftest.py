"""A portal on a port of this machine, and browsers that visit it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from selenium.webdriver.chrome.webdriver import WebDriver

from bench.chromium import start_chromium
from tests.factories import StaffPerson
from tests.journeys.worker import Sit, Worker
from tests.live import serving

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test in this folder as a journey."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.journey)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The address of a running portal."""
    app.testing = False  # faults become pages, as for everybody
    with serving(app) as url:
        yield url


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[Callable[..., WebDriver]]:
    """Start browsers that are closed at the end; arguments are those of `start_chromium`."""
    started: list[WebDriver] = []

    def start(**options: object) -> WebDriver:
        profile = tmp_path / f"browser-{len(started)}"
        profile.mkdir()
        started.append(start_chromium(profile, **options))  # type: ignore[arg-type]
        return started[-1]

    yield start
    for driver in started:
        driver.quit()


@pytest.fixture
def sit(app: Flask, address: str, visit: Callable[..., WebDriver]) -> Sit:
    """Put somebody in front of a browser of their own."""

    def seated(person: StaffPerson) -> Worker:
        return Worker(visit(), address, app, person)

    return seated
