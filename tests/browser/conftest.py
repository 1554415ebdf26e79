"""One browser for all tests of the browser modules; a fresh page for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.chromium import start_chromium
from bench.modules import Bench, serve

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test in this folder as a journey."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with serve() as address:
        driver = start_chromium(tmp_path_factory.mktemp("browser"))
        try:
            yield Bench(driver, address)
        finally:
            driver.quit()


@pytest.fixture
def bench(browser: Bench) -> Bench:
    browser.open()
    return browser
