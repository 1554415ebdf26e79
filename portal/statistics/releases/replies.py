"""Replies of bodies to published figures: a file for each reply, written once, beside the releases.

releases/replies/2026-q3-v1-1.json is the first reply to a release; its signature lies beside it.
The release itself never changes: its pages lead to the page of all replies.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from portal.core.calendar import Quarter
from portal.core.errors import NotFound
from portal.core.terms import LANGUAGES, Label
from portal.statistics.catalogue.codelists import NATION
from portal.statistics.catalogue.release_facts import ReleaseName
from portal.statistics.dataset.encoding import format_canonical_json
from witness.durable import replace_whole

FOLDER = "replies"
LIST = "replies.json"  # names every reply; made of them, so it grows
SIGNATURE = ".sig"
ALL = "all"  # every figure of a place
_NAME = re.compile(r"[1-9][0-9]{3}-q[1-4]-v[1-9][0-9]*-[1-9][0-9]*\.json")
# What a reply may be about: the page of the nation, and the figure there and on a region's page.
SUBJECTS: Mapping[str, tuple[str, str, str]] = {
    ALL: ("index", "", ""),
    "received": ("index", "flow", "received-{area}"),
    "kinds": ("index", "kinds", "kinds-{area}"),
    "findings": ("index", "findings", "findings-{area}"),
    "curve": ("index", "curve", "curve-{area}"),
    "rate": ("compare", "funnel-rate", "funnel-rate-{area}"),
    "signals": ("early-warning", "signals", ""),
}


@dataclass(frozen=True)
class PublishedReply:
    """One published reply.

    Attributes:
        release: as it is cited: 2026-q3/v1.
        manifest: SHA-256 of the manifest of that release.
        number: among the replies to it.
        area: a region, or the nation.
        about: which of its figures.
        body: code of the body that replies.
        name: of that body.
        texts: by language; one at least.
        published_on: the day it was published.
    """

    release: str
    manifest: str
    number: int
    area: str
    about: str
    body: str
    name: Label
    texts: Mapping[str, str]
    published_on: date

    @property
    def file(self) -> str:
        """Return the name of its file."""
        return f"{self.release.replace('/', '-')}-{self.number}.json"

    @property
    def quarter(self) -> Quarter:
        """Return the quarter whose figures it is about."""
        return ReleaseName.parse(self.release).quarter

    @property
    def page(self) -> str:
        """Return which page of the release it is about, from the folder of a language."""
        return locate_page(self.area, self.about)

    def get_text(self, language: str) -> tuple[str, str]:
        """Return what it says in a language, or in the first one that it was written in."""
        known = (language, *LANGUAGES)
        return next((code, self.texts[code]) for code in known if code in self.texts)


def name_figure(area: str, about: str) -> str:
    """Return the figure that a reply is about; "" if it is about a whole page."""
    _, national, regional = SUBJECTS[about]
    return national if area == NATION or not regional else regional.format(area=area)


def locate_page(area: str, about: str) -> str:
    """Return the page, and the figure on it, that a reply is about."""
    page, _, regional = SUBJECTS[about]
    own = area != NATION and (regional or about == ALL)
    figure = name_figure(area, about)
    return f"{f'region-{area}' if own else page}.html{f'#{figure}' if figure else ''}"


def read_replies(releases: Path) -> list[PublishedReply]:
    """Return every published reply, the newest first.

    Args:
        releases: the folder of all releases.
    """
    replies = [_read_reply(path) for path in _list_paths(releases)]
    return sorted(
        replies, key=lambda reply: (reply.published_on, reply.release, reply.number), reverse=True
    )


def group_by_place(
    replies: Sequence[PublishedReply], places: Mapping[str, str]
) -> list[tuple[str, str, list[PublishedReply]]]:
    """Return the replies of each place: its code, its name, its replies, the newest first."""
    return [
        (code, name, [reply for reply in replies if reply.area == code])
        for code, name in places.items()
    ]


def is_missing(releases: Path, reply: PublishedReply) -> bool:
    """Tell whether a reply was decided upon but not written yet."""
    return not (releases / FOLDER / reply.file).exists()


def encode_reply(reply: PublishedReply, languages: Collection[str] = LANGUAGES) -> bytes:
    """Return the bytes of a reply.

    Args:
        reply: the reply.
        languages: those of the portal when it was published.
    """
    texts = {language: reply.texts.get(language) for language in languages}
    name = {language: reply.name.get(language) for language in languages}
    return format_canonical_json(
        {
            "release": reply.release,
            "manifest": reply.manifest,
            "number": reply.number,
            "area": reply.area,
            "about": reply.about,
            "page": reply.page,
            "body": reply.body,
            "name": name,
            "text": texts,
            "published_on": reply.published_on.isoformat(),
        }
    )


def has_content(content: bytes, reply: PublishedReply) -> bool:
    """Tell whether these are the bytes of a reply, in the languages of the time of its file."""
    try:
        languages = json.loads(content)["text"].keys() & set(LANGUAGES)
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    return reply.texts.keys() <= languages and content == encode_reply(reply, languages)


def write_reply(releases: Path, reply: PublishedReply, signature: bytes) -> None:
    """Write a reply durably, its signature first; each appears at one instant.

    Args:
        releases: the folder of all releases.
        reply: the reply.
        signature: of its bytes.
    """
    folder = releases / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in ((reply.file + SIGNATURE, signature), (reply.file, encode_reply(reply))):
        replace_whole(folder / name, content, dated=True)


def read_file(releases: Path, name: str) -> bytes:
    """Return the file of a reply, or its signature.

    Raises:
        NotFound: there is no such reply.
    """
    path = releases / FOLDER / name
    if not _NAME.fullmatch(name.removesuffix(SIGNATURE)) or not path.is_file():
        raise NotFound("no such reply")
    return path.read_bytes()


def encode_list(releases: Path) -> bytes:
    """Return the list of all replies as JSON, the newest first."""
    return format_canonical_json(
        {
            "replies": [
                {
                    "href": f"{FOLDER}/{reply.file}",
                    "sha256": hashlib.sha256(read_file(releases, reply.file)).hexdigest(),
                    "release": reply.release,
                    "area": reply.area,
                    "published_on": reply.published_on.isoformat(),
                }
                for reply in read_replies(releases)
            ]
        }
    )


def list_files(releases: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every file of the replies for a copy, the list last."""
    for path in _list_paths(releases):
        for name in (path.name, path.name + SIGNATURE):
            yield f"{FOLDER}/{name}", read_file(releases, name)
    yield LIST, encode_list(releases)


def _list_paths(releases: Path) -> list[Path]:
    paths = (releases / FOLDER).glob("*.json")
    return sorted(path for path in paths if _NAME.fullmatch(path.name))


@cache
def _read_reply(path: Path) -> PublishedReply:
    """Return a reply; its file is read once in the life of a worker, as it never changes."""
    stored: dict[str, Any] = json.loads(path.read_bytes())
    return PublishedReply(
        stored["release"],
        stored["manifest"],
        stored["number"],
        stored["area"],
        stored["about"],
        stored["body"],
        Label.from_file(stored["name"]),
        {language: text for language, text in stored["text"].items() if text},
        date.fromisoformat(stored["published_on"]),
    )
