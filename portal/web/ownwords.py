"""The operator's own words: a notice on every page, and pages such as a contact.

words/ru/notice.html      the notice
words/ru/contact.html     a page: its first line is the title, what follows is the text

They lie in the instance folder, a folder for each language, and come out through `richtext`. A
text that is missing in a language is shown in another one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Flask
from markupsafe import Markup

from portal.core.errors import NotFound
from portal.core.terms import FALLBACK, LANGUAGES
from portal.web.i18n import get_language
from portal.web.parts import SETTINGS
from portal.web.richtext import clean_markup

FOLDER = "words"
NOTICE = "notice"
SUFFIX = ".html"
LONGEST = 20_000  # characters of one file
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


@dataclass(frozen=True)
class OwnText:
    """What an operator wrote, in one language; a notice has no title."""

    name: str
    language: str
    title: str
    body: Markup


def find_notice() -> OwnText | None:
    """Return the notice of the operator in the language of the page, if there is one."""
    return _read_texts(_get_folder()).get(NOTICE)


def list_pages() -> list[OwnText]:
    """Return the operator's pages in the language of the page, by the names of their files."""
    texts = _read_texts(_get_folder())
    return [texts[name] for name in sorted(texts) if name != NOTICE]


def find_page(name: str) -> OwnText:
    """Return one of them.

    Raises:
        NotFound: there is none.
    """
    if name == NOTICE or name not in (texts := _read_texts(_get_folder())):
        raise NotFound("the operator has no such page")
    return texts[name]


def describe_faults(folder: Path) -> Iterator[str]:
    """Yield each file that is not shown, and why.

    Args:
        folder: of the operator's words.
    """
    for path in sorted(folder.glob("*/*")):
        code, name = path.parent.name, path.name.removesuffix(SUFFIX)
        where = f"{FOLDER}/{code}/{path.name} is not shown:"
        if code not in LANGUAGES:
            yield f"{where} the portal speaks {', '.join(LANGUAGES)}"
        elif path.suffix != SUFFIX or not _NAME.fullmatch(name):
            yield f"{where} call it with small letters, digits and hyphens, and {SUFFIX}"
        elif _read(path) is None:
            yield f"{where} it needs UTF-8, at most {LONGEST} characters, a first line and a text"


def register(app: Flask) -> None:
    """Give notice and pages to the layouts."""
    app.jinja_env.globals.update(own_notice=find_notice, own_pages=list_pages)


def _get_folder() -> Path:
    return SETTINGS.get().instance / FOLDER


def _read_texts(folder: Path) -> dict[str, OwnText]:
    """Return every text by its name, in the language of the page where there is one."""
    texts: dict[str, OwnText] = {}
    for code in (get_language(), FALLBACK, *LANGUAGES):
        for path in (folder / code).glob(f"*{SUFFIX}"):
            if path.stem not in texts and _NAME.fullmatch(path.stem):
                text = _read(path)
                if text is not None:
                    texts[path.stem] = text
    return texts


def _read(path: Path) -> OwnText | None:
    """Return what a file says; None if it cannot be shown, or has just gone."""
    try:
        state = path.stat()
        return _parse_file(path, state.st_mtime_ns, state.st_size)
    except (OSError, UnicodeDecodeError):
        return None


@lru_cache(maxsize=64)
def _parse_file(path: Path, _changed: int, size: int) -> OwnText | None:
    """Return what a file says; it is read again when it has changed."""
    if size > LONGEST * 4:  # bytes of a character, at most
        return None
    text = path.read_text("utf-8").strip()
    title, _, rest = ("", "", text) if path.stem == NOTICE else text.partition("\n")
    if not rest.strip() or len(text) > LONGEST or (path.stem != NOTICE and not title.strip()):
        return None
    return OwnText(path.stem, path.parent.name, title.strip(), clean_markup(rest.strip()))
