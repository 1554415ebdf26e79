"""Releases of invented numbers with all their pages: printed, and put where releases stand."""

from pathlib import Path

from flask import Flask

from portal.core.calendar import Quarter
from portal.statistics import rendering
from portal.statistics.catalogue import release_days
from portal.statistics.catalogue.release_facts import Publisher, ReleaseFacts
from portal.statistics.dataset.history import History
from portal.statistics.formats.data_files import build_data_files as data_files
from portal.statistics.releases import archive, signature
from portal.statistics.site.pages.release_pages import build_release_pages as page_files
from tests.shared import RunFolder
from tests.statistics import invented

MASTER = bytes(range(32))
PUBLISHER = Publisher(
    "https://report.example",
    "https://kk.wikipedia.org",
    "figures@report.example",
    demonstration=False,
)


def build_facts(
    quarter: Quarter, level: str = "L1", previous: str = archive.NO_RELEASE
) -> ReleaseFacts:
    """Return what the release of a quarter says of itself."""
    day = release_days.compute_release_day(quarter)
    return ReleaseFacts(PUBLISHER, quarter, 1, level, day, previous)


FACTS = build_facts(invented.LAST)


def build_release(app: Flask, history: History, facts: ReleaseFacts = FACTS) -> dict[str, bytes]:
    """Return every file of a release."""
    data = data_files(history[-1][1], facts)
    with app.app_context():
        return data | page_files(history, facts, data, rendering.RENDERER)


def two_releases(app: Flask, shared: RunFolder) -> Path:
    """Return a folder with the releases of 2026-q3 and 2026-q4, for reading only."""
    return shared.folder("shelf", lambda folder: publish(app, folder, 2))


def publish(app: Flask, folder: Path, quarters: int, level: str = "L1") -> None:
    """Put so many releases into the folder of releases, each with all its pages."""
    history = invented.history(level, quarters)
    previous = archive.NO_RELEASE
    for number, (quarter, documents) in enumerate(history, start=1):
        facts = build_facts(quarter, level, previous)
        files = build_release(app, history[:number], facts)
        files[archive.PUBLIC_KEY] = signature.derive_public_pem(MASTER)
        files[archive.MANIFEST] = archive.build_manifest(
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
            place = archive.locate_release(folder, quarter, 1) / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        previous = archive.get_release(folder, quarter).digest
