"""axe-core in the browser of a journey: what it calls a violation of WCAG 2.2 AA fails the test."""

from functools import cache
from importlib.resources import files

from selenium.webdriver.chrome.webdriver import WebDriver

COLOURS = ("cat.color",)
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RUN = """
const [rules, done] = arguments;
axe.run(document, {runOnly: rules}).then(
  (found) => done(found.violations.map(
    (one) => one.id + ": " + one.nodes.map((node) => node.html.slice(0, 160)).join(" | "))));
"""


@cache
def _source() -> str:
    return (files("selenium_axe_python") / "axe-core" / "axe.min.js").read_text("utf-8")


def violations(driver: WebDriver, rules: tuple[str, ...] = RULES) -> list[str]:
    """Return what is wrong with the page that the browser shows."""
    if driver.execute_script("return typeof axe === 'undefined'"):
        driver.execute_script(_source())
    return list(driver.execute_async_script(RUN, list(rules)))
