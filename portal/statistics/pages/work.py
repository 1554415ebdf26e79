"""What all pages of one release share while they are made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from portal.statistics.charts import Figure
from portal.statistics.facts import Facts
from portal.statistics.pages.book import Book

Render = Callable[[str, str, Mapping[str, object]], str]
Draw = Callable[[Figure, str], str]
Rasterise = Callable[[str], bytes]


@dataclass(frozen=True)
class Press:
    """How pages and pictures are printed.

    Attributes:
        page: template, language and values give a page.
        draw: a figure in a language gives a picture, SVG.
        png: SVG gives the same picture as PNG.
    """

    page: Render
    draw: Draw
    png: Rasterise


@dataclass(frozen=True)
class Listed:
    """A file of data: its path, its size in bytes, its SHA-256."""

    path: str
    size: int
    digest: str


@dataclass(frozen=True)
class Work:
    """One release: its numbers, what it says of itself, all its files of data, and how to print.

    Attributes:
        seal: SHA-256 of the list of digests of all files of data.
    """

    book: Book
    facts: Facts
    data: tuple[Listed, ...]
    press: Press
    seal: str
