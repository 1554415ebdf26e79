"""The blueprint of everything published: all of it comes from releases, none of it from cases."""

import hashlib
from datetime import datetime
from pathlib import Path

from flask import Blueprint, Response
from flask.sansio.blueprints import BlueprintSetupState
from werkzeug.routing import BaseConverter

from portal.core.calendar import Quarter
from portal.statistics.catalogue import release_days
from portal.statistics.releases.archive import PublishedRelease
from portal.web.conditional import apply_conditions
from portal.web.parts import SETTINGS

pages = Blueprint("statistics", __name__)

SOON = "public, max-age=300"


class QuarterConverter(BaseConverter):
    """The part of an address that names a quarter, such as 2026-q3."""

    regex = Quarter.pattern

    def to_python(self, value: str) -> Quarter:
        """Read it."""
        return Quarter(value)


@pages.record_once
def add_converter(state: BlueprintSetupState) -> None:
    """Teach the application this part of an address."""
    state.app.url_map.converters["quarter"] = QuarterConverter


def get_folder() -> Path:
    """Return the folder of all releases."""
    settings = SETTINGS.get()
    return settings.instance / "releases"


def get_release_time(release: PublishedRelease) -> datetime:
    """Return the instant of a release, which everything of it bears."""
    return release_days.get_release_instant(release.published_on)


def get_root() -> str:
    """Return the address of the portal."""
    settings = SETTINGS.get()
    return settings.public_url


def respond(content: bytes, kind: str, changed: datetime | None = None) -> Response:
    """Return an answer made of releases, which may be kept for minutes.

    Args:
        content: all of it.
        kind: its media type.
        changed: the instant of the release that last changed it.
    """
    response = Response(content, content_type=kind)
    if changed:  # None would be sent as the second of the request
        response.last_modified = changed
    response.headers["Cache-Control"] = SOON
    response.set_etag(hashlib.sha256(content).hexdigest())
    return apply_conditions(response)
