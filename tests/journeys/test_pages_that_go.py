"""What a test asks of a page that is just going is answered by the page that comes."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import staleness_of

from bench.chromium import Chromium, next_page, read_texts, wait, wait_until_shown
from tests.live import serving

SITE = Flask("pages that go")
PAGE = """<!doctype html><html lang=en><title>{0}</title><link rel=icon href="data:,">
<h1>{0}</h1><ul><li>{0} a<li>{0} b</ul><p><input value={0}>
<a href=/{1}>on</a> <button type=button>press</button>
<script>
document.querySelector("button").onclick = () => document.title += " pressed";
setTimeout(() => document.body.append(
  Object.assign(document.createElement("output"), {{textContent: "late"}})), 700);
</script>"""


@SITE.get("/<int:number>")
def numbered(number: int) -> str:
    """Answer with a page that leads to the next one."""
    return PAGE.format(number, number + 1)


@pytest.fixture
def driver(visit: Callable[..., Chromium]) -> Iterator[Chromium]:
    """A browser that has opened the first page."""
    with serving(SITE) as address:
        driver: Chromium = visit()
        driver.get(f"{address}/1")
        yield driver


def goes_on(driver: Chromium) -> None:
    with next_page(driver):
        driver.find_element(By.TAG_NAME, "a").click()


def test_an_element_of_the_page_before_is_asked_and_pressed_on_the_next(driver: Chromium) -> None:
    heading, field = (driver.find_element(By.TAG_NAME, name) for name in ("h1", "input"))
    inner = driver.find_element(By.TAG_NAME, "ul").find_element(By.TAG_NAME, "li")
    button = driver.find_element(By.TAG_NAME, "button")

    goes_on(driver)

    assert (heading.text, field.get_property("value"), inner.text) == ("2", "2", "2 a")
    goes_on(driver)
    assert field.get_attribute("value") == "3"
    assert driver.execute_script("return arguments[0].textContent", heading) == "3"
    goes_on(driver)
    button.click()
    field.send_keys("!")
    assert (driver.title, field.get_property("value")) == ("4 pressed", "4!")


def test_who_waits_for_a_page_to_go_is_not_answered_by_the_next(driver: Chromium) -> None:
    page = driver.find_element(By.TAG_NAME, "html")
    assert not staleness_of(page)(driver)

    goes_on(driver)

    assert staleness_of(page)(driver)


def test_one_of_several_is_not_exchanged_for_one_of_another_page(driver: Chromium) -> None:
    items = driver.find_elements(By.TAG_NAME, "li")

    goes_on(driver)

    with pytest.raises(StaleElementReferenceException):
        _ = items[0].text
    assert read_texts(driver, "li") == ["2 a", "2 b"]


def test_what_comes_late_is_waited_for(driver: Chromium) -> None:
    assert driver.find_element(By.TAG_NAME, "output").text == "late"
    assert wait_until_shown(driver, "output").is_displayed()
    assert wait(driver, lambda _: driver.title) == "1"
