"""What a first visit loads over the wire: counted by the server, weighed request by request."""

import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from selenium.webdriver.chrome.webdriver import WebDriver

from bench.chromium import start_chromium
from bench.figures import Measurement, Tell, judge
from bench.load_generator import ask, build_request
from bench.portal_server import build_command, installation, serving
from bench.reports import CHOICE, LANGUAGE

FRONT, CHOOSE = f"/{LANGUAGE}/", f"/{LANGUAGE}/report"
KILOBYTE = 1000
QUIET_SECONDS = 2
CONTINUE = """
document.querySelector(`[name=subcategory][value="${arguments[0]}"]`).checked = true;
document.querySelector("#region").value = arguments[1];
document.querySelector("main form").submit();
"""


class Load(NamedTuple):
    """What a page made the browser ask for."""

    requests: int
    kilobytes: float


def measure(tell: Tell, *, full: bool) -> list[Measurement]:
    """Let a browser open the first pages, with scripts and without."""
    del full
    loads = {}
    for scripts in (False, True):
        tell("with scripts" if scripts else "without scripts")
        loads[scripts] = _visit(scripts=scripts)
    plain, scripted = loads[False], loads[True]
    first = plain["front"]
    more = scripted["write"].kilobytes - plain["write"].kilobytes
    return [
        judge("first visit, over the wire", first.kilobytes, "KB", most=60),
        judge("first visit, requests", first.requests, "requests", most=4),
        *(
            Measurement(f"then: {name}", f"{load.kilobytes:.1f} KB in {load.requests} requests")
            for name, load in plain.items()
            if name != "front"
        ),
        judge("scripts of the form, over the wire", more, "KB", most=60),
        Measurement(
            "scripts of the form, requests",
            str(scripted["write"].requests - plain["write"].requests),
        ),
        Measurement(
            "scripts on the pages before",
            f"{scripted['front'].requests - first.requests} requests",
            "0",
            scripted["front"].requests == first.requests,
        ),
    ]


def _visit(*, scripts: bool) -> dict[str, Load]:
    """Open the front page, choose, and open the questions, in a fresh browser."""
    with installation() as place, tempfile.TemporaryDirectory(prefix="portal-bench-") as profile:
        place.hire()
        log = place.folder / "requests"
        logged = ("--access-logfile", str(log), "--access-logformat", "%(B)s")
        command = build_command(*logged, port=place.port, workers=1)
        with serving(place, command) as server:
            page = ask(server.port, build_request(FRONT))
            driver = start_chromium(Path(profile), scripts=scripts, language=LANGUAGE)
            try:
                return _take_steps(
                    driver, place.settings.public_url, log, page.bytes - len(page.body)
                )
            finally:
                driver.quit()


def _take_steps(driver: WebDriver, address: str, log: Path, head: int) -> dict[str, Load]:
    """Take the steps of a reporter, and return what each of them loaded."""
    _wait_until_quiet(log)
    loads = {}
    for name, step in (
        ("front", lambda: driver.get(address + FRONT)),
        ("choose", lambda: driver.get(address + CHOOSE)),
        ("write", lambda: driver.execute_script(CONTINUE, CHOICE.subcategory, CHOICE.region)),
    ):
        before = len(_list_lengths(log))
        step()
        _wait_until_quiet(log)
        sizes = [int(size) + head for size in _list_lengths(log)[before:]]
        loads[name] = Load(len(sizes), sum(sizes) / KILOBYTE)
    return loads


def _wait_until_quiet(log: Path) -> None:
    known = -1
    while known != (known := len(_list_lengths(log))):
        time.sleep(QUIET_SECONDS)


def _list_lengths(log: Path) -> list[str]:
    """Return the length of the body of each answer."""
    return log.read_text("utf-8").splitlines()
