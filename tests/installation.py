"""A portal as its operator sets it up: keys, then tables. The one place where tests make keys."""

from pathlib import Path
from shutil import copytree

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from portal.accounts import models as accounts_models
from portal.app import create_app
from portal.core import installation, schema
from portal.core.config import Settings
from portal.core.db import Base, Sessions
from portal.core.keyring import Keyring
from portal.dialogue import models as dialogue_models
from portal.statistics import models as statistics_models
from portal.transparency import models as transparency_models
from portal.transparency.parts import LOG, TRAIL_MARK
from portal.transparency.writing import adopting
from portal.transparency.writing.signed import SignedStates
from portal.web.parts import KEYRING, SESSIONS
from tests.shared import RunFolder

# Tables exist once their modules are imported.
TABLES = (accounts_models, dialogue_models, statistics_models, transparency_models)


class Compiled(BytecodeCache):
    """Templates that a portal of this process has compiled; Jinja compares their text each time."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was compiled before, if the text is the same."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()
LOCAL = "http://localhost"


def installed(settings: Settings) -> Flask:
    """Return a portal with keys and empty tables; those that are there stay."""
    app = keyed(settings)
    sessions: Sessions = SESSIONS.get_from(app)
    with sessions.kw["bind"].begin() as connection:
        if schema.read_version(connection) is None:
            Base.metadata.create_all(connection)
            schema.stamp(connection)
    with sessions.begin() as session:
        if not installation.is_bound(session):
            adopting.begin(session, LOG.get_from(app), TRAIL_MARK.get_from(app))
            installation.bind(session, KEYRING.get_from(app))
    return app


def installed_from(shared: RunFolder, settings: Settings) -> Flask:
    """Return a portal with keys and empty tables, a copy of one of this run where it may be one."""
    usual = Settings(instance=settings.instance, public_url=LOCAL)
    if settings == usual and not settings.instance.exists():
        copytree(shared.folder("installed", _install) / "instance", settings.instance)
    return installed(settings)


def _install(folder: Path) -> None:
    app = installed(Settings(instance=folder / "instance", public_url=LOCAL))
    sessions: Sessions = app.extensions["sessions"]
    sessions.kw["bind"].dispose()


def keyed(settings: Settings) -> Flask:
    """Return a portal with keys and without tables."""
    Keyring.make(settings.keys)
    SignedStates(settings.state, settings.instance / "log").begin()
    app = create_app(settings)
    app.jinja_env.bytecode_cache = COMPILED
    return app
