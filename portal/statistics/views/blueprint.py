"""The blueprint of everything published: all of it comes from releases, none of it from cases."""

from pathlib import Path

from flask import Blueprint, current_app
from flask.sansio.blueprints import BlueprintSetupState
from werkzeug.routing import BaseConverter

from portal.core.config import Settings

pages = Blueprint("statistics", __name__)

SOON = "public, max-age=300"


class QuarterConverter(BaseConverter):
    """The part of an address that names a quarter, such as 2026-q3."""

    regex = "[1-9][0-9]{3}-q[1-4]"


@pages.record_once
def add_converter(state: BlueprintSetupState) -> None:
    """Teach the application this part of an address."""
    state.app.url_map.converters["quarter"] = QuarterConverter


def folder() -> Path:
    """Return the folder of all releases."""
    settings: Settings = current_app.extensions["settings"]
    return settings.instance / "releases"
