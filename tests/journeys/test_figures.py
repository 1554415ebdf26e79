"""Published figures in a real browser: a copy, the explorer, a frame in a page of others."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path

import pytest
from flask import Flask
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select

from bench.chromium import next_page, wait, wait_until_saved
from portal.core.config import Settings
from portal.core.terms import LANGUAGES
from portal.web.parts import SETTINGS
from tests.axe import violations
from tests.installation import keyed
from tests.live import serving
from tests.shared import RunFolder
from tests.statistics.site.pages import shelf

RELEASE = "/figures/2026-q4/v1"
KINDS = (
    *("index", "compare", "timeliness", "outcomes", "verdicts", "early-warning", "faults"),
    *("data", "explorer", "region-KZ-75", "compare-KZ-75", "category-force"),
)
AROUND = (
    "",
    "figures/",
    "figures/calendar/",
    "figures/changes/",
    "figures/about/",
    "figures/replies/",
)
FRAMED = '<!doctype html><title>Other</title><iframe src="%s" title="one"></iframe>'
Visit = Callable[..., WebDriver]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is inherited
        """Stay silent."""


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory, shared: RunFolder) -> Path:
    """A folder with two releases and all their pages."""
    settings = Settings(instance=tmp_path_factory.mktemp("printer"), public_url="http://localhost")
    return shelf.two_releases(keyed(settings), shared)


@pytest.fixture
def app(app: Flask, releases: Path) -> Flask:
    """A portal with two releases."""
    (SETTINGS.get_from(app).instance / "releases").symlink_to(releases)
    return app


@pytest.fixture
def plain(app: Flask, tmp_path: Path) -> Iterator[str]:
    """The address of a copy, sent by the web server of the standard library."""
    target = tmp_path / "copy"
    done = app.test_cli_runner().invoke(args=["export-site", str(target)])
    assert done.exit_code == 0, done.output
    yield from _sent(target)


def _sent(folder: Path) -> Iterator[str]:
    handler = partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def faults(driver: WebDriver) -> list[str]:
    """Return what is wrong with the page, and what the browser complained of."""
    # selenium does not say what this returns
    listed = driver.get_log("browser")  # type: ignore[no-untyped-call]
    complaints = [row["message"] for row in listed]
    return violations(driver) + [
        complaint for complaint in complaints if "favicon" not in complaint
    ]


def test_a_copy_is_walked_without_a_fault(plain: str, visit: Visit) -> None:
    driver = visit()
    languages = cycle(LANGUAGES)
    results = {}
    paths = [f"{RELEASE}/{{0}}/{name}.html" for name in KINDS] + [
        f"/{{0}}/{name}" for name in AROUND
    ]
    for path in paths:
        driver.get(plain + path.format(next(languages)))
        if wrong := faults(driver):
            results[driver.current_url] = wrong
    driver.get(plain)
    for link in ("main [lang=kk]", "main a", "main a"):
        with next_page(driver):
            driver.find_element(By.CSS_SELECTOR, link).click()
    assert driver.current_url.endswith(f"{RELEASE}/kk/index.html")
    assert results == {}


def explored(driver: WebDriver, *words: str) -> str:
    """Wait until the explorer shows a table and these words, and return all that it shows."""

    def told(_: object) -> str:
        text = driver.find_element(By.ID, "result").text
        tables = driver.find_elements(By.CSS_SELECTOR, "#result table")
        return text if tables and all(word in text for word in words) else ""

    return wait(driver, told)


def test_two_regions_are_compared_and_the_address_keeps_them(address: str, visit: Visit) -> None:
    driver = visit()
    driver.get(f"{address}{RELEASE}/en/explorer.html")
    explored(driver)
    for name, value in (("measure", "K9|_T|"), ("one", "KZ-75"), ("two", "KZ-71")):
        Select(driver.find_element(By.ID, name)).select_by_value(value)
    text = explored(driver, "Almaty", "Astana", "likely range", "2026")

    assert driver.find_elements(By.CSS_SELECTOR, "#result svg[role=img] circle")
    assert driver.find_elements(By.CSS_SELECTOR, "#result svg[role=img] rect")
    assert faults(driver) == []

    again = visit()
    again.get(driver.current_url)
    assert explored(again, "Almaty", "Astana") == text


def test_what_is_shown_can_be_downloaded(address: str, visit: Visit, tmp_path: Path) -> None:
    driver = visit()
    driver.get(f"{address}{RELEASE}/ru/explorer.html#measure=K9%7C_T%7C&one=KZ-75&two=KZ")
    explored(driver)

    driver.find_element(By.CSS_SELECTOR, "#result a[download]").click()

    file = wait_until_saved(tmp_path / "browser-0" / "downloads" / "figures.csv")
    lines = file.read_text("utf-8").splitlines()
    assert lines[0].startswith("freq,time_period,ref_area,measure")
    assert {line.split(",")[2] for line in lines[1:]} == {"KZ-75", "KZ"}


def test_without_scripts_the_explorer_leads_to_the_same_numbers(address: str, visit: Visit) -> None:
    driver = visit(scripts=False)
    driver.get(f"{address}{RELEASE}/en/explorer.html")

    with next_page(driver):
        driver.find_element(By.CSS_SELECTOR, "a[href='compare-KZ-75.html']").click()
    assert "Astana" in driver.find_element(By.ID, "with-KZ-71").text


def test_an_embedded_figure_stands_in_a_page_of_others(
    app: Flask, visit: Visit, tmp_path: Path
) -> None:
    with serving(app) as portal:
        for path, seen in (
            (f"{RELEASE}/embed/ru/curve.html", True),
            (f"{RELEASE}/ru/index.html", False),
        ):
            (tmp_path / "index.html").write_text(FRAMED % (portal + path))
            for other in _sent(tmp_path):
                driver = visit()
                driver.get(other)
                driver.switch_to.frame(0)
                assert bool(driver.find_elements(By.CSS_SELECTOR, "svg.chart")) is seen
                assert driver.get_cookies() == []
