"""A copy of everything published as plain files, which any web server can send."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from crypto.tiles import CHECKPOINT_PATH
from portal.core.downloads import read_program
from portal.core.terms import LANGUAGES
from portal.statistics.releases import announcements, archive, replies
from portal.statistics.releases.archive import BESIDE, MANIFEST, PublishedRelease
from portal.statistics.site.pages import general_pages
from portal.statistics.site.pages.page_links import SitePageLinks
from portal.statistics.site.pages.release_pages import ASSETS, read_assets
from witness.durable import replace_whole

VERIFIER, COUNTER = "verify.py", "count.py"  # programs for readers
STATIC = "static"
PAGE = "index.html"
FRONT = "statistics/site/copy.html"
LANGUAGES_PAGE = "statistics/site/languages.html"
# What fills a template: its name, and the frame of the page.
Fill = Callable[[str, SitePageLinks], str]


def list_files(folder: Path, log: Path, fill: Fill) -> Iterator[tuple[str, bytes]]:
    """Yield every file of a copy with its path: releases byte by byte, and the pages around them.

    Args:
        folder: of all releases.
        log: folder of the files of the public log; there may be none.
        fill: makes a page around the releases.
    """
    for name, content in read_assets().items():
        yield f"{STATIC}/{name}", content
    for release in archive.read_chain(folder):
        for path, content in _list_release(release):
            yield f"figures/{release.name}/{path}", content
        for path, word in archive.list_audits(folder, release).items():
            yield f"figures/{path}", word.read_bytes()
    yield from _list_beside(folder)
    yield from _list_log(log)
    for language in LANGUAGES:
        for path, template in {"": FRONT, **general_pages.TEMPLATES}.items():
            frame = _locate_page(language, path)
            yield f"{language}/{path}/{PAGE}".replace("//", "/"), fill(template, frame).encode()
    yield PAGE, fill(LANGUAGES_PAGE, _build_paths(".", LANGUAGES[0], "")).encode()


def _list_beside(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield what lies beside the releases: changed days, replies of bodies."""
    changed = folder / announcements.DATES
    if changed.exists():
        yield f"figures/{announcements.DATES}", changed.read_bytes()
    for path, content in replies.list_files(folder):
        yield f"figures/{path}", content
    yield f"figures/{archive.LIST}", archive.encode_chain(folder)
    yield f"figures/{VERIFIER}", read_program(VERIFIER)
    if newest := archive.read_chain(folder)[-1:]:
        yield f"figures/{archive.PUBLIC_KEY}", newest[0].read(archive.PUBLIC_KEY)


def _list_log(folder: Path) -> Iterator[tuple[str, bytes]]:
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


def write_files(target: Path, files: Iterator[tuple[str, bytes]]) -> int:
    """Write files whose content differs from what is there, each at one instant.

    It may be stopped and run again at any time; a second run on the same releases writes nothing.

    Args:
        target: the folder of the copy.
        files: path and content of each file.

    Returns:
        How many files were written.
    """
    written = 0
    for path, content in files:
        place = target / path
        if place.is_file() and place.read_bytes() == content:
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        replace_whole(place, content, dated=True)
        written += 1
    return written


def _list_release(release: PublishedRelease) -> Iterator[tuple[str, bytes]]:
    """Yield the files of one release, its manifest after all that it names."""
    names: Mapping[str, str] = release.manifest["files"]
    beside = (name for name in BESIDE if (release.folder / name).exists())
    for name in (*names, MANIFEST, *beside):
        yield name, release.read(name)


def _locate_page(language: str, path: str) -> SitePageLinks:
    depth = 1 + len(path.split("/")) if path else 1
    return _build_paths("/".join([".."] * depth), language, path)


def _build_paths(root: str, language: str, path: str) -> SitePageLinks:
    places = {name.rpartition("/")[2] for name in ASSETS}
    return SitePageLinks(language, path, root, {name: f"{root}/{STATIC}/{name}" for name in places})
