"""A portal as its operator sets it up: keys, then tables. The one place where tests make keys."""

from flask import Flask

from portal.accounts import models as accounts_models
from portal.app import create_app
from portal.core import installation, schema
from portal.core.config import Settings
from portal.core.db import Base, Sessions
from portal.core.keyring import Keyring
from portal.dialogue import models as dialogue_models
from portal.statistics import models as statistics_models
from portal.transparency import models as transparency_models
from portal.transparency.writing import adopting
from portal.transparency.writing.signed import SignedStates

# Tables exist once their modules are imported.
TABLES = (accounts_models, dialogue_models, statistics_models, transparency_models)


def installed(settings: Settings) -> Flask:
    """Return a portal with keys and empty tables; those that are there stay."""
    app = keyed(settings)
    sessions: Sessions = app.extensions["sessions"]
    with sessions.kw["bind"].begin() as connection:
        if schema.read_version(connection) is None:
            Base.metadata.create_all(connection)
            schema.stamp(connection)
    with sessions.begin() as session:
        if not installation.is_bound(session):
            adopting.begin(session, app.extensions["log"], app.extensions["trail_mark"])
            installation.bind(session, app.extensions["keyring"])
    return app


def keyed(settings: Settings) -> Flask:
    """Return a portal with keys and without tables."""
    Keyring.make(settings.keys)
    SignedStates(settings.state, settings.instance / "log").begin()
    return create_app(settings)
