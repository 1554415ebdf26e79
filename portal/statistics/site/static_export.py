"""A copy of everything published as plain files, which any web server can send."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from crypto.tiles import CHECKPOINT_PATH
from portal.core.downloads import read_program
from portal.core.terms import LANGUAGES
from portal.statistics.releases import archive, calendar, replies
from portal.statistics.releases.archive import BESIDE, MANIFEST, Published
from portal.statistics.site.pages import around
from portal.statistics.site.pages.frame import Outside
from portal.statistics.site.pages.making import ASSETS, assets

VERIFIER, COUNTER = "verify.py", "count.py"  # programs for readers
STATIC = "static"
PAGE = "index.html"
FRONT = "statistics/site/copy.html"
LANGUAGES_PAGE = "statistics/site/languages.html"
# What fills a template: its name, and the frame of the page.
Fill = Callable[[str, Outside], str]


def files(folder: Path, log: Path, fill: Fill) -> Iterator[tuple[str, bytes]]:
    """Yield every file of a copy with its path: releases byte by byte, and the pages around them.

    Args:
        folder: of all releases.
        log: folder of the files of the public log; there may be none.
        fill: makes a page around the releases.
    """
    for name, content in assets().items():
        yield f"{STATIC}/{name}", content
    for found in archive.chain(folder):
        for path, content in _of_release(found):
            yield f"figures/{found.name}/{path}", content
        for path, word in archive.audits(folder, found).items():
            yield f"figures/{path}", word.read_bytes()
    yield from _beside(folder)
    yield from _of_log(log)
    for language in LANGUAGES:
        for path, template in {"": FRONT, **around.TEMPLATES}.items():
            frame = _frame(language, path)
            yield f"{language}/{path}/{PAGE}".replace("//", "/"), fill(template, frame).encode()
    yield PAGE, fill(LANGUAGES_PAGE, _frame_at(".", LANGUAGES[0], "")).encode()


def _beside(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield what lies beside the releases: changed days, replies of bodies."""
    changed = folder / calendar.DATES
    if changed.exists():
        yield f"figures/{calendar.DATES}", changed.read_bytes()
    for path, content in replies.files(folder):
        yield f"figures/{path}", content
    yield f"figures/{archive.LIST}", archive.listed(folder)
    yield f"figures/{VERIFIER}", read_program(VERIFIER)
    if newest := archive.chain(folder)[-1:]:
        yield f"figures/{archive.PUBLIC_KEY}", newest[0].read(archive.PUBLIC_KEY)


def _of_log(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the log, and the program that counts in them.

    Its checkpoint is read first and written last: whoever has it has all that it stands for.
    """
    checkpoint = folder / CHECKPOINT_PATH
    if not checkpoint.exists():
        return
    newest = checkpoint.read_bytes()
    for path in sorted(folder.glob("tile/**/*")):
        if path.is_file():
            yield f"log/{path.relative_to(folder).as_posix()}", path.read_bytes()
    yield f"log/{COUNTER}", read_program(COUNTER)
    yield f"log/{CHECKPOINT_PATH}", newest


def write(target: Path, found: Iterator[tuple[str, bytes]]) -> int:
    """Write files whose content differs from what is there, each at one instant.

    It may be stopped and run again at any time; a second run on the same releases writes nothing.

    Args:
        target: the folder of the copy.
        found: path and content of each file.

    Returns:
        How many files were written.
    """
    written = 0
    for path, content in found:
        place = target / path
        if place.is_file() and place.read_bytes() == content:
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        waiting = place.with_name(f".{place.name}")
        with waiting.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        waiting.rename(place)
        written += 1
    return written


def _of_release(found: Published) -> Iterator[tuple[str, bytes]]:
    """Yield the files of one release, its manifest after all that it names."""
    names: Mapping[str, str] = found.manifest["files"]
    beside = (name for name in BESIDE if (found.folder / name).exists())
    for name in (*names, MANIFEST, *beside):
        yield name, found.read(name)


def _frame(language: str, path: str) -> Outside:
    depth = 1 + len(path.split("/")) if path else 1
    return _frame_at("/".join([".."] * depth), language, path)


def _frame_at(root: str, language: str, path: str) -> Outside:
    places = {name.rpartition("/")[2] for name in ASSETS}
    return Outside(language, path, root, {name: f"{root}/{STATIC}/{name}" for name in places})
