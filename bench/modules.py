"""A page that loads the portal's browser modules, and a way to call them from a test."""

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.support.wait import WebDriverWait

ROOT = Path(__file__).parents[1]
FOLDERS = {"static": ROOT / "portal" / "static", "bench": Path(__file__).parent / "site"}
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'; "
    "style-src 'self'; img-src 'self'"
)
MINUTES = 60
CALL = """
const done = arguments[arguments.length - 1];
(async () => { %s })().then(
  (value) => done({ value }),
  (error) => done({ error: error.constructor.name, kind: error.kind ?? null }),
);
"""


class Refused(Exception):
    """A browser module threw: the class of the error, and its kind if it has one."""

    def __init__(self, name: str, kind: str | None) -> None:
        super().__init__(f"{name} {kind or ''}".strip())
        self.name = name
        self.kind = kind


class Bench:
    """A browser in which the portal's modules are loaded as `lib`."""

    def __init__(self, driver: WebDriver, address: str) -> None:
        self.driver = driver
        self.address = address

    def open(self) -> None:
        """Load the page afresh."""
        self.driver.set_script_timeout(2 * MINUTES)
        self.driver.get(f"{self.address}/bench/page.html")
        WebDriverWait(self.driver, MINUTES).until(
            lambda driver: driver.execute_script("return 'lib' in globalThis")
        )

    def run(self, script: str, *arguments: object) -> Any:
        """Run the body of an asynchronous function.

        Args:
            script: JavaScript; `arguments` are there, bytes among them as base64.
            arguments: What it gets.

        Returns:
            What it returned.

        Raises:
            Refused: it threw.
        """
        given = [
            to_text(argument) if isinstance(argument, bytes) else argument for argument in arguments
        ]
        answer = self.driver.execute_async_script(CALL % script, *given)
        if "error" in answer:
            raise Refused(answer["error"], answer["kind"])
        return answer["value"]

    def run_to_bytes(self, script: str, *arguments: object) -> bytes:
        """Run the body of an asynchronous function that returns a Uint8Array."""
        wrapped = f"return lib.bytes.toBase64(await (async () => {{ {script} }})())"
        return base64.b64decode(self.run(wrapped, *arguments))


def to_text(data: bytes) -> str:
    """Write bytes the way scripts get them."""
    return base64.b64encode(data).decode("ascii")


@contextmanager
def serve() -> Iterator[str]:
    """Serve the portal's static files and the page, under a strict policy, on a free port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _Files(SimpleHTTPRequestHandler):
    def translate_path(self, path: str) -> str:
        folder, _, rest = unquote(urlsplit(path).path).lstrip("/").partition("/")
        target = (FOLDERS.get(folder, ROOT / "nowhere") / rest).resolve()
        inside = any(target.is_relative_to(root) for root in FOLDERS.values())
        return str(target if inside else ROOT / "nowhere")

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is inherited
        """Stay silent."""
