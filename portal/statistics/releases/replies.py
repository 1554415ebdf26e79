"""What bodies say to published figures: a file for each reply, written once, beside the releases.

releases/replies/2026-q3-v1-1.json is the first reply to a release; its signature lies beside it.
The release itself never changes: its pages lead to the page of all replies.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from portal.core.blobs import sync_folder
from portal.core.errors import NotFound
from portal.core.terms import LANGUAGES, Label
from portal.statistics.catalogue.codelists import NATION
from portal.statistics.dataset.encoding import format_canonical_json

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
class Said:
    """One published reply.

    Attributes:
        release: as it is cited: 2026-q3/v1.
        manifest: SHA-256 of the manifest of that release.
        number: among the replies to it.
        area: a region, or the nation.
        about: which of its figures.
        body: code of the body that says it.
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
    def page(self) -> str:
        """Return which page of the release it is about, from the folder of a language."""
        return page_of(self.area, self.about)

    def text(self, language: str) -> tuple[str, str]:
        """Return what it says in a language, or in the first one that it was written in."""
        known = (language, *LANGUAGES)
        return next((one, self.texts[one]) for one in known if one in self.texts)


def figure_of(area: str, about: str) -> str:
    """Return the figure that a reply is about; "" if it is about a whole page."""
    _, national, regional = SUBJECTS[about]
    return national if area == NATION or not regional else regional.format(area=area)


def page_of(area: str, about: str) -> str:
    """Return the page, and the figure on it, that a reply is about."""
    page, _, regional = SUBJECTS[about]
    own = area != NATION and (regional or about == ALL)
    figure = figure_of(area, about)
    return f"{f'region-{area}' if own else page}.html{f'#{figure}' if figure else ''}"


def said(releases: Path) -> list[Said]:
    """Return every published reply, the newest first.

    Args:
        releases: the folder of all releases.
    """
    found = [_said(path) for path in _paths(releases)]
    return sorted(found, key=lambda one: (one.published_on, one.release, one.number), reverse=True)


def by_place(found: Sequence[Said], places: Mapping[str, str]) -> list[tuple[str, str, list[Said]]]:
    """Return the replies of each place: its code, its name, what was said, the newest first."""
    return [
        (code, name, [one for one in found if one.area == code]) for code, name in places.items()
    ]


def missing(releases: Path, one: Said) -> bool:
    """Tell whether a reply was decided upon but not written yet."""
    return not (releases / FOLDER / one.file).exists()


def written(one: Said) -> bytes:
    """Return the bytes of a reply."""
    texts = {language: one.texts.get(language) for language in LANGUAGES}
    return format_canonical_json(
        {
            "release": one.release,
            "manifest": one.manifest,
            "number": one.number,
            "area": one.area,
            "about": one.about,
            "page": one.page,
            "body": one.body,
            "name": asdict(one.name),
            "text": texts,
            "published_on": one.published_on.isoformat(),
        }
    )


def write(releases: Path, one: Said, signature: bytes) -> None:
    """Write a reply durably, its signature first; each appears at one instant.

    Args:
        releases: the folder of all releases.
        one: the reply.
        signature: of its bytes.
    """
    folder = releases / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in ((one.file + SIGNATURE, signature), (one.file, written(one))):
        waiting = folder / f".{name}"
        with waiting.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        waiting.rename(folder / name)
    sync_folder(folder)


def read(releases: Path, name: str) -> bytes:
    """Return the file of a reply, or its signature.

    Raises:
        NotFound: there is no such reply.
    """
    path = releases / FOLDER / name
    if not _NAME.fullmatch(name.removesuffix(SIGNATURE)) or not path.is_file():
        raise NotFound("no such reply")
    return path.read_bytes()


def listed(releases: Path) -> bytes:
    """Return the list of all replies as JSON, the newest first."""
    return format_canonical_json(
        {
            "replies": [
                {
                    "href": f"{FOLDER}/{one.file}",
                    "sha256": hashlib.sha256(read(releases, one.file)).hexdigest(),
                    "release": one.release,
                    "area": one.area,
                    "published_on": one.published_on.isoformat(),
                }
                for one in said(releases)
            ]
        }
    )


def files(releases: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every file of the replies for a copy, the list last."""
    for path in _paths(releases):
        for name in (path.name, path.name + SIGNATURE):
            yield f"{FOLDER}/{name}", read(releases, name)
    yield LIST, listed(releases)


def _paths(releases: Path) -> list[Path]:
    found = (releases / FOLDER).glob("*.json")
    return sorted(path for path in found if _NAME.fullmatch(path.name))


@cache
def _said(path: Path) -> Said:
    """Return a reply; its file is read once in the life of a worker, as it never changes."""
    told: dict[str, Any] = json.loads(path.read_bytes())
    return Said(
        told["release"],
        told["manifest"],
        told["number"],
        told["area"],
        told["about"],
        told["body"],
        Label(**told["name"]),
        {language: text for language, text in told["text"].items() if text},
        date.fromisoformat(told["published_on"]),
    )
