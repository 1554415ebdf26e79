"""Releases of invented numbers with all their pages: printed, and put where releases stand."""

from pathlib import Path

from flask import Flask

from portal.statistics import rendering
from portal.statistics.catalogue import release_days
from portal.statistics.catalogue.release_facts import Publisher, ReleaseFacts
from portal.statistics.dataset.history import History
from portal.statistics.formats.files import files as data_files
from portal.statistics.releases import archive, signature
from portal.statistics.site.pages.making import files as page_files
from tests.statistics import invented

MASTER = bytes(range(32))
PUBLISHER = Publisher(
    "https://report.example",
    "https://kk.wikipedia.org",
    "figures@report.example",
    demonstration=False,
)


def facts_of(quarter: str, level: str = "L1", previous: str = archive.NO_RELEASE) -> ReleaseFacts:
    """Return what the release of a quarter says of itself."""
    day = release_days.compute_release_day(quarter)
    return ReleaseFacts(PUBLISHER, quarter, 1, level, day, previous)


FACTS = facts_of(invented.LAST)


def printed(app: Flask, history: History, facts: ReleaseFacts = FACTS) -> dict[str, bytes]:
    """Return every file of a release."""
    data = data_files(history[-1][1], facts)
    with app.app_context():
        return data | page_files(history, facts, data, rendering.PRESS)


def publish(app: Flask, folder: Path, quarters: int, level: str = "L1") -> None:
    """Put so many releases into the folder of releases, each with all its pages."""
    history = invented.history(level, quarters)
    previous = archive.NO_RELEASE
    for number, (quarter, documents) in enumerate(history, start=1):
        facts = facts_of(quarter, level, previous)
        files = printed(app, history[:number], facts)
        files[archive.PUBLIC_KEY] = signature.own_pem(MASTER)
        files[archive.MANIFEST] = archive.manifest_of(
            files,
            list(documents),
            quarter=quarter,
            version=1,
            level=level,
            published_on=facts.published_on.isoformat(),
            previous=previous,
            correction=None,
        )
        files[archive.SIGNATURE] = signature.sign(MASTER, files[archive.MANIFEST])
        for path, content in files.items():
            place = archive.place_of(folder, quarter, 1) / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        previous = archive.release(folder, quarter).digest
