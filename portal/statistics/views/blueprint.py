"""The blueprint of everything published: all of it comes from releases, none of it from cases."""

import re
from datetime import date, datetime
from pathlib import Path

from flask import Blueprint, current_app
from flask.sansio.blueprints import BlueprintSetupState
from werkzeug.routing import BaseConverter

from portal.core.config import Settings
from portal.statistics import schedule
from portal.statistics.archive import Published

pages = Blueprint("statistics", __name__)

SOON = "public, max-age=300"
QUARTER = re.compile("[1-9][0-9]{3}-q[1-4]")


class QuarterConverter(BaseConverter):
    """The part of an address that names a quarter, such as 2026-q3."""

    regex = QUARTER.pattern


@pages.record_once
def add_converter(state: BlueprintSetupState) -> None:
    """Teach the application this part of an address."""
    state.app.url_map.converters["quarter"] = QuarterConverter


def folder() -> Path:
    """Return the folder of all releases."""
    settings: Settings = current_app.extensions["settings"]
    return settings.instance / "releases"


def released_at(found: Published) -> datetime:
    """Return the instant of a release, which everything of it bears."""
    return schedule.moment(date.fromisoformat(found.manifest["published_on"]))
