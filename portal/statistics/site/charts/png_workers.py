"""Processes that make PNG, one for each processor: drawing one picture keeps Python busy."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import SimpleQueue

import portal
from portal.statistics.site.charts.png import read_block, write_block

ROOT = Path(portal.__file__).parents[1]  # where a process finds the portal
COMMAND = (sys.executable, "-m", "portal.statistics.site.charts.png")


class PngWorker:
    """A process that makes one picture after the other."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - a command of our own
            COMMAND, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def render(self, svg: str) -> bytes:
        """Return a picture as PNG.

        Raises:
            ValueError: it cannot be drawn; the process has ended and said why.
        """
        asked, answered = self._process.stdin, self._process.stdout
        if asked is None or answered is None:
            raise TypeError("a process that was begun with pipes has them")
        write_block(asked, svg.encode())
        if not (made := read_block(answered)):
            raise ValueError("a picture cannot be drawn")
        return made

    def __enter__(self) -> "PngWorker":
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let the process end, which it does when nothing more comes."""
        self._process.communicate()


@contextmanager
def png_workers() -> Iterator[Callable[[str], bytes]]:
    """Yield what makes PNG of SVG, for as many threads at once as there are processors."""
    free: SimpleQueue[PngWorker] = SimpleQueue()

    def render(svg: str) -> bytes:
        worker = free.get()
        try:
            return worker.render(svg)
        finally:
            free.put(worker)

    with ExitStack() as stack:
        for _ in range(os.cpu_count() or 1):
            free.put(stack.enter_context(PngWorker()))
        yield render
