"""What all pages of one release share while they are made."""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from portal.statistics.catalogue.release_facts import ReleaseFacts
from portal.statistics.site.charts.figure import ChartFigure
from portal.statistics.site.pages.measure_index import MeasureIndex

Render = Callable[[str, str, Mapping[str, object]], str]
Draw = Callable[[ChartFigure, str], str]
Rasterise = Callable[[str], bytes]
PngWorkers = Callable[[], AbstractContextManager[Rasterise]]


@dataclass(frozen=True)
class Renderer:
    """How pages and pictures are printed.

    Attributes:
        page: template, language and values give a page.
        draw: a figure in a language gives a picture, SVG.
        png_workers: starts what makes PNG of SVG; several threads call it at once.
    """

    page: Render
    draw: Draw
    png_workers: PngWorkers


class PngQueue:
    """Pictures that become PNG on all processors while pages are printed."""

    def __init__(self, pool: ThreadPoolExecutor, rasterise: Rasterise) -> None:
        self._pool = pool
        self._rasterise = rasterise
        self._queued: dict[str, Future[bytes]] = {}

    def submit(self, path: str, svg: str) -> None:
        """Queue a picture."""
        self._queued[path] = self._pool.submit(self._rasterise, svg)

    def collect(self) -> dict[str, bytes]:
        """Wait until all pictures are made, and return them by path, in their order."""
        return {path: future.result() for path, future in self._queued.items()}


@contextmanager
def png_queue(workers: PngWorkers) -> Iterator[PngQueue]:
    """Make PNG in threads, which have ended in the end, whatever happens."""
    with workers() as rasterise:
        pool = ThreadPoolExecutor(os.cpu_count())
        try:
            yield PngQueue(pool, rasterise)
        finally:
            pool.shutdown(cancel_futures=True)


@dataclass(frozen=True)
class DataFile:
    """A file of data: its path, its size in bytes, its SHA-256."""

    path: str
    size: int
    digest: str


@dataclass(frozen=True)
class PageContext:
    """One release: its numbers, what it says of itself, all its files of data, and how to print.

    Attributes:
        seal: SHA-256 of the list of digests of all files of data.
        png_queue: makes the PNG of pictures meanwhile.
    """

    index: MeasureIndex
    facts: ReleaseFacts
    data: tuple[DataFile, ...]
    renderer: Renderer
    seal: str
    png_queue: PngQueue
